"""The hub, jobs, roles, editions, reminders and the system, each as its readers see it."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.conf import settings as given
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import Schedule, Task
from python_calamine import CalamineWorkbook

from tests.factories.accounts import make_account
from tests.factories.organization import make_role, make_unit
from tests.factories.risk import MONDAY, clock
from vungxanh.administration.jobs import WORDS, cron_words
from vungxanh.administration.queries.jobs import all_job_states
from vungxanh.administration.queries.role_holders import Wanted, roles_held_for
from vungxanh.administration.queries.system import LAST_BACKUP
from vungxanh.cli.backups import LAST
from vungxanh.common import clock as clocks
from vungxanh.common import schedule
from vungxanh.common.formats import moment
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db
REAL = datetime.datetime(2021, 9, 20, 5, tzinfo=datetime.UTC)
TRACEBACK = """Traceback (most recent call last):
  File "/opt/vungxanh/tasks.py", line 40, in remind
  File "/opt/src/vungxanh/risk/tasks.py", line 41, in remind_today
django.db.utils.OperationalError: Nguyễn Thị An
"""


def page(client: Client, address: str) -> str:
    with clocks.at(clock(14)):
        return client.get(f"/cai-dat/{address}").content.decode()


def ran(name: str, *, started: datetime.datetime = REAL, seconds: float = 1.5, failure: str = "") -> None:
    Task.objects.create(
        id=f"{name}{started:%H%M%S}"[-32:],
        name=name,
        group=name,
        func="x",
        started=started,
        stopped=started + datetime.timedelta(seconds=seconds),
        success=not failure,
        result=failure or None,
    )


@pytest.mark.parametrize(("who", "sees_system"), [("administrator", True), ("office", False), ("director", False)])
def test_hub_has_a_card_for_each_part(agency: SimpleNamespace, client: Client, who: str, sees_system: bool) -> None:
    client.force_login(getattr(agency, who))
    text = page(client, "")
    for address in ("ket-noi", "cong-viec", "vai-tro", "quy-tac", "nhac-viec"):
        assert f'href="/cai-dat/{address}/"' in text
    assert ('href="/cai-dat/he-thong/"' in text) is sees_system
    assert "có vẻ máy chạy việc đã dừng" in text


@pytest.mark.parametrize("address", ["", "ket-noi/", "cong-viec/", "vai-tro/", "quy-tac/", "nhac-viec/", "he-thong/"])
def test_pages_are_closed_to_others(agency: SimpleNamespace, client: Client, address: str) -> None:
    client.force_login(agency.clerk)
    with clocks.at(clock(14)):
        assert client.get(f"/cai-dat/{address}").status_code == 403


def test_administrator_of_a_part_does_not_see_the_system(agency: SimpleNamespace, client: Client) -> None:
    client.force_login(agency.of_part)
    with clocks.at(clock(14)):
        assert client.get("/cai-dat/").status_code == 200
        assert client.get("/cai-dat/he-thong/").status_code == 403


def test_jobs_say_when_they_ran_and_what_broke(agency: SimpleNamespace, client: Client) -> None:
    for job in schedule.jobs():
        Schedule.objects.create(name=job.name, func=job.path, schedule_type=Schedule.CRON, cron=job.cron, next_run=REAL)
    Schedule.objects.update(next_run=REAL)
    ran("screening.open_day")
    ran("risk.remind_of_returns", started=REAL - datetime.timedelta(minutes=1))
    ran("risk.remind_of_returns", failure=TRACEBACK)
    with CaptureQueriesContext(connection) as queries:
        states = {one.job.name: one for one in all_job_states()}
    assert len(queries) == 2
    opened, reminded = states["screening.open_day"], states["risk.remind_of_returns"]
    assert (opened.state, opened.seconds, opened.ran_at, opened.next_at) == ("DONE", 1.5, REAL, REAL)
    assert (reminded.state, reminded.failure) == ("FAILED", "OperationalError (risk/tasks.py:41)")
    assert states["notifications.send"].state == "NEVER"
    client.force_login(agency.office)
    text = page(client, "cong-viec/")
    assert text.index("Nhắc đơn vị chưa nộp báo cáo ngày") < text.index("Mở ngày mới")
    assert "OperationalError (risk/tasks.py:41)" in text
    assert "Nguyễn Thị An" not in text


def test_words_are_of_jobs_that_there_are() -> None:
    assert set(WORDS) <= {job.name for job in schedule.jobs()}


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * *", "mỗi phút"),
        ("5 0 * * *", "hằng ngày lúc 00:05"),
        ("*/15 5-20 * * *", "15 phút một lần, từ 05:00 đến 20:59"),
        ("*/30 * * * *", "30 phút một lần"),
        ("0 0 1 * *", "0 0 1 * *"),
    ],
)
def test_cron_in_words(cron: str, words: str) -> None:
    assert cron_words(cron) == words


def test_roles_are_those_of_the_day_below_what_one_sees(agency: SimpleNamespace) -> None:
    tree, day = all_tree_on(MONDAY), datetime.timedelta(days=1)
    make_role(make_account("cu"), Role.GUARD, agency.part, valid_to=MONDAY)
    make_role(make_account("moi"), Role.GUARD, agency.part, valid_from=MONDAY + day)
    deputy = make_account("pho")
    Delegation.objects.create(
        principal=agency.director,
        delegate=deputy,
        role=Role.DIRECTOR,
        unit=agency.root,
        first_day=MONDAY,
        last_day=MONDAY + day,
        reason="Đi công tác",
        made_at=clock(8),
    )
    held = roles_held_for(agency.administrator, Wanted(), on=MONDAY, tree=tree)
    assert [(one.user.username, one.role, one.unit.code) for one in held] == [
        ("vanphong", Role.OFFICE, "SNN"),
        ("giamdoc", Role.DIRECTOR, "SNN"),
        ("pho", Role.DIRECTOR, "SNN"),
        ("quantri", Role.ADMINISTRATOR, "SNN"),
        ("daumoi", Role.UNIT_CLERK, "CC"),
        ("quantri-cc", Role.ADMINISTRATOR, "CC"),
    ]
    assert (held[2].principal, held[2].until, held[2].note) == (agency.director, MONDAY + day, "Đi công tác")
    below = roles_held_for(agency.of_part, Wanted(), on=MONDAY, tree=tree)
    assert [one.user.username for one in below] == ["daumoi", "quantri-cc"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=DIRECTOR", ["giamdoc"]),
        ("unit=CC", ["daumoi", "quantri-cc"]),
        ("name=DAUMOI", ["daumoi"]),
        ("unit=LA&role=X", ["vanphong", "giamdoc", "quantri", "daumoi", "quantri-cc"]),
    ],
)
def test_roles_as_a_spreadsheet_are_those_of_the_filter(
    agency: SimpleNamespace, client: Client, query: str, names: list[str]
) -> None:
    client.force_login(agency.office)
    with clocks.at(clock(14)):
        answer = client.get(f"/cai-dat/vai-tro/?{query}&xlsx=1")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows[1:]] == names


def test_roles_take_no_more_queries_for_more_holders(agency: SimpleNamespace, client: Client) -> None:
    client.force_login(agency.administrator)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client, "vai-tro/")
        counts.append(len(queries))
        for other in range(3):
            make_role(make_account(f"nguoi{number}{other}"), Role.GUARD, make_unit(f"T{number}{other}", agency.part))
    assert counts[0] == counts[1]


def test_editions_say_where_they_are_from(agency: SimpleNamespace, client: Client) -> None:
    client.force_login(agency.director)
    text = page(client, "quy-tac/")
    assert "windows.toml" in text
    assert "có sẵn trong sản phẩm" in text
    assert "/quy-tac/#windows" in text


def test_reminders_say_who_when_and_with_which_sentence(agency: SimpleNamespace, client: Client) -> None:
    client.force_login(agency.office)
    text = page(client, "nhac-viec/")
    assert "14:50" in text
    assert "sắp hết giờ nộp báo cáo ngày" in text
    assert "người tiếp chưa trả lời sau 10 phút" in text


def test_system_knows_the_newest_backup(agency: SimpleNamespace, client: Client) -> None:
    assert LAST == LAST_BACKUP
    client.force_login(agency.administrator)
    file = given.HOME / LAST_BACKUP
    file.unlink(missing_ok=True)
    assert "chưa thấy bản nào" in page(client, "he-thong/")
    file.write_text('{"at": "2021-09-20T12:00:00+07:00", "bytes": 2097152}')
    try:
        text = page(client, "he-thong/")
    finally:
        file.unlink()
    assert moment(datetime.datetime(2021, 9, 20, 5, tzinfo=datetime.UTC)) in text
    assert "2,0 MB" in text
