"""Rows written at once stand as `bulk_create` would have written them, with ids of their own."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.risk import MONDAY, make_windows
from vungxanh.audit.models import AuditEvent
from vungxanh.common import bulk
from vungxanh.common.clock import ZONE
from vungxanh.screening.models import AcceptedUuid, PersonDay

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2021, 9, 20, 7, 30, 15, 123456, tzinfo=ZONE)


def event(**values: object) -> AuditEvent:
    return AuditEvent(**{"at": AT, "action": "a.b", "subject_type": "x", "subject_id": "1", "detail": {}, **values})


def stored() -> list[tuple[object, ...]]:
    """As the tables hold it, without ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, is_read, actor_id, actor_name, subject_type, unit_id, detail, key FROM audit_auditevent"
        )
        return [tuple(map(str, row)) for row in cursor.fetchall()]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"actor_id": 5, "actor_name": "Nguyễn Văn Ất", "is_read": True, "key": uuid.UUID(int=7), "unit_id": 2**40},
        {"detail": {"one": "tiếng Việt", "two": [1, None, "\t\\n"]}, "actor_name": 'a\tb\n"c\\'},
        {"at": AT.replace(microsecond=0)},
    ],
)
def test_a_row_stands_as_django_writes_it(values: dict[str, object]) -> None:
    AuditEvent.objects.bulk_create([event(**values)])
    bulk.insert([event(**values, action="a.c")])
    one, other = stored()
    assert one == other


def test_ids_are_new_and_go_on() -> None:
    first = AuditEvent.objects.create(at=AT, action="a.b", subject_type="x", subject_id="1")
    rows = [event(subject_id=str(number)) for number in range(3)]
    bulk.insert(rows)
    last = AuditEvent.objects.create(at=AT, action="a.b", subject_type="x", subject_id="1")
    assert len({first.pk, last.pk, *(row.pk for row in rows)}) == 5
    assert {row.subject_id for row in AuditEvent.objects.filter(pk__in=[row.pk for row in rows])} == {"0", "1", "2"}
    rows[0].refresh_from_db()
    assert (rows[0].at, rows[0]._state.adding) == (AT, False)
    bulk.insert([])


def test_a_row_that_stands_already_is_refused_with_all_the_others() -> None:
    kept = {"content_hash": "x", "declaration_id": 1, "assessment_id": 1, "received_on": AT.date()}
    twice = [AcceptedUuid(client_uuid=uuid.UUID(int=number), **kept) for number in (1, 2, 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(twice)
    assert not AcceptedUuid.objects.exists()


def test_named_fields_are_set_and_no_others() -> None:
    windows = make_windows(MONDAY)
    rows = PersonDay.objects.bulk_create(
        PersonDay(day=MONDAY, subject=uuid.UUID(int=number), unit_id=1, home_unit_id=1, windows=windows)
        for number in range(3)
    )
    bulk.update(PersonDay, ("arrival_id", "arrival_at", "arrival_timeliness"), [(7, AT, "LATE", rows[1].pk)])
    bulk.update(PersonDay, ("site_id", "windows"), [(None, windows.pk, rows[0].pk), (4, windows.pk, rows[2].pk)])
    bulk.update(PersonDay, ("site_id",), [])
    found = PersonDay.objects.order_by("pk").values_list("arrival_id", "arrival_at", "arrival_timeliness", "site_id")
    assert list(found) == [(None, None, "", None), (7, AT, "LATE", None), (None, None, "", 4)]


def test_what_is_read_is_what_django_reads() -> None:
    bulk.insert([event(subject_id=str(number), detail={"n": [number, "ệ"]}, key=uuid.uuid4()) for number in range(5)])
    bulk.insert([event(subject_id="7", is_read=True, actor_id=3)])
    select = bulk.Select(AuditEvent, among=["subject_id", "is_read"], order=["id"])
    wanted = AuditEvent.objects.filter(subject_id__in=["1", "3", "7"], is_read=False).order_by("id")
    assert select(["1", "3", "7"], [False]) == list(wanted.values_list(*select.names))
    [first, *_rest] = select.models(["1", "3", "7"], [False])
    assert (first.at, first.key, first.detail, first._state.adding) == (AT, wanted[0].key, {"n": [1, "ệ"]}, False)


def test_a_row_of_fewer_fields_reads_the_others_when_they_are_asked_for() -> None:
    bulk.insert([event(actor_name="Ất")])
    [row] = bulk.Select(AuditEvent, ["id", "at"], among=["action"], where='"actor_name" = %s').models(
        ["a.b"], where=["Ất"]
    )
    assert (row.at, row.actor_name) == (AT, "Ất")


def test_nothing_is_asked_for_an_empty_list(django_assert_num_queries: Any) -> None:
    select = bulk.Select(AuditEvent, among=["id", "key"])
    with django_assert_num_queries(0):
        assert select([1], []) == []
    assert select([10**9], [uuid.uuid4()]) == []
