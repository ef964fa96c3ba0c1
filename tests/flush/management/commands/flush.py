"""Django's `flush`, with the guard of the audit trail out of the way; it is back in place afterwards."""

from django.core.management.commands import flush
from django.db import connections

from vungxanh.audit.guard import TABLE, put_in_place


class Command(flush.Command):
    def handle(self, **options) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            for trigger in ("audit_no_update", "audit_no_delete", "audit_no_change", "audit_no_truncate"):
                on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{on}")
        super().handle(**options)
        # TransactionTestCase flushes without the signal that would bring the guard back.
        put_in_place(connection)
