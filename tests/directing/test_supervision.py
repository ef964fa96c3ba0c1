"""Supervision: planned, announced or not, recorded at the place, confirmed or not, followed until it is settled."""

import datetime
import io
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.directing import MONDAY, Agency, clock, make_supervision, send_minutes, with_minutes
from tests.factories.organization import make_role
from tests.factories.photographs import photograph_with_place, picture
from vungxanh.accounts.models import User
from vungxanh.audit.actions import ACTIONS
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.common.duties import DutyState, Question
from vungxanh.directing.duties import recommendations as duty
from vungxanh.directing.enums import RecommendationState, RecommendationVerb, SupervisionState
from vungxanh.directing.models import Recommendation, Supervision, SupervisionPhotograph
from vungxanh.directing.operations.recommendations import move_recommendation, remind_of_recommendations
from vungxanh.directing.operations.recording import (
    Proposal,
    Recorded,
    add_photograph,
    erase_photographs,
    read_photograph,
    record_supervision,
)
from vungxanh.directing.operations.supervision import (
    Plan,
    SupervisionError,
    change_supervision,
    move_supervision,
    plan_supervision,
)
from vungxanh.directing.queries.supervision import supervisions_visible_to
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.workflow import RECOMMENDATION, SUPERVISION
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY
PLANNERS, TEAM, HEADS = {"office", "director"}, {"office", "director", "member"}, {"head", "deputy"}
STAFF = {"head", "deputy", "clerk"}
MAY = {
    ("PLANNED", "change"): PLANNERS,
    ("PLANNED", "begin"): TEAM,
    ("PLANNED", "cancel"): PLANNERS,
    ("BEGUN", "record"): TEAM,
    ("BEGUN", "send_minutes"): TEAM,
    ("BEGUN", "cancel"): PLANNERS,
    ("MINUTES", "take_back"): TEAM,
    ("MINUTES", "confirm"): HEADS,
    ("MINUTES", "object"): HEADS,
}
VERBS = ("change", "begin", "record", "send_minutes", "take_back", "confirm", "object", "cancel")
MAY_FOLLOW = {
    ("OPEN", "report"): STAFF,
    ("OPEN", "postpone"): PLANNERS,
    ("OPEN", "drop"): PLANNERS,
    ("REPORTED", "accept"): PLANNERS,
    ("REPORTED", "send_back"): PLANNERS,
}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def minutes(agency: Agency) -> tuple[Supervision, SupervisionPhotograph]:
    return with_minutes(make_supervision(agency.unit, agency.office, agency.goes), agency.office)


def plan_of(agency: Agency, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "unit_id": agency.unit.pk,
        "day": MONDAY,
        "purpose": "Kiểm tra",
        "is_announced": True,
        "people": [agency.goes],
        "codes": ["5K"],
    }
    return Plan(**(given | more))


def told(topic: str) -> list[str]:
    rows = Notification.objects.filter(topic=f"directing.{topic}").order_by("recipient__username", "pk")
    return list(rows.values_list("recipient__username", flat=True))


def in_state(agency: Agency, state: str) -> Supervision:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=state not in ("PLANNED", "CANCELLED"))
    if state in ("MINUTES", "CONFIRMED", "CONFIRMED_WITH_OPINION"):
        made, _photograph = send_minutes(made, agency.office)
    verb = {"CONFIRMED": "confirm", "CONFIRMED_WITH_OPINION": "object", "CANCELLED": "cancel"}.get(state)
    actor = agency.office if verb == "cancel" else agency.head
    return move_supervision(made, verb, actor=actor, at=clock(8), text="Ý kiến.") if verb else made


def do(supervision: Supervision, verb: str, agency: Agency, actor: User) -> None:
    if verb == "change":
        change_supervision(supervision, plan_of(agency), actor=actor, at=clock(8))
    elif verb == "record":
        record_supervision(supervision, Recorded(present="Mọi người"), actor=actor, at=clock(8))
    else:
        if verb == "send_minutes":
            supervision.items.update(result="MET")
            Supervision.objects.filter(pk=supervision.pk).update(conclusions="Tốt.")
        move_supervision(supervision, verb, actor=actor, at=clock(8), text="Lý do.")


