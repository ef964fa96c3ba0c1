"""Self-scores: drafted, sent with evidence, returned, appraised, cross-checked; by whom, until when."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign, make_self_score, make_sent
from tests.factories.organization import clock, make_holder, make_person, make_unit
from tests.factories.standing import make_scored
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Campaign, CrossCheck, SelfScore
from vungxanh.movement.operations.adjustments import Given, give_adjustment
from vungxanh.movement.operations.appraisal import answer_check, appraise_self_score, ask_check, return_self_score
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.movement.operations.self_scores import (
    OwnScore,
    SelfScoreError,
    remind_of_self_scores,
    send_self_scores,
    write_self_score,
)
from vungxanh.movement.queries.self_scores import self_scores_visible_to
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind

SEND_BY, APPRAISE_BY = datetime.date(2021, 10, 17), datetime.date(2021, 10, 20)
"""Two and five days after the last day of the period."""


def on(day: datetime.date, hour: int = 9) -> datetime.datetime:
    return clock(hour, day=day)


def told_of(topic: str) -> list[str]:
    return sorted(one.recipient.username for one in Notification.objects.filter(topic=topic, settled_at__isnull=True))


def test_whole_way_of_a_self_score(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    assert (score.state, score.points, score.sent_by) == ("SENT", 30, agency.head)
    assert told_of("movement.self_scores_sent") == ["vanphong"]
    score = return_self_score(score, " Thiếu danh sách ", actor=agency.office, at=clock(10))
    assert (score.state, score.reason) == ("RETURNED", "Thiếu danh sách")
    assert told_of("movement.self_score_returned") == ["dauloi", "pho", "truong"]
    assert told_of("movement.self_scores_sent") == []
    told = OwnScore(28, "Hai buổi, 40 người.")
    write_self_score(
        campaign, "ky-1", "1.2", agency.unit.pk, told, seen_at=score.written_at, actor=agency.clerk, at=clock(11)
    )
    [score] = send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.deputy, at=clock(12))
    assert told_of("movement.self_score_returned") == []
    score = appraise_self_score(score, 25, "Một buổi không có danh sách.", actor=agency.office, at=clock(13))
    assert (score.state, score.appraised_points, score.points) == ("APPRAISED", 25, 28)
    assert told_of("movement.self_score_appraised") == ["dauloi", "pho", "truong"]
    actions = AuditEvent.objects.filter(subject_id=str(score.pk)).order_by("pk").values_list("action", flat=True)
    verbs = [one.removeprefix("movement.").removesuffix("_self_score") for one in actions]
    assert verbs == ["write", "send", "return", "write", "send", "appraise"]


def test_same_draft_again_changes_nothing_and_another_page_does_not_overwrite_it(
    agency: Agency, campaign: Campaign
) -> None:
    first = make_self_score(campaign, agency.unit, agency.clerk)
    again = make_self_score(campaign, agency.unit, agency.head, at=clock(10))
    assert (again.pk, again.written_at) == (first.pk, first.written_at)
    told = OwnScore(10, "Khác")
    with pytest.raises(SelfScoreError, match="người khác sửa"):
        write_self_score(campaign, "ky-1", "1.2", agency.unit.pk, told, seen_at=None, actor=agency.head, at=clock(10))
    assert AuditEvent.objects.filter(action="movement.write_self_score").count() == 1


@pytest.mark.parametrize("points", [-1, 40.5, float("inf"), float("nan")])
def test_points_lie_within_the_measure(agency: Agency, campaign: Campaign, points: float) -> None:
    with pytest.raises(SelfScoreError, match="Từ 0 đến 40 điểm"):
        make_self_score(campaign, agency.unit, agency.head, points=points)
    assert SelfScore.objects.count() == 0


@pytest.mark.parametrize(
    ("points", "with_file", "says"),
    [(None, True, r"1\.2\. Tuyên truyền: hãy ghi điểm"), (30, False, "phải có minh chứng")],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    agency: Agency, campaign: Campaign, points: float | None, with_file: bool, says: str
) -> None:
    make_self_score(campaign, agency.unit, agency.head, points=points, with_file=with_file)
    with pytest.raises(SelfScoreError, match=says):
        send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.head, at=NINE)
    assert SelfScore.objects.get().state == "DRAFT"


def test_no_points_need_no_evidence_and_nothing_is_nothing_to_send(agency: Agency, campaign: Campaign) -> None:
    with pytest.raises(SelfScoreError, match="Chưa có gì để gửi"):
        send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.head, at=NINE)
    make_self_score(campaign, agency.unit, agency.head, points=0, with_file=False)
    assert len(send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.head, at=NINE)) == 1


def test_every_role_drafts_and_sends_as_the_workflow_says(agency: Agency, campaign: Campaign) -> None:
    drafts, sends = {"head", "deputy", "clerk"}, {"head", "deputy"}
    make_self_score(campaign, agency.unit, agency.head)
    for name, user in agency.people.items():
        SelfScore.objects.update(state="DRAFT", sent_at=None, sent_by=None)
        if name in drafts:
            make_self_score(campaign, agency.unit, user)
        else:
            with pytest.raises(PermissionDenied):
                make_self_score(campaign, agency.unit, user)
        if name in sends:
            send_self_scores(campaign, "ky-1", agency.unit.pk, actor=user, at=NINE)
        else:
            with pytest.raises(PermissionDenied):
                send_self_scores(campaign, "ky-1", agency.unit.pk, actor=user, at=NINE)


def test_every_role_appraises_as_the_workflow_says(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    personnel = make_holder("tochuc", Role.PERSONNEL, agency.root)
    for user in (*agency.people.values(), personnel):
        if user in (agency.office, personnel):
            appraise_self_score(score, 30, "", actor=user, at=NINE)
        else:
            with pytest.raises(PermissionDenied, match="Chỉ Văn phòng"):
                appraise_self_score(score, 30, "", actor=user, at=NINE)


def test_nobody_appraises_the_own_unit(agency: Agency, campaign: Campaign) -> None:
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    make_person(section, "Người Văn Phòng", user=agency.office)
    score = make_sent(campaign, agency.unit, agency.head)
    for act in (
        lambda: appraise_self_score(score, 30, "", actor=agency.office, at=NINE),
        lambda: return_self_score(score, "Thiếu", actor=agency.office, at=NINE),
        lambda: ask_check(score, agency.other.pk, actor=agency.office, at=NINE),
    ):
        with pytest.raises(PermissionDenied, match="Không ai thẩm định đơn vị mình"):
            act()


def test_points_others_than_those_of_the_unit_need_a_reason(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    with pytest.raises(SelfScoreError, match="vì sao điểm khác"):
        appraise_self_score(score, 20, " ", actor=agency.office, at=NINE)
    with pytest.raises(SelfScoreError, match="Từ 0 đến 40"):
        appraise_self_score(score, 41, "Vượt", actor=agency.office, at=NINE)
    with pytest.raises(SelfScoreError, match="cần bổ sung"):
        return_self_score(score, " ", actor=agency.office, at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        SelfScore.objects.update(state="APPRAISED", appraised_points=20, appraised_at=NINE, appraised_by=agency.office)


def test_appraised_once_more_until_the_time_is_over_and_the_same_is_no_change(
    agency: Agency, campaign: Campaign
) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    appraise_self_score(score, 30, "", actor=agency.office, at=clock(10))
    same = appraise_self_score(score, 30, "", actor=agency.office, at=clock(11))
    assert same.appraised_at == clock(10)
    other = appraise_self_score(score, 15, "Kiểm tra tại chỗ thấy khác.", actor=agency.office, at=on(APPRAISE_BY))
    assert other.appraised_points == 15
    with pytest.raises(SelfScoreError, match="sau ngày 20/10/2021 không sửa được nữa"):
        appraise_self_score(score, 30, "", actor=agency.office, at=on(APPRAISE_BY + datetime.timedelta(days=1)))
    with pytest.raises(SelfScoreError, match="nay đã khác: đã thẩm định"):
        return_self_score(score, "Thiếu", actor=agency.office, at=on(APPRAISE_BY))


def test_sent_until_the_last_day_and_what_was_returned_a_little_longer(agency: Agency, campaign: Campaign) -> None:
    late = SEND_BY + datetime.timedelta(days=1)
    score = make_sent(campaign, agency.unit, agency.head, at=on(SEND_BY))
    with pytest.raises(SelfScoreError, match="hết hạn gửi điểm tự chấm, ngày 17/10/2021"):
        make_sent(campaign, agency.other, agency.stranger, at=on(late))
    return_self_score(score, "Thiếu", actor=agency.office, at=on(late))
    [again] = send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.head, at=on(APPRAISE_BY))
    assert again.state == "SENT"


def test_before_the_period_after_it_and_in_a_closed_movement_nothing_is_written(
    agency: Agency, campaign: Campaign
) -> None:
    with pytest.raises(SelfScoreError, match="chưa bắt đầu"):
        make_self_score(campaign, agency.unit, agency.head, at=on(datetime.date(2021, 9, 15)))
    with pytest.raises(SelfScoreError, match="không sửa được nữa"):
        make_self_score(campaign, agency.unit, agency.head, at=on(datetime.date(2021, 10, 21)))
    score = make_sent(campaign, agency.unit, agency.head)
    close_campaign(campaign, actor=agency.office, at=clock(10))
    with pytest.raises(SelfScoreError, match="đã kết thúc"):
        appraise_self_score(score, 30, "", actor=agency.office, at=clock(11))


@pytest.mark.parametrize(("measure", "period"), [("1.1", "ky-1"), ("9.9", "ky-1"), ("1.2", "ky-9")])
def test_only_measures_of_the_plan_that_units_score(
    agency: Agency, campaign: Campaign, measure: str, period: str
) -> None:
    with pytest.raises(SelfScoreError, match=r"không tự chấm|không có kỳ"):
        write_self_score(
            campaign, period, measure, agency.unit.pk, OwnScore(1), seen_at=None, actor=agency.head, at=NINE
        )


def test_unit_that_takes_no_part_scores_nothing(agency: Agency, campaign: Campaign) -> None:
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    with pytest.raises(SelfScoreError, match="không tham gia"):
        make_self_score(campaign, section, agency.head)


def test_cross_check_by_another_unit_is_proposed_and_the_office_decides(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    assert list(self_scores_visible_to(agency.stranger, campaign, on=NINE.date())) == []
    check = ask_check(score, agency.other.pk, actor=agency.office, at=NINE)
    assert ask_check(score, agency.other.pk, actor=agency.office, at=clock(10)).pk == check.pk
    assert told_of("movement.check_asked") == ["la"]
    assert list(self_scores_visible_to(agency.stranger, campaign, on=NINE.date())) == [score]
    for user in (agency.head, agency.office, agency.member):
        with pytest.raises(PermissionDenied):
            answer_check(check, 20, "Khác", actor=user, at=clock(10))
    with pytest.raises(SelfScoreError, match="vì sao điểm khác"):
        answer_check(check, 20, "", actor=agency.stranger, at=clock(10))
    done = answer_check(check, 20, "Một buổi không có ảnh.", actor=agency.stranger, at=clock(10))
    assert (done.points, done.checked_by) == (20, agency.stranger)
    assert told_of("movement.check_asked") == []
    with pytest.raises(SelfScoreError, match="đã có kết quả"):
        answer_check(check, 30, "", actor=agency.stranger, at=clock(11))
    assert SelfScore.objects.get().state == "SENT"


def test_office_checks_by_the_agency_and_a_unit_never_itself(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    with pytest.raises(SelfScoreError, match="không tự kiểm tra"):
        ask_check(score, agency.unit.pk, actor=agency.office, at=NINE)
    outside = make_unit("KHAC")
    with pytest.raises(SelfScoreError, match="tham gia phong trào"):
        ask_check(score, outside.pk, actor=agency.office, at=NINE)
    check = ask_check(score, agency.root.pk, actor=agency.office, at=NINE)
    with pytest.raises(PermissionDenied):
        answer_check(check, 30, "", actor=agency.stranger, at=NINE)
    answer_check(check, 30, "", actor=agency.office, at=NINE)
    assert CrossCheck.objects.get().points == 30


def test_drafts_are_read_by_the_unit_alone_and_what_was_sent_by_those_who_read_all(
    agency: Agency, campaign: Campaign
) -> None:
    def readers() -> set[str]:
        return {
            name
            for name, user in agency.people.items()
            if self_scores_visible_to(user, campaign, on=NINE.date()).exists()
        }

    make_self_score(campaign, agency.unit, agency.clerk)
    assert readers() == {"head", "deputy", "clerk"}
    send_self_scores(campaign, "ky-1", agency.unit.pk, actor=agency.head, at=NINE)
    assert readers() == {"head", "deputy", "clerk", "office", "director"}


def test_units_and_the_office_are_reminded_on_the_days_of_the_rule(agency: Agency, campaign: Campaign) -> None:
    make_sent(campaign, agency.unit, agency.head)

    def told(day: datetime.date, hour: int = 9) -> list[str]:
        before = set(Notification.objects.filter(topic="movement.self_scores_due").values_list("pk", flat=True))
        remind_of_self_scores(at=on(day, hour))
        new = Notification.objects.filter(topic="movement.self_scores_due").exclude(pk__in=before)
        return sorted(one.recipient.username for one in new)

    assert told(datetime.date(2021, 10, 14)) == []
    assert told(datetime.date(2021, 10, 15), hour=7) == []
    assert told(datetime.date(2021, 10, 15)) == ["la"]
    assert told(datetime.date(2021, 10, 15), hour=15) == []
    assert told(SEND_BY) == ["la"]
    assert told(datetime.date(2021, 10, 18)) == ["vanphong"]
    assert told(APPRAISE_BY) == ["vanphong"]
    make_sent_title = Notification.objects.filter(topic="movement.self_scores_due", recipient__username="la")
    assert {one.title for one in make_sent_title} == {"Tự chấm điểm chậm nhất hết ngày 17/10/2021: Kỳ 1"}


@pytest.mark.django_db(transaction=True)
def test_two_who_draft_at_once_leave_one() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)

    def draft(points: float) -> bool:
        try:
            make_self_score(campaign, agency.unit, agency.head, points=points, with_file=False)
        except SelfScoreError:
            return False
        return True

    assert sorted(at_once(lambda: draft(10), lambda: draft(20))) == [False, True]
    assert SelfScore.objects.count() == 1


def test_nothing_of_a_frozen_period_is_written_sent_or_appraised(agency: Agency) -> None:
    campaign = make_scored(agency.root, agency.office)
    before = clock(9, day=datetime.date(2021, 9, 14))
    told = OwnScore(20, "Hai buổi.")
    with pytest.raises(SelfScoreError, match="Kỳ đầu: điểm đã chốt"):
        write_self_score(campaign, "ky-0", "1.2", agency.unit.pk, told, seen_at=None, actor=agency.clerk, at=before)
    assert not SelfScore.objects.exists()


def test_shown_scores_can_be_corrected_after_the_days_of_appraising_until_they_are_frozen(agency: Agency) -> None:
    after = clock(9, day=APPRAISE_BY + datetime.timedelta(days=1))
    shown = make_scored(agency.root, agency.office)
    given = Given("T1", 2, "Mô hình được nhân rộng.", datetime.date(2021, 9, 14))
    made = give_adjustment(uuid.uuid4(), shown, "ky-1", agency.unit.pk, given, actor=agency.office, at=after)
    assert made.points == 2
    close_campaign(shown, actor=agency.office, at=after)
    other = make_campaign(agency.root, agency.office, opened=True)
    with pytest.raises(SelfScoreError, match="không sửa"):
        give_adjustment(uuid.uuid4(), other, "ky-1", agency.unit.pk, given, actor=agency.office, at=after)
