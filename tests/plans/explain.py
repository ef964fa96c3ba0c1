"""What the database does for each statement of an operation: which large tables it reads whole."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from typing import Any

from django.db import connection

from vungxanh.admission.models import GatePass
from vungxanh.audit.models import AuditEvent
from vungxanh.notifications.models import Notification
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay, Presence, PresenceEvent

LARGE = {
    model._meta.db_table
    for model in (
        AcceptedUuid,
        AuditEvent,
        Declaration,
        GatePass,
        Notification,
        PersonAssessment,
        PersonDay,
        Presence,
        PresenceEvent,
    )
}
"""Tables to which every day adds a row per person, or more."""

Statement = tuple[str, Any]
PLANNED = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
NAMED = re.compile(r'"(\w+)" (?:AS )?"?([A-Z]+\d+)"?\b')
"""A table and the short name that Django gives it in a subquery."""

WHOLE = re.compile(r"_(\d{4}_\d\d|rest)$")
"""What the name of a month's table has more than that of the whole."""


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Fills with each different statement that is sent meanwhile, as it was sent."""
    seen: dict[str, Any] = {}

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if sql.lstrip().upper().startswith(PLANNED) and any(table in sql for table in LARGE):
            seen.setdefault(sql, params[0] if many and params else params)
        return execute(sql, params, many, context)

    found: list[Statement] = []
    with connection.execute_wrapper(note):
        yield found
    found.extend(seen.items())


def plan_of(statement: Statement) -> str:
    """In the words of the database."""
    sql, params = statement
    verb = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def whole_reads(statement: Statement) -> list[str]:
    """The large tables that the statement reads from end to end, each with the step of the plan."""
    if connection.vendor == "postgresql":
        return list(_of_postgresql(statement))
    return list(_of_sqlite(statement))


def _of_sqlite(statement: Statement) -> Iterator[str]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = [row[-1] for row in cursor.fetchall()]
    is_sorted = any("TEMP B-TREE" in step for step in steps)
    # Two subqueries may give two tables one short name: then it stands for both.
    names = {(table, table) for table in LARGE} | set(NAMED.findall(sql))
    for step in steps:
        verb, name, *_how = step.split()
        for table in sorted(table for table, short in names if short == name and table in LARGE):
            if verb == "SCAN" and (is_sorted or not _takes_first_rows(sql, table)):
                yield f"{table}: {step}"


def _takes_first_rows(sql: str, table: str) -> bool:
    """The first rows in the order of an index, whatever stands in them."""
    return re.search(rf'FROM "{table}"(?: [A-Z]+\d+)? ORDER BY [^()]* LIMIT ', sql) is not None


def _of_postgresql(statement: Statement) -> Iterator[str]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        [(plan,)] = cursor.fetchall()
        # A month ahead is empty, and read whole as quickly as by an index.
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples = 0")
        empty = {name for (name,) in cursor.fetchall()}
    plan = json.loads(plan) if isinstance(plan, str) else plan
    yield from _of_node(plan[0]["Plan"], empty, is_limited=False)


def _of_node(node: Mapping[str, Any], empty: Set[str], *, is_limited: bool) -> Iterator[str]:
    name, kind = node.get("Relation Name", ""), node["Node Type"]
    table = "" if name in empty else WHOLE.sub("", name)
    is_whole = kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node)
    if is_whole and table in LARGE and not (is_limited and "Filter" not in node):
        yield f"{table}: {kind} {node.get('Index Name', '')} {node.get('Filter', '')}".strip()
    for child in node.get("Plans", ()):
        yield from _of_node(child, empty, is_limited=is_limited or kind == "Limit")