@pytest.mark.parametrize("state", SupervisionState.values)
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str) -> None:
    supervision = in_state(agency, state)
    assert supervision.state == state
    for verb in VERBS:
        may = MAY.get((state, verb), set())
        for name, user in agency.people.items():
            with transaction.atomic():
                if name in may:
                    do(supervision, verb, agency, user)
                    assert Supervision.objects.get(pk=supervision.pk).state == SUPERVISION.find(state, verb).end
                else:
                    with pytest.raises(PermissionDenied if may else SupervisionError):
                        do(supervision, verb, agency, user)
                transaction.set_rollback(True)


@pytest.mark.parametrize("state", RecommendationState.values)
def test_every_cell_of_following_a_recommendation(agency: Agency, state: str) -> None:
    one = minutes(agency)[0].recommendations.get()
    ended = clock(8) if state in ("CLOSED", "DROPPED") else None
    Recommendation.objects.filter(pk=one.pk).update(state=state, ended_at=ended)
    for verb in (verb for verb in RecommendationVerb if verb != RecommendationVerb.PROPOSE):
        may = MAY_FOLLOW.get((state, verb), set())
        for name, user in agency.people.items():
            given = {"text": "Nội dung.", "due_date": MONDAY + 2 * WEEK}
            with transaction.atomic():
                if name in may:
                    moved = move_recommendation(one, verb, actor=user, at=clock(9), **given)  # type: ignore[arg-type]
                    assert moved.state == RECOMMENDATION.find(state, verb).end
                else:
                    with pytest.raises(PermissionDenied if may else SupervisionError):
                        move_recommendation(one, verb, actor=user, at=clock(9), **given)  # type: ignore[arg-type]
                transaction.set_rollback(True)


def test_states_are_those_of_the_map_and_every_verb_has_words_in_the_trail() -> None:
    assert list(SUPERVISION.states) == SupervisionState.values
    assert list(RECOMMENDATION.states) == RecommendationState.values
    assert {f"directing.{move.verb}_supervision" for move in SUPERVISION.moves} <= set(ACTIONS)
    followed = {move.verb for move in RECOMMENDATION.moves} - {"propose"}
    assert {f"directing.{verb}_recommendation" for verb in followed} <= set(ACTIONS)


def test_only_the_office_and_leaders_plan_and_the_same_page_twice_is_one(agency: Agency) -> None:
    for name, user in agency.people.items():
        with transaction.atomic():
            if name in PLANNERS:
                plan_supervision(uuid.uuid4(), plan_of(agency), actor=user, at=clock(7))
            else:
                with pytest.raises(PermissionDenied):
                    plan_supervision(uuid.uuid4(), plan_of(agency), actor=user, at=clock(7))
            transaction.set_rollback(True)
    key = uuid.uuid4()
    for _tap in range(2):
        plan_supervision(key, plan_of(agency), actor=agency.office, at=clock(7))
    assert Supervision.objects.count() == 1
    with pytest.raises(SupervisionError, match="đã được gửi"):
        plan_supervision(key, plan_of(agency, purpose="Khác"), actor=agency.office, at=clock(7))


@pytest.mark.parametrize(
    ("more", "count"), [({}, 1), ({"purpose": "Khác"}, 2), ({"own": ["Sổ khách"]}, 2)], ids=["same", "purpose", "own"]
)
def test_plan_sent_again_from_a_page_to_which_one_went_back_is_one(
    agency: Agency, more: dict[str, Any], count: int
) -> None:
    plan_supervision(uuid.uuid4(), plan_of(agency), actor=agency.office, at=clock(7))
    plan_supervision(uuid.uuid4(), plan_of(agency, **more), actor=agency.office, at=clock(7))
    assert Supervision.objects.count() == count


@pytest.mark.parametrize(
    "more",
    [{"day": MONDAY - WEEK}, {"day": MONDAY + 367 * DAY}, {"purpose": "  "}, {"people": []}, {"codes": []}],
    ids=["past", "too far", "no purpose", "nobody", "nothing"],
)
def test_plan_that_is_not_whole_is_refused(agency: Agency, more: dict[str, Any]) -> None:
    with pytest.raises(SupervisionError):
        plan_supervision(uuid.uuid4(), plan_of(agency, **more), actor=agency.office, at=clock(7))
    assert Supervision.objects.count() == 0


