"""What audit does after a migration."""

from django.db import connections

from vungxanh.audit import guard
from vungxanh.audit.models import AuditEvent


def guard_events(using: str, **_: object) -> None:
    connection = connections[using]
    if AuditEvent._meta.db_table in connection.introspection.table_names():
        guard.put_in_place(connection)
