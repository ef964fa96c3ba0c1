"""Urging: one, some or all units in one action; what is told to whom, what is logged, what is answered."""

import datetime
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, clock, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.reports.models import Urge
from vungxanh.reports.operations import UrgeRefusedError, answer_urge, urge_units
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NOON = clock(14, 30)


class Agency:
    """Three units, each with a head; the first also with a clerk; the third has sent its return."""

    def __init__(self) -> None:
        self.root = make_unit("SO", is_reporting_point=False)
        self.units = [make_unit(f"CC{n}", self.root) for n in (1, 2, 3)]
        self.heads = [make_user(f"truong{n}", Role.UNIT_HEAD, unit) for n, unit in enumerate(self.units, 1)]
        self.clerk = make_user("dauloi", Role.UNIT_CLERK, self.units[0])
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        self.other = make_user("khac", Role.OFFICE, make_unit("SO2"))
        submit_return(self.units[2].pk, day=MONDAY, kind=ReturnKind.DAILY, actor=self.heads[2], at=clock(14))

    def urge(
        self, *numbers: int, key: uuid.UUID | None = None, at: datetime.datetime = NOON, note: str = ""
    ) -> list[Urge]:
        ids = [self.units[number].pk for number in numbers]
        return urge_units(key or uuid.uuid4(), ids, note=note, actor=self.office, at=at)


@pytest.fixture
def agency() -> Agency:
    return Agency()


def told() -> dict[str, list[str]]:
    rows = Notification.objects.order_by("recipient__username")
    found: dict[str, list[str]] = {}
    for row in rows.select_related("recipient"):
        found.setdefault(row.topic, []).append(row.recipient.username)
    return found


def test_urging_tells_those_who_answer_and_leaves_out_what_is_finished(agency: Agency) -> None:
    made = agency.urge(0, 1, 2, note="Xin gọi lại Văn phòng.")
    assert [(one.unit.code, one.told) for one in made] == [("CC1", 2), ("CC2", 1)]
    assert told() == {"reports.urged": ["dauloi", "truong1", "truong2"]}
    assert "Xin gọi lại Văn phòng." in made[0].text
    assert made[0].duties == ["daily_return"]
    assert AuditEvent.objects.filter(action="reports.urge").count() == 2


def test_what_is_not_due_yet_is_not_urged_for(agency: Agency) -> None:
    person = make_person(agency.units[0], "Trần Văn Bình")
    make_person_day(person, agency.units[0])
    [urge] = agency.urge(0)
    assert urge.duties == ["arrival", "daily_return"]


def test_same_tap_twice_is_one(agency: Agency) -> None:
    key = uuid.uuid4()
    first = agency.urge(0, key=key)
    again = agency.urge(0, key=key, at=NOON + datetime.timedelta(seconds=2))
    assert [one.pk for one in first] == [one.pk for one in again]
    assert (Urge.objects.count(), Notification.objects.count()) == (1, 2)


def test_unit_is_not_urged_again_within_minutes(agency: Agency) -> None:
    agency.urge(0)
    [only] = agency.urge(0, 1, at=NOON + datetime.timedelta(minutes=4))
    assert only.unit.code == "CC2"
    with pytest.raises(UrgeRefusedError):
        agency.urge(0, at=NOON + datetime.timedelta(minutes=4))
    assert len(agency.urge(0, at=NOON + datetime.timedelta(minutes=6))) == 1


def test_deputy_is_told_when_the_head_is_away(agency: Agency) -> None:
    make_user("pho2", Role.UNIT_DEPUTY, agency.units[1])
    person = make_person(agency.units[1], "Người vắng", user=agency.heads[1])
    make_person_day(person, agency.units[1], expects_arrival=False, expects_leaving=False, excuse="LEAVE")
    agency.urge(1)
    assert told() == {"reports.urged": ["pho2"]}


@pytest.mark.parametrize("who", ["heads", "other"])
def test_urging_by_somebody_without_the_room_is_refused(agency: Agency, who: str) -> None:
    actor = agency.heads[0] if who == "heads" else agency.other
    with pytest.raises((PermissionDenied, UrgeRefusedError)):
        urge_units(uuid.uuid4(), [agency.units[0].pk], note="", actor=actor, at=NOON)
    assert Urge.objects.count() == 0