def test_day_of_a_visit_or_of_a_recommendation_lies_within_a_year(agency: Agency) -> None:
    """A year that was mistyped: refused in words with the latest day, which itself is accepted."""
    last = MONDAY + 366 * DAY
    made = plan_supervision(uuid.uuid4(), plan_of(agency, day=last), actor=agency.office, at=clock(7))
    with pytest.raises(SupervisionError, match=r"20/09/2199.*21/09/2022"):
        change_supervision(made, plan_of(agency, day=MONDAY.replace(year=2199)), actor=agency.office, at=clock(7))
    begun = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    late = Recorded(conclusions="Không giữ", proposals=[Proposal(None, "Mua khẩu trang", last + DAY)])
    with pytest.raises(SupervisionError, match="22/09/2022"):
        record_supervision(begun, late, actor=agency.office, at=clock(8))
    begun.refresh_from_db()
    assert (begun.conclusions, begun.recommendations.count()) == ("", 0)
    [one] = send_minutes(begun, agency.office)[0].recommendations.all()
    with pytest.raises(SupervisionError, match="22/09/2022"):
        move_recommendation(
            one, RecommendationVerb.POSTPONE, actor=agency.office, at=clock(9), text="Chờ", due_date=last + DAY
        )


def test_unannounced_visit_is_hidden_from_the_unit_until_it_begins(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, is_announced=False)

    def seen() -> set[str]:
        return {name for name, user in agency.people.items() if supervisions_visible_to(user, on=MONDAY)}

    assert (seen(), told("supervision_planned")) == ({"office", "director", "member"}, ["doanvien"])
    with clocks.at(clock(8)):
        assert client_of(agency.head).get(f"/chi-dao/kiem-tra/{made.pk}/").status_code == 404
    with transaction.atomic():
        move_supervision(made, "cancel", actor=agency.office, at=clock(8), text="Trùng lịch")
        assert (seen(), set(told("supervision_planned"))) == ({"office", "director", "member"}, {"doanvien"})
        transaction.set_rollback(True)
    move_supervision(made, "begin", actor=agency.member, at=clock(8))
    assert seen() == {"office", "director", "member", *STAFF}
    assert set(told("supervision_planned")) == {"doanvien", "truong", "pho", "dauloi"}


def test_visit_does_not_begin_before_its_day(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, day=MONDAY + WEEK)
    with pytest.raises(SupervisionError, match="27/09/2021"):
        move_supervision(made, "begin", actor=agency.office, at=clock(8))


