"""Triggers by which the database itself marks every change of the tree, whoever makes it and in whatever way.

They are put in place after every `migrate`, like the guard of the audit trail.
"""

import secrets

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from vungxanh.organization.models import TreeMark, Unit, UnitVersion

MARK, UNIT, VERSION = (model._meta.db_table for model in (TreeMark, Unit, UnitVersion))
CHANGES = ((UNIT, "UPDATE OF code"), (VERSION, "INSERT"), (VERSION, "UPDATE"), (VERSION, "DELETE"))
NEW_ON_SQLITE = f"UPDATE {MARK} SET mark = lower(hex(randomblob(16)))"  # noqa: S608
NEW_ON_POSTGRESQL = f"UPDATE {MARK} SET mark = replace(gen_random_uuid()::text, '-', '')"  # noqa: S608
"""Drawn by lot: a number that is counted up would come again after a transaction that was rolled back."""

SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS tree_mark_{place} AFTER {change} ON {table} BEGIN {NEW_ON_SQLITE}; END"
    for place, (table, change) in enumerate(CHANGES)
]
POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION tree_mark() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {NEW_ON_POSTGRESQL}; RETURN NULL; END $$",
    *(
        f"CREATE OR REPLACE TRIGGER tree_mark_{place} AFTER {change} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION tree_mark()"
        for place, (table, change) in enumerate(CHANGES)
    ),
]


def put_in_place(connection: BaseDatabaseWrapper) -> None:
    """Idempotent; the tables exist."""
    statements = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        if not TreeMark.objects.using(connection.alias).exists():
            TreeMark.objects.using(connection.alias).create(mark=secrets.token_hex(16))