def test_urging_many_units_takes_as_many_queries(agency: Agency) -> None:
    def queries(*numbers: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            agency.urge(*numbers)
        return len(seen)

    one = queries(0)
    for number in range(4, 9):
        unit = make_unit(f"CC{number}", agency.root)
        make_user(f"truong{number}", Role.UNIT_HEAD, unit)
        agency.units.append(unit)
    assert queries(1, *range(3, 8)) <= one


def test_answer_reaches_whoever_urged_and_again_replaces_it(agency: Agency) -> None:
    [urge] = agency.urge(0)
    answer_urge(urge, "15 giờ xong", actor=agency.clerk, at=NOON)
    answer_urge(urge, "14 giờ 50 xong", actor=agency.heads[0], at=NOON + datetime.timedelta(minutes=1))
    urge.refresh_from_db()
    assert (urge.answer, urge.answered_by) == ("14 giờ 50 xong", agency.heads[0])
    assert told()["reports.urge_answered"] == ["vanphong", "vanphong"]
    said = AuditEvent.objects.filter(action="reports.answer_urge").order_by("pk")
    assert [row.detail["answer"] for row in said] == ["15 giờ xong", "14 giờ 50 xong"]


def test_same_answer_by_the_same_person_twice_is_one(agency: Agency) -> None:
    [urge] = agency.urge(0)
    for _tap in range(2):
        answer_urge(urge, "15 giờ xong", actor=agency.clerk, at=NOON)
    assert told()["reports.urge_answered"] == ["vanphong"]
    assert AuditEvent.objects.filter(action="reports.answer_urge").count() == 1
    answer_urge(urge, "15 giờ xong", actor=agency.heads[0], at=NOON)
    urge.refresh_from_db()
    assert urge.answered_by == agency.heads[0]


def test_page_says_how_many_ticked_units_were_left_out(agency: Agency) -> None:
    agency.urge(0)
    given = {"key": str(uuid.uuid4()), "units": [unit.pk for unit in agency.units[:2]], "note": ""}
    with clocks.at(NOON):
        page = client_of(agency.office).post("/dieu-hanh/don-doc/", given, follow=True).content.decode()
        again = client_of(agency.office).post("/dieu-hanh/don-doc/", given, follow=True).content.decode()
    for one in (page, again):
        assert ("Đã đôn đốc 1 đơn vị" in one, "Bỏ qua 1 đơn vị đã chọn" in one) == (True, True)


@pytest.mark.parametrize(("asked", "ticked"), [("", 3), ("?chon=khong", 0)])
def test_list_ticks_every_unit_or_none(agency: Agency, asked: str, ticked: int) -> None:
    with clocks.at(clock(15, 5)):
        page = client_of(agency.office).get(f"/dieu-hanh/{MONDAY}/goi-dien/{asked}").content.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert (len(boxes), sum("checked" in one for one in boxes)) == (3, ticked)


def test_list_that_was_sent_without_a_tick_offers_to_tick_every_unit(agency: Agency) -> None:
    given = {"key": str(uuid.uuid4()), "note": "gấp"}
    with clocks.at(clock(15, 5)):
        answer = client_of(agency.office).post("/dieu-hanh/don-doc/", given)
    page = answer.content.decode()
    assert (answer.status_code, "Chọn tất cả đơn vị" in page, "Bỏ chọn" in page) == (422, True, False)


def test_answer_by_another_unit_or_without_words_is_refused(agency: Agency) -> None:
    [urge] = agency.urge(0)
    with pytest.raises(PermissionDenied):
        answer_urge(urge, "xong", actor=agency.heads[1], at=NOON)
    with pytest.raises(UrgeRefusedError):
        answer_urge(urge, "  ", actor=agency.clerk, at=NOON)
    urge.refresh_from_db()
    assert urge.answer == ""


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_pages_from_the_list_to_the_answer(agency: Agency) -> None:
    office, head = client_of(agency.office), client_of(agency.heads[0])
    call_list = f"/dieu-hanh/{MONDAY}/goi-dien/"
    with clocks.at(clock(15, 5)):
        page = office.get(call_list).content.decode()
        assert "0/1, quá hạn." in page
        given = {"key": str(uuid.uuid4()), "units": [agency.units[0].pk, agency.units[1].pk], "note": ""}
        answer = office.post("/dieu-hanh/don-doc/", given, follow=True).content.decode()
        assert "Đã đôn đốc 2 đơn vị, báo cho 3 người." in answer
        assert "chưa trả lời" in answer
        board = head.get(f"/hom-nay/CC1/{MONDAY}/").content.decode()
        assert "Văn phòng đôn đốc đơn vị" in board
        urge = Urge.objects.get(unit=agency.units[0])
        said = head.post(f"/hom-nay/CC1/tra-loi/{urge.pk}/", {"answer": "Đang chờ mạng <b>"}, follow=True)
        assert "Đã gửi câu trả lời" in said.content.decode()
        assert "Đang chờ mạng &lt;b&gt;" in office.get(call_list).content.decode()


@pytest.mark.parametrize(
    "given",
    [{"units": []}, {"units": ["abc"]}, {"units": ["1"], "key": "x"}, {"units": ["1"], "note": "x" * 201}],
    ids=["nobody", "no number", "no key", "too long"],
)
def test_wrong_form_urges_nobody_and_says_so(agency: Agency, given: dict[str, object]) -> None:
    with clocks.at(NOON):
        data = {"key": str(uuid.uuid4()), "note": "", **given}
        page = client_of(agency.office).post("/dieu-hanh/don-doc/", data, follow=True).content.decode()
    assert "Chưa đôn đốc ai" in page
    assert Urge.objects.count() == 0


def test_refused_urging_keeps_the_note_and_the_ticks(agency: Agency) -> None:
    note, ticked = "Gọi cho tôi " * 20, agency.units[0].pk
    with clocks.at(clock(15, 5)):
        given = {"key": str(uuid.uuid4()), "units": [ticked], "note": note}
        answer = client_of(agency.office).post("/dieu-hanh/don-doc/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{note}"' in page
    assert re.findall(r'id="u(\d+)"\s+checked', page) == [str(ticked)]


def test_answer_that_is_too_long_is_not_cut_but_refused_and_kept(agency: Agency) -> None:
    with clocks.at(clock(15, 5)):
        [urge] = urge_units(uuid.uuid4(), [agency.units[0].pk], note="", actor=agency.office, at=clock(15, 5))
        answer = client_of(agency.heads[0]).post(f"/hom-nay/CC1/tra-loi/{urge.pk}/", {"answer": "x" * 301})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Câu trả lời dài nhất 300 ký tự." in page
    assert f'value="{"x" * 301}"' in page
    assert Urge.objects.get().answer == ""


def test_list_of_a_day_that_is_over_urges_nobody(agency: Agency) -> None:
    with clocks.at(clock(9) + datetime.timedelta(days=1)):
        page = client_of(agency.office).get(f"/dieu-hanh/{MONDAY}/goi-dien/").content.decode()
    assert "Đôn đốc các đơn vị" not in page
