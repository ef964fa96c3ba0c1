"""Triggers by which the database itself refuses to change or delete an audit event.

They are put in place after every `migrate`, so that a table that a migration made anew has them too. Nothing in the
product lifts them; a database administrator who drops them is seen in the log of the database.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from vungxanh.audit.models import AuditEvent

TABLE = AuditEvent._meta.db_table
REFUSAL = "audit events are append-only"

SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
]


def put_in_place(connection: BaseDatabaseWrapper) -> None:
    """Idempotent; the table exists."""
    statements = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
