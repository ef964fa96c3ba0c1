"""Declarations by month: made ahead, moved out of the rest, erased when the rule says so; and the way back."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cli.test_backups import fresh
from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, clock, make_person, make_unit
from tests.factories.screening import new_declaration
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.common import months
from vungxanh.common.bulk import insert
from vungxanh.common.decision_tables import registry
from vungxanh.organization.models import Person
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay
from vungxanh.screening.operations import erase_declarations, make_months
from vungxanh.screening.queries.months import TABLE, all_month_faults

pytestmark = pytest.mark.django_db
POSTGRESQL = bool(os.environ.get("TEST_DATABASE_URL"))
by_month = pytest.mark.skipif(not POSTGRESQL, reason="SQLite keeps one table")
SEPTEMBER, OCTOBER = datetime.date(2021, 9, 1), datetime.date(2021, 10, 1)
DAY = datetime.timedelta(days=1)
ENDED = """
[[edition]]
in_force_from = 2021-11-01
source = "Công bố hết dịch"
status = "internal"
cites = "Công bố"
keep_days = 60
outbreak_ended_on = 2021-10-04
"""


@pytest.fixture
def people() -> list[Person]:
    unit = make_unit("CC", make_unit("SO"))
    return [make_person(unit, name, user=make_account(name)) for name in ("an", "binh")]


@pytest.fixture
def ended(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "declaration_keeping.toml").write_text(ENDED, encoding="utf-8")
    before = registry._overlay.directory
    registry.keep_overlays_in(tmp_path)
    yield
    registry.keep_overlays_in(before)


def declare(people: list[Person], *days: datetime.date) -> None:
    for day in days:
        batch = [new_declaration(person, clock(7, day=day)) for person in people]
        assert all(isinstance(one, Accepted) for one in submit_declarations(batch, at=clock(7, day=day)))


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        [count] = cursor.fetchone()
    return int(count)


@by_month
def test_row_when_its_month_is_not_made_is_kept_named_and_moved(people: list[Person]) -> None:
    declare(people, MONDAY)
    assert months.stray_months(TABLE, "day") == {SEPTEMBER: 2}
    assert all_month_faults(at=clock(8))[0].startswith("2 tờ khai của tháng 09/2021 ")
    before = list(Declaration.objects.order_by("pk").values())
    assert make_months(at=clock(8))[:2] == [SEPTEMBER, OCTOBER]
    assert (make_months(at=clock(8)), all_month_faults(at=clock(8))) == ([], [])
    assert rows_of(months.table_of(TABLE, SEPTEMBER)) == 2
    assert list(Declaration.objects.order_by("pk").values()) == before


@by_month
def test_months_when_a_month_has_passed_go_on_three_ahead(people: list[Person]) -> None:
    make_months(at=clock(8))
    assert all_month_faults(at=clock(8, day=OCTOBER))[0].startswith("chưa có bảng cho tháng 01/2022")
    assert make_months(at=clock(8, day=OCTOBER)) == [datetime.date(2022, 1, 1)]
    assert months.months_of(TABLE)[-4:] == [
        OCTOBER,
        *(datetime.date(2021, month, 1) for month in (11, 12)),
        datetime.date(2022, 1, 1),
    ]


@by_month
def test_declarations_when_kept_by_month_have_one_id_each_and_one_version_a_window(
    people: list[Person],
) -> None:
    make_months(at=clock(8))
    declare(people, datetime.date(2021, 9, 30), OCTOBER)
    rows = list(Declaration.objects.order_by("pk"))
    assert [row.day for row in rows] == [datetime.date(2021, 9, 30)] * 2 + [OCTOBER] * 2
    assert len({row.pk for row in rows}) == 4
    assert rows_of(months.table_of(TABLE, OCTOBER)) == 2
    rows[0].pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([rows[0]])


def test_declarations_when_the_outbreak_goes_on_are_never_erased(people: list[Person]) -> None:
    declare(people, MONDAY)
    assert erase_declarations(at=clock(1, day=datetime.date(2031, 1, 1))) == 0
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize("is_made", [True, False])
def test_declarations_when_the_rule_keeps_them_no_longer_are_erased_with_their_keys(
    people: list[Person], ended: None, tmp_path: Path, is_made: bool
) -> None:
    days = [
        datetime.date(2021, 9, 20),
        datetime.date(2021, 9, 30),
        datetime.date(2021, 10, 4),
        datetime.date(2021, 10, 5),
    ]
    if is_made:
        make_months(at=clock(1, day=days[0]))
    declare(people, *days)
    assert erase_declarations(at=clock(1, day=datetime.date(2021, 12, 3))) == 0
    after = clock(1, day=datetime.date(2021, 12, 4))
    assert erase_declarations(at=after) == 6
    assert erase_declarations(at=after) == 0
    assert set(Declaration.objects.values_list("day", flat=True)) == {days[-1]}
    assert (AcceptedUuid.objects.count(), PersonDay.objects.filter(arrival_id__isnull=False).count()) == (2, 8)
    events = AuditEvent.objects.filter(action="screening.erase_declarations").order_by("pk")
    whole = [(2, "2021-09-20"), (2, "2021-09-30"), (2, "2021-10-04")]
    if POSTGRESQL and is_made:
        whole = [(4, "2021-09-30"), (2, "2021-10-04")]
        assert SEPTEMBER not in months.months_of(TABLE)
    assert [(event.detail["declarations"], event.detail["to"]) for event in events] == whole
    with clocks.at(after):
        assert all_record_faults() == []
    # Another outbreak brings nothing back.
    again = ENDED.replace("2021-11-01", "2022-01-01").replace("outbreak_ended_on = 2021-10-04\n", "")
    (tmp_path / "declaration_keeping.toml").write_text(ENDED + again, encoding="utf-8")
    with clocks.at(clock(1, day=datetime.date(2022, 2, 1))):
        assert all_record_faults() == []


@pytest.mark.slow
@by_month
def test_months_are_made_of_a_full_table_and_taken_back(tmp_path: Path) -> None:
    """With the backup in between that brings them back."""
    row = (
        'INSERT INTO screening_declaration (client_uuid, content_hash, subject, unit_id, names_site, day, "window",'
        " version, correction_reason, correction_note, declared_at, received_at, timeliness, channel, questionnaire,"
        " questionnaire_version, answers, answers_digest, symptom_count, has_respiratory_sign, has_lost_taste_or_smell,"
        " had_contact_with_case, had_contact_with_symptomatic, came_from_epidemic_area, worst_visited_level)"
        " SELECT gen_random_uuid(), 'x', gen_random_uuid(), 1, false, DATE '2021-09-20' + number * 20, 'ARRIVAL', 1,"
        " '', '', now(), now(), 'ON_TIME', 'PAGE', 'x', '1', '', '', 0, false, false, false, false, false, ''"
        " FROM generate_series(0, 5) number RETURNING id"
    )
    ids = "SELECT array_agg(id ORDER BY id) FROM screening_declaration"
    rest = f"SELECT count(*) FROM {TABLE}_rest"
    with fresh(tmp_path / "home") as home:
        home.migrate()
        home.migrate("screening", "0008")
        assert home.ask(row) == 1
        home.migrate()
        assert (home.ask(ids), home.ask(rest)) == ([1, 2, 3, 4, 5, 6], 6)
        assert home.call("init", "--code", "SNN", "--name", "Sở thử")[0] == 0
        assert (home.ask(ids), home.ask(rest)) == ([1, 2, 3, 4, 5, 6], 0)
        assert home.call("backup", tmp_path / "backup.tgz")[0] == 0
        assert home.ask(row) == 7
        assert home.call("restore", tmp_path / "backup.tgz", "--replace")[0] == 0
        assert home.ask(f"SELECT count(*) FROM {TABLE}_2021_09") == 1
        assert (home.ask(ids), home.ask(row)) == ([1, 2, 3, 4, 5, 6], 7)
        home.migrate("screening", "0008")
        assert home.ask(ids) == list(range(1, 13))
        assert home.ask(row) == 13
        assert home.ask("SELECT relkind FROM pg_class WHERE relname = 'screening_declaration'") == "r"
