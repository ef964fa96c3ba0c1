"""What the organization does after a migration."""

from django.db import connections

from vungxanh.organization import tree_mark


def mark_trees(using: str, **_: object) -> None:
    """Unless this is a step back to before the table."""
    connection = connections[using]
    if tree_mark.MARK in connection.introspection.table_names():
        tree_mark.put_in_place(connection)