def test_minutes_wait_until_everything_has_its_result(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    first, second = made.items.order_by("position")
    with pytest.raises(SupervisionError, match="2 nội dung"):
        move_supervision(made, "send_minutes", actor=agency.office, at=clock(8))
    results = {first.pk: "MET", second.pk: "NOT_MET"}
    record_supervision(made, Recorded(results=results), actor=agency.member, at=clock(8))
    with pytest.raises(SupervisionError, match="nhận xét"):
        move_supervision(made, "send_minutes", actor=agency.office, at=clock(8))
    record_supervision(made, Recorded(remarks={second.pk: "Thiếu sổ."}), actor=agency.member, at=clock(8))
    with pytest.raises(SupervisionError, match="kết luận"):
        move_supervision(made, "send_minutes", actor=agency.office, at=clock(8))
    assert Supervision.objects.get().state == "BEGUN"


def test_two_who_record_do_not_undo_each_other(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    first, second = made.items.order_by("position")
    record_supervision(made, Recorded(results={first.pk: "MET"}), actor=agency.member, at=clock(8))
    record_supervision(made, Recorded(remarks={second.pk: "Ổn"}), actor=agency.office, at=clock(8, 1))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.result, first.recorded_by, second.remark) == ("MET", agency.member, "Ổn")


def test_nobody_who_went_confirms_and_nobody_accepts_the_own_report(agency: Agency) -> None:
    goes = agency.goes
    goes.user = agency.head
    goes.save()
    made = in_state(agency, "MINUTES")
    with pytest.raises(PermissionDenied, match="đoàn kiểm tra"):
        move_supervision(made, "confirm", actor=agency.head, at=clock(8))
    move_supervision(made, "confirm", actor=agency.deputy, at=clock(8))
    make_role(agency.clerk, Role.OFFICE, agency.root)
    one = made.recommendations.get()
    move_recommendation(one, RecommendationVerb.REPORT, actor=agency.clerk, at=clock(9), text="Đã mua.")
    with pytest.raises(PermissionDenied, match="người khác"):
        move_recommendation(one, RecommendationVerb.ACCEPT, actor=agency.clerk, at=clock(10))


def test_opinion_is_kept_and_words_are_asked_for(agency: Agency) -> None:
    made = in_state(agency, "MINUTES")
    with pytest.raises(SupervisionError):
        move_supervision(made, "object", actor=agency.head, at=clock(8), text=" ")
    kept = move_supervision(made, "object", actor=agency.head, at=clock(8), text="Kho đã có từ hôm qua.")
    assert (kept.opinion, kept.answered_by) == ("Kho đã có từ hôm qua.", agency.head)
    assert told("supervision_answered") == ["doanvien", "vanphong"]
    with pytest.raises(SupervisionError):
        record_supervision(kept, Recorded(conclusions="Khác"), actor=agency.office, at=clock(9))


def test_minutes_are_not_taken_back_once_the_unit_follows_them(agency: Agency) -> None:
    made = in_state(agency, "MINUTES")
    move_recommendation(
        made.recommendations.get(), RecommendationVerb.REPORT, actor=agency.clerk, at=clock(9), text="Đã mua."
    )
    with pytest.raises(SupervisionError):
        move_supervision(made, "take_back", actor=agency.office, at=clock(10))


def test_recommendations_are_numbered_again_when_one_is_left_out(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    proposals = [Proposal(None, text, MONDAY + WEEK, agency.lan.pk) for text in ("Một", "Hai", "Ba")]
    record_supervision(made, Recorded(proposals=proposals), actor=agency.office, at=clock(8))
    first = made.recommendations.get(number=1)
    gone = Proposal(first.pk, first.text, first.due_date, is_removed=True)
    record_supervision(made, Recorded(proposals=[gone]), actor=agency.office, at=clock(8))
    assert list(made.recommendations.order_by("number").values_list("number", "text")) == [(1, "Hai"), (2, "Ba")]
    for wrong in (
        Proposal(None, "Quá hạn", MONDAY - WEEK),
        Proposal(None, " ", MONDAY),
        Proposal(None, "Của ai", MONDAY, agency.goes.pk),
    ):
        with pytest.raises(SupervisionError):
            record_supervision(made, Recorded(proposals=[wrong]), actor=agency.office, at=clock(8))
    assert made.recommendations.count() == 2


def test_following_with_evidence_sent_back_and_accepted(agency: Agency) -> None:
    made, _first = minutes(agency)
    one = made.recommendations.get()
    with pytest.raises(SupervisionError):
        move_recommendation(
            one, RecommendationVerb.REPORT, actor=agency.clerk, at=clock(9), text="Xong", pictures=[b"no picture"]
        )
    one.refresh_from_db()
    assert (one.state, one.entries.count()) == ("OPEN", 1)
    report = {"actor": agency.clerk, "text": "Đã mua.", "pictures": [picture(5)]}
    move_recommendation(one, RecommendationVerb.REPORT, at=clock(9), **report)  # type: ignore[arg-type]
    move_recommendation(one, RecommendationVerb.SEND_BACK, actor=agency.office, at=clock(10), text="Chưa rõ ảnh.")
    move_recommendation(one, RecommendationVerb.REPORT, actor=agency.head, at=clock(11), text="Ảnh mới.")
    one = move_recommendation(one, RecommendationVerb.ACCEPT, actor=agency.director, at=clock(12))
    assert (one.state, one.ended_at) == ("CLOSED", clock(12))
    verbs = ["propose", "report", "send_back", "report", "accept"]
    assert list(one.entries.order_by("at", "pk").values_list("verb", flat=True)) == verbs
    assert (told("recommendation_reported"), len(told("recommendation_decided"))) == (["vanphong", "vanphong"], 6)


def test_more_time_is_a_later_day(agency: Agency) -> None:
    one = minutes(agency)[0].recommendations.get()
    with pytest.raises(SupervisionError):
        move_recommendation(
            one, RecommendationVerb.POSTPONE, actor=agency.office, at=clock(9), text="Chờ", due_date=one.due_date
        )
    later = move_recommendation(
        one, RecommendationVerb.POSTPONE, actor=agency.office, at=clock(9), text="Chờ", due_date=MONDAY + 2 * WEEK
    )
    assert (later.state, later.due_date) == ("OPEN", MONDAY + 2 * WEEK)


def test_reminders_come_by_the_rule_each_once(agency: Agency) -> None:
    minutes(agency)
    due = MONDAY + WEEK
    new = [
        remind_of_recommendations(at=clock(hour, day=due + datetime.timedelta(days=days)))
        for days, hour in [(-3, 9), (-2, 7), (-2, 8), (-1, 9), (0, 9), (1, 9), (2, 9), (10, 9), (11, 9)]
    ]
    assert new == [0, 0, 3, 0, 3, 4, 0, 4, 0]
    assert told("recommendation_due").count("vanphong") == 2


def test_duty_of_the_control_room_as_it_stood(agency: Agency) -> None:
    def status(at: datetime.datetime) -> tuple[str, int, int] | None:
        question = Question(at.date(), at, {agency.unit.pk: {agency.unit.pk}, agency.other.pk: {agency.other.pk}})
        found = duty(question)
        assert agency.other.pk not in found
        one = found.get(agency.unit.pk)
        return (one.state, one.done, one.expected) if one else None

    due = MONDAY + WEEK
    assert status(clock(9)) is None
    one = minutes(agency)[0].recommendations.get()
    assert status(clock(9)) == (DutyState.PENDING, 0, 1)
    assert status(clock(9, day=due)) == (DutyState.BEHIND, 0, 1)
    assert status(clock(9, day=due + WEEK)) == (DutyState.OVERDUE, 0, 1)
    move_recommendation(one, RecommendationVerb.REPORT, actor=agency.head, at=clock(10, day=due), text="Xong.")
    assert status(clock(9, day=due)) == (DutyState.BEHIND, 0, 1)
    assert status(clock(11, day=due)) == (DutyState.DONE, 1, 1)
    move_recommendation(one, RecommendationVerb.ACCEPT, actor=agency.office, at=clock(12, day=due))
    assert status(clock(13, day=due)) == (DutyState.DONE, 1, 1)
    assert status(clock(13, day=due + WEEK)) is None


def test_photographs_lose_what_the_camera_wrote_are_read_with_a_trace_and_erased(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    item = made.items.order_by("position")[0]
    kept = add_photograph(made, item, photograph_with_place(), actor=agency.member, at=clock(8))
    again = add_photograph(made, item, photograph_with_place(), actor=agency.office, at=clock(8))
    assert (kept.pk, SupervisionPhotograph.objects.count()) == (again.pk, 1)
    assert b"toa-do" not in read_photograph(kept, actor=agency.head, at=clock(9))
    assert AuditEvent.objects.get(action="directing.read_photograph").is_read
    with pytest.raises(SupervisionError):
        add_photograph(made, item, b"%PDF-1.7", actor=agency.member, at=clock(8))
    for number in range(1, 6):
        add_photograph(made, item, picture(number, size=(50 + number, 40)), actor=agency.member, at=clock(8))
    with pytest.raises(SupervisionError, match="Mỗi chỗ nhiều nhất"):
        add_photograph(made, item, picture(6, size=(56, 40)), actor=agency.member, at=clock(8))
    assert all_record_faults() == []
    rule = SUPERVISION_RULE.current().in_force(MONDAY)
    assert erase_photographs(at=clock(9, day=MONDAY + datetime.timedelta(days=rule.keep_days))) == 0
    assert erase_photographs(at=clock(9, day=MONDAY + datetime.timedelta(days=rule.keep_days + 1))) == 6
    kept.refresh_from_db()
    assert kept.content is None
    assert list(rule.faults("x")) == []


def recorded_page(made: Supervision, **more: Any) -> dict[str, Any]:
    """What a browser sends of the page as it was shown at first."""
    given: dict[str, Any] = {"present": "", "conclusions": "", "text_new": "", "due_new": "", "who_new": ""}
    for item in made.items.all():
        given |= {f"result_{item.pk}": item.result, f"remark_{item.pk}": item.remark}
        given |= {f"seen_result_{item.pk}": item.result, f"seen_remark_{item.pk}": item.remark}
    return given | {"seen_present": "", "seen_conclusions": ""} | more


def test_page_at_the_place_keeps_text_photographs_and_recommendations_at_once(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    first, second = made.items.order_by("position")
    client, address = client_of(agency.member), f"/chi-dao/kiem-tra/{made.pk}/ghi/"
    with clocks.at(clock(9)):
        assert "Kho vật tư" in client.get(address).content.decode()
        photograph = SimpleUploadedFile("a.jpg", picture(3), "image/jpeg")
        more = {
            f"result_{first.pk}": "MET",
            f"remark_{second.pk}": "Dòng một\r\nDòng hai",
            f"photograph_{second.pk}": photograph,
            "text_new": "Mua khẩu trang",
            "due_new": "2021-09-25",
            "who_new": str(agency.lan.pk),
        }
        assert client.post(address, recorded_page(made, **more)).status_code == 302
        [kept] = made.recommendations.all()
        assert (kept.text, kept.answerable, second.photographs.count()) == ("Mua khẩu trang", agency.lan, 1)
        again = recorded_page(made, **{f"text_{kept.pk}": "Mua khẩu trang", f"due_{kept.pk}": "2021-09-25"})
        again |= {f"removed_{kept.pk}": "on", f"drop_{second.photographs.get().pk}": "on"}
        assert client.post(address, again).status_code == 302
    second.refresh_from_db()
    assert (second.remark, made.recommendations.count()) == ("Dòng một\nDòng hai", 0)
    assert second.photographs.get().content is None


def test_page_that_is_refused_keeps_what_was_typed_and_the_photographs(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    first, second = made.items.order_by("position")
    client, address = client_of(agency.member), f"/chi-dao/kiem-tra/{made.pk}/ghi/"
    more = {
        f"remark_{first.pk}": "Nhận xét dài của tôi",
        f"photograph_{first.pk}": SimpleUploadedFile("a.jpg", picture(3), "image/jpeg"),
        f"photograph_{second.pk}": SimpleUploadedFile("b.jpg", b"khong phai anh", "image/jpeg"),
        "text_new": "Việc không có hạn",
        "conclusions": "Kết luận đang viết",
    }
    with clocks.at(clock(9)):
        answer = client.post(address, recorded_page(made, **more))
        page = answer.content.decode()
        assert answer.status_code == 422
        for typed in ("Nhận xét dài của tôi", "Việc không có hạn", "Kết luận đang viết", "Ghi thời hạn"):
            assert typed in page
        assert "Đã giữ 1 ảnh" in page
        assert (first.photographs.count(), second.photographs.count()) == (1, 0)
        move_supervision(made, "cancel", actor=agency.office, at=clock(9), text="Dừng")
        late = client.post(address, recorded_page(made, conclusions="Viết khi đã hủy"))
        assert (late.status_code, "Viết khi đã hủy" in late.content.decode()) == (422, True)


def test_page_that_is_not_sent_to_the_unit_keeps_nothing_so_that_nothing_comes_twice(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    first, second = made.items.order_by("position")
    client, address = client_of(agency.member), f"/chi-dao/kiem-tra/{made.pk}/ghi/"
    more = {"conclusions": "Tốt", "text_new": "Mua khẩu trang", "due_new": "2021-09-25", "then": "send"}
    with clocks.at(clock(9)):
        refused = client.post(address, recorded_page(made, **more))
        assert (refused.status_code, "Mua khẩu trang" in refused.content.decode()) == (422, True)
        results = {f"result_{first.pk}": "MET", f"result_{second.pk}": "NOT_SEEN"}
        page = client.post(address, recorded_page(made, **more, **results), follow=True).content.decode()
    assert (made.recommendations.count(), "Đã gửi biên bản cho đơn vị." in page) == (1, True)


def test_page_of_changing_leads_back_once_the_visit_has_begun(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    with clocks.at(clock(9)):
        page = client_of(agency.office).get(f"/chi-dao/kiem-tra/{made.pk}/sua/", follow=True)
    assert page.redirect_chain == [(f"/chi-dao/kiem-tra/{made.pk}/", 302)]
    assert "Cuộc kiểm tra đã chuyển trạng thái" in page.content.decode()


def test_pages_from_the_plan_to_the_settled_recommendation(agency: Agency) -> None:
    office, head, clerk = (client_of(user) for user in (agency.office, agency.head, agency.clerk))
    with clocks.at(clock(9)):
        plan = {"key": str(uuid.uuid4()), "unit": "CCKL", "day": "2021-09-20", "purpose": "Kiểm tra 5K"}
        plan |= {"team": "Không Ai Cả", "codes": ["5K"], "own": "Nhà ăn"}
        wrong = office.post("/chi-dao/kiem-tra/moi/", plan)
        assert (wrong.status_code, "Không tìm thấy ai" in wrong.content.decode()) == (422, True)
        plan["team"] = "đoàn viên"
        planned = office.post("/chi-dao/kiem-tra/moi/", plan, follow=True).content.decode()
        made = Supervision.objects.get()
        assert "Nhà ăn" in planned
        address = f"/chi-dao/kiem-tra/{made.pk}/"
        office.post(f"{address}bat-dau/")
        first, second = made.items.order_by("position")
        more = {f"result_{first.pk}": "MET", f"result_{second.pk}": "NOT_SEEN", "conclusions": "Tốt <b>"}
        more |= {"text_new": "Treo bảng 5K", "due_new": "2021-09-22", "then": "send"}
        office.post(f"{address}ghi/", recorded_page(made, **more))
        assert "Tốt &lt;b&gt;" in head.get(address).content.decode()
        assert head.post(f"{address}xac-nhan/").status_code == 302
        assert "BIÊN BẢN" in clerk.get(f"{address}bien-ban/").content.decode()
        one = made.recommendations.get()
        follow = f"/chi-dao/kien-nghi/{one.pk}/"
        assert clerk.post(f"{follow}da-xong/", {"text": ""}).status_code == 422
        clerk.post(
            f"{follow}da-xong/", {"text": "Đã treo", "picture": SimpleUploadedFile("c.png", picture(kind="PNG"))}
        )
        assert office.post(f"{follow}chap-nhan/", {"text": ""}).status_code == 302
        book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/chi-dao/kiem-tra/xlsx/").content))
        sheets = [book.get_sheet_by_index(number).to_python() for number in range(3)]
    assert [len(rows) for rows in sheets] == [2, 3, 2]
    assert sheets[2][1][2] == "Treo bảng 5K"


def test_lists_take_as_many_queries_for_three_as_for_one(agency: Agency) -> None:
    def queries(address: str) -> int:
        with clocks.at(clock(12)), CaptureQueriesContext(connection) as seen:
            assert client_of(agency.office).get(address).status_code == 200
        return len(seen)

    addresses = ("/chi-dao/kiem-tra/", "/chi-dao/kien-nghi/", "/chi-dao/kiem-tra/xlsx/")
    minutes(agency)
    one = [queries(address) for address in addresses]
    minutes(agency)
    minutes(agency)
    assert [queries(address) for address in addresses] == one


def test_database_holds_what_the_models_say(agency: Agency) -> None:
    made, photograph = minutes(agency)
    one = made.recommendations.get()
    for model, pk, wrong in (
        (Supervision, made.pk, {"conclusions": ""}),
        (Supervision, made.pk, {"state": "CONFIRMED"}),
        (Supervision, made.pk, {"state": "CANCELLED"}),
        (Supervision, made.pk, {"begun_at": None}),
        (Recommendation, one.pk, {"text": ""}),
        (Recommendation, one.pk, {"state": "CLOSED"}),
        (SupervisionPhotograph, photograph.pk, {"item": None}),
        (SupervisionPhotograph, photograph.pk, {"content": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.filter(pk=pk).update(**wrong)  # type: ignore[attr-defined]
