"""Signs of formalism: each kind with one that is a sign and one that just is not, who sees them, what is noted."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import Agency, make_supervision, with_minutes
from tests.factories.movement import launching, make_campaign, make_sent
from tests.factories.organization import MONDAY, clock, make_holder, make_unit
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.directing.enums import RecommendationVerb
from vungxanh.directing.models import Recommendation
from vungxanh.directing.operations.recommendations import move_recommendation
from vungxanh.movement.models import Launch
from vungxanh.movement.operations.appraisal import answer_check, appraise_self_score, ask_check
from vungxanh.movement.operations.launches import add_photograph, record_launch, withdraw_launch
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit, UnitVersion
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.models import FormalismNote
from vungxanh.reports.operations.formalism import NoteError, note_sign
from vungxanh.reports.queries.formalism import ABOVE_CHECK, LAST_MINUTE, SAME_PICTURE, SAME_TEXT, Sign, signs
from vungxanh.reports.rulebook import FORMALISM
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
LATER = clock(17)
NOTHING: dict[str, list[Sign]] = {LAST_MINUTE: [], SAME_TEXT: [], SAME_PICTURE: [], ABOVE_CHECK: []}
SEPTEMBER = datetime.date(2021, 9, 1), datetime.date(2021, 9, 30)
DAYS = [MONDAY + datetime.timedelta(days=offset) for offset in (-13, -12, -11, -10, -7)]
"""Five working days up to the Monday before."""
LONG = (
    "{unit} tổ chức hội nghị toàn thể cán bộ, quán triệt kế hoạch, ký giao ước thi đua, "
    "phân công từng người phụ trách từng việc."
)


@pytest.fixture
def agency(db: None) -> Agency:
    """Both units answer for themselves."""
    made = Agency()
    UnitVersion.objects.filter(unit__in=[made.unit, made.other]).update(is_reporting_point=True)
    return made


def found(viewer: User, *, at: datetime.datetime = LATER) -> dict[str, list[Sign]]:
    return signs(viewer, *SEPTEMBER, at=at, tree=all_tree_on(MONDAY))


def send(unit: Unit, head: User, days: list[datetime.date], hour: int, minute: int, *, note: str = "") -> None:
    for day in days:
        at = clocks.moment(day, datetime.time(hour, minute))
        submit_return(unit.pk, day=day, kind=ReturnKind.DAILY, actor=head, at=at, note=note)


def launch(agency: Agency, unit: Unit, head: User, text: str, code: int = 0) -> Launch:
    campaign = agency.root.campaigns.first() or make_campaign(agency.root, agency.office, opened=True)
    made = record_launch(uuid.uuid4(), campaign, unit.pk, launching(text=text), actor=head, at=clock(9))
    if code:
        add_photograph(made, picture(code), actor=head, at=clock(9))
    return made


def test_returns_in_the_last_minutes_are_a_sign_from_the_share_of_the_rule_on(agency: Agency) -> None:
    send(agency.unit, agency.head, DAYS[:4], 14, 55)
    send(agency.unit, agency.head, DAYS[4:], 9, 0)
    send(agency.other, agency.stranger, DAYS[:3], 14, 59)
    send(agency.other, agency.stranger, DAYS[3:], 14, 54)
    [sign] = found(agency.office)[LAST_MINUTE]
    assert (sign.unit.code, sign.part, sign.whole) == ("CCKL", 4, 5)


def test_late_returns_are_no_sign_and_too_few_say_nothing(agency: Agency) -> None:
    send(agency.unit, agency.head, DAYS, 15, 1)
    send(agency.other, agency.stranger, DAYS[:4], 14, 59)
    assert found(agency.office)[LAST_MINUTE] == []


def test_a_later_version_changes_nothing(agency: Agency) -> None:
    send(agency.unit, agency.head, DAYS, 9, 0)
    send(agency.unit, agency.head, DAYS, 14, 59, note="Bổ sung")
    assert found(agency.office)[LAST_MINUTE] == []


def test_the_same_words_are_found_under_other_names_figures_and_marks(agency: Agency) -> None:
    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL") + " 40 người dự.")
    launch(agency, agency.other, agency.stranger, LONG.format(unit="Cctl").upper() + " 25 NGƯỜI DỰ!")
    [sign] = found(agency.office)[SAME_TEXT]
    assert [(place.unit.code, place.on) for place in sign.places] == [("CCKL", MONDAY), ("CCTL", MONDAY)]
    assert sign.text.startswith("CCKL tổ chức")


def test_one_other_word_or_too_few_words_are_no_sign(agency: Agency) -> None:
    third = make_unit("CCTY", agency.root)
    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL"))
    launch(agency, agency.other, agency.stranger, LONG.format(unit="CCTL").replace("hội nghị", "lễ phát động"))
    launch(agency, third, make_holder("truong3", Role.UNIT_HEAD, third), "Hội nghị toàn đơn vị.")
    assert found(agency.office)[SAME_TEXT] == []


def test_words_of_a_launch_that_was_taken_back_are_no_sign(agency: Agency) -> None:
    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL"))
    wrong = launch(agency, agency.other, agency.stranger, LONG.format(unit="CCTL"))
    withdraw_launch(wrong, "Ghi nhầm", actor=agency.stranger, at=clock(10))
    assert found(agency.office)[SAME_TEXT] == []


def test_the_same_picture_in_two_launches_is_a_sign_and_another_is_none(agency: Agency) -> None:
    third = make_unit("CCTY", agency.root)
    launch(agency, agency.unit, agency.head, "", 2)
    launch(agency, agency.other, agency.stranger, "", 2)
    launch(agency, third, make_holder("truong3", Role.UNIT_HEAD, third), "", 3)
    [sign] = found(agency.office)[SAME_PICTURE]
    assert [place.unit.code for place in sign.places] == ["CCKL", "CCTL"]


def test_the_same_report_on_two_recommendations_is_a_sign(agency: Agency) -> None:
    for hour in (10, 11):
        planned = make_supervision(agency.unit, agency.office, agency.goes, day=MONDAY)
        with_word, _picture = with_minutes(planned, agency.office)
        one = Recommendation.objects.get(supervision=with_word)
        move_recommendation(
            one, RecommendationVerb.REPORT, text=LONG.format(unit="Đơn vị"), actor=agency.head, at=clock(hour)
        )
    [sign] = found(agency.office)[SAME_TEXT]
    assert [place.unit.code for place in sign.places] == ["CCKL", "CCKL"]


@pytest.mark.parametrize(("found_by_others", "is_sign"), [(18, True), (19, False), (30, False)])
def test_self_score_far_above_a_check_is_a_sign(agency: Agency, found_by_others: float, is_sign: bool) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    score = make_sent(campaign, agency.unit, agency.head)  # 30 of at most 40
    check = ask_check(score, agency.other.pk, actor=agency.office, at=clock(10))
    answer_check(check, found_by_others, "Chỉ thấy một buổi.", actor=agency.stranger, at=clock(11))
    signs_found = found(agency.office)[ABOVE_CHECK]
    assert [(sign.unit.code, sign.part, sign.whole) for sign in signs_found] == [("CCKL", 18, 30)] * is_sign


def test_self_score_far_above_what_is_appraised_is_a_sign(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    score = make_sent(campaign, agency.unit, agency.head)
    appraise_self_score(score, 10, "Không có danh sách.", actor=agency.office, at=clock(10))
    [sign] = found(agency.office)[ABOVE_CHECK]
    assert (sign.part, sign.whole) == (10, 30)
    assert sign.places[0].address == "/phong-trao/thu-nghiem/tu-cham/CCKL/1.2/?ky=ky-1"


def test_the_same_evidence_under_two_self_scores_is_a_sign(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    for unit, head in ((agency.unit, agency.head), (agency.other, agency.stranger)):
        make_sent(campaign, unit, head)
    [sign] = found(agency.office)[SAME_PICTURE]
    assert [place.unit.code for place in sign.places] == ["CCKL", "CCTL"]


def test_a_note_stays_when_somebody_else_does_the_same_and_the_sign_is_new_again(agency: Agency) -> None:
    launch(agency, agency.unit, agency.head, "", 2)
    launch(agency, agency.other, agency.stranger, "", 2)
    [sign] = found(agency.office)[SAME_PICTURE]
    note_sign(sign, "Hai đơn vị phát động chung.", actor=agency.office, at=LATER)
    third = make_unit("CCTY", agency.root)
    third_launch = launch(agency, third, make_holder("truong3", Role.UNIT_HEAD, third), "", 2)
    third_launch.photographs.update(added_at=clock(9, day=MONDAY + datetime.timedelta(days=1)))
    [again] = found(agency.office, at=clock(12, day=MONDAY + datetime.timedelta(days=1)))[SAME_PICTURE]
    assert ([one.text for one in again.notes], again.is_looked_into) == (["Hai đơn vị phát động chung."], False)


def test_what_stands_too_far_apart_or_in_another_month_is_not_compared(agency: Agency) -> None:
    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL"), 2)
    launch(agency, agency.other, agency.stranger, LONG.format(unit="CCTL"), 2)
    far = MONDAY - datetime.timedelta(days=FORMALISM.current().in_force(MONDAY).compared_days + 30)
    Launch.objects.filter(unit=agency.unit).update(made_at=clocks.moment(far, datetime.time(9)))
    assert found(agency.office)[SAME_TEXT] == []
    october = signs(
        agency.office,
        datetime.date(2021, 10, 1),
        datetime.date(2021, 10, 31),
        at=clocks.moment(datetime.date(2021, 10, 20), datetime.time(9)),
        tree=all_tree_on(MONDAY),
    )
    assert october == NOTHING


def test_units_see_no_signs_and_what_lies_beside_ones_agency_is_not_seen(agency: Agency) -> None:
    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL"), 2)
    launch(agency, agency.other, agency.stranger, LONG.format(unit="CCTL"), 2)
    assert found(agency.head) == NOTHING
    elsewhere = make_holder("vanphong-khac", Role.OFFICE, make_unit("SYT"))
    assert found(elsewhere)[SAME_PICTURE] == []
    assert len(found(agency.director)[SAME_PICTURE]) == 1


def test_a_note_stands_beside_the_sign_once_and_the_sign_goes_last(agency: Agency) -> None:
    send(agency.unit, agency.head, DAYS, 14, 59)
    send(agency.other, agency.stranger, DAYS, 14, 59)
    first = found(agency.office)[LAST_MINUTE][0]
    note_sign(first, " Cuối giờ mới  có mạng. ", actor=agency.office, at=LATER)
    again = found(agency.office)[LAST_MINUTE][1]
    assert (again.key, [one.text for one in again.notes]) == (first.key, ["Cuối giờ mới có mạng."])
    note_sign(again, "Cuối giờ mới có mạng.", actor=agency.office, at=LATER)
    assert FormalismNote.objects.count() == 1
    [trail] = AuditEvent.objects.filter(action="reports.note_sign")
    assert trail.detail == {"kind": "LAST_MINUTE", "note": "Cuối giờ mới có mạng."}
    note_sign(again, "Đã đổi giờ gửi.", actor=agency.director, at=LATER)
    assert found(agency.office)[LAST_MINUTE][1].notes[0].text == "Đã đổi giờ gửi."


def test_a_note_in_no_words_too_many_or_by_a_unit_is_refused(agency: Agency) -> None:
    send(agency.unit, agency.head, DAYS, 14, 59)
    [sign] = found(agency.office)[LAST_MINUTE]
    for text in ("  ", "x" * 301):
        with pytest.raises(NoteError):
            note_sign(sign, text, actor=agency.office, at=LATER)
    with pytest.raises(PermissionDenied):
        note_sign(sign, "Có mạng", actor=agency.head, at=LATER)
    assert not FormalismNote.objects.exists()


def test_page_keeps_what_was_typed_and_says_why(agency: Agency, client: Client) -> None:
    send(agency.unit, agency.head, DAYS, 14, 59)
    [sign] = found(agency.office)[LAST_MINUTE]
    client.force_login(agency.office, backend=BACKEND)
    with clocks.at(LATER):
        page = client.get("/dieu-hanh/hinh-thuc/?thang=2021-09").content.decode()
        assert "5/5" not in page
        assert "5 trên 5 báo cáo ngày gửi trong 5 phút cuối" in " ".join(page.split())
        refused = client.post(f"/dieu-hanh/hinh-thuc/{sign.key}/?thang=2021-09", {"text": "y" * 301})
        assert refused.status_code == 422
        assert "y" * 301 in refused.content.decode()
        kept = client.post(f"/dieu-hanh/hinh-thuc/{sign.key}/?thang=2021-09", {"text": "Đã hỏi."})
        assert kept.headers["Location"] == f"/dieu-hanh/hinh-thuc/?thang=2021-09#{sign.key[:12]}"
        assert "Đã hỏi." in client.get("/dieu-hanh/hinh-thuc/?thang=2021-09").content.decode()
        assert client.post(f"/dieu-hanh/hinh-thuc/{'0' * 64}/", {"text": "Đã hỏi."}).status_code == 404
        client.force_login(agency.head, backend=BACKEND)
        assert client.get("/dieu-hanh/hinh-thuc/").status_code == 403


def test_signs_cost_the_same_queries_for_any_number_of_units(agency: Agency) -> None:
    def count() -> int:
        tree = all_tree_on(MONDAY)
        with CaptureQueriesContext(connection) as queries:
            signs(agency.office, *SEPTEMBER, at=LATER, tree=tree)
        return len(queries)

    launch(agency, agency.unit, agency.head, LONG.format(unit="CCKL"), 2)
    launch(agency, agency.other, agency.stranger, LONG.format(unit="CCTL"), 2)
    one = count()
    third = make_unit("CCTY", agency.root)
    launch(agency, third, make_holder("truong3", Role.UNIT_HEAD, third), LONG.format(unit="CCTY"), 2)
    send(agency.unit, agency.head, DAYS, 14, 59)
    send(agency.other, agency.stranger, DAYS, 14, 59)
    assert count() == one
