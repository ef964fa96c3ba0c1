"""The database itself refuses to change or delete what the trail holds."""

import uuid

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.factories.accounts import MADE_AT
from vungxanh.audit.guard import REFUSAL, TABLE, put_in_place
from vungxanh.audit.models import AuditEvent
from vungxanh.audit.operations import event, record, record_all, record_once


def make_event() -> AuditEvent:
    return record("accounts.sign_in", actor=None, at=MADE_AT, subject=("accounts.user", 1))


CHANGES = [
    lambda: AuditEvent.objects.update(actor_name="X"),
    lambda: AuditEvent.objects.all().delete(),
    lambda: AuditEvent.objects.get().save(),
    lambda: connection.cursor().execute(f"UPDATE {TABLE} SET action = action"),
    lambda: connection.cursor().execute(f"DELETE FROM {TABLE}"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_event_is_never_changed_nor_deleted(change) -> None:
    made = make_event()
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        change()
    assert list(AuditEvent.objects.values_list("pk", "action")) == [(made.pk, "accounts.sign_in")]


@pytest.mark.django_db
def test_events_are_still_added_one_by_one_and_together() -> None:
    make_event()
    record_all(event("accounts.sign_in", actor=None, at=MADE_AT, subject=("accounts.user", n)) for n in range(3))
    assert AuditEvent.objects.count() == 4


@pytest.mark.django_db
def test_what_may_arrive_again_is_written_once_by_its_key() -> None:
    keys = [uuid.uuid4(), uuid.uuid4(), None, None]
    for _time in range(2):
        record_once(event("accounts.sign_in", actor=None, at=MADE_AT, subject=("a", 1), key=key) for key in keys)
    record_once([event("accounts.sign_out", actor=None, at=MADE_AT, subject=("a", 1), key=keys[0])])
    assert AuditEvent.objects.count() == 2 + 4 + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        record_all([event("accounts.sign_in", actor=None, at=MADE_AT, subject=("a", 1), key=keys[0])])


@pytest.mark.django_db
def test_guard_is_put_in_place_again_without_harm() -> None:
    put_in_place(connection)
    test_event_is_never_changed_nor_deleted(CHANGES[0])


@pytest.mark.django_db(transaction=True)
def test_flush_of_the_tests_empties_the_trail_and_leaves_the_guard() -> None:
    make_event()
    call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 0
    test_event_is_never_changed_nor_deleted(CHANGES[1])


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_trail_is_not_truncated_either() -> None:
    make_event()
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {TABLE}")
