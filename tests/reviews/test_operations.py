"""Drafting a review: who may, what is kept with it, what stays of what people wrote, when the Office is reminded."""

import datetime

import msgspec
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign, make_launch
from tests.factories.organization import clock
from tests.factories.reviews import make_due, make_review
from tests.races import at_once
from tests.reviews.conftest import TWO_PERIODS
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.documents.content import Paragraph, stored
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import Edit, edit_paper, issue_paper, withdraw_paper
from vungxanh.documents.printing.reading import ADDED
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.notifications.models import Notification
from vungxanh.reviews.models import Review
from vungxanh.reviews.operations import ReviewError, draft_review, remind_of_reviews
from vungxanh.reviews.papers.kept import differences, written_texts
from vungxanh.reviews.queries.reviews import review_lines, seen_of

TEN, ELEVEN = clock(10), clock(11)
CAUSES = "Nguyên nhân"


def written(review: Review, agency: Agency, *, at: datetime.datetime = TEN, **texts: str) -> Review:
    """Causes, and whatever else is told by the first word of its label."""
    content = review.paper.parts
    wanted = {"Nguyên": "Mưa bão kéo dài.", **texts}
    found = {
        place: next((text for word, text in wanted.items() if part.label.startswith(word)), part.text)
        for place, part in content.free_parts
    }
    seen = review.paper.edited_at
    edit = Edit(seen, found, (*content.recipients, "Công đoàn ngành"), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Bùi Văn Xuân")
    edit_paper(review.paper, edit, actor=agency.office, at=at)
    review.refresh_from_db()
    return Review.objects.select_related("paper").get(pk=review.pk)


def texts_of(review: Review) -> dict[str, str]:
    return {part.label: part.text for _at, part in review.paper.parts.free_parts}


def issued(review: Review, agency: Agency, *, on: datetime.date, at: datetime.datetime) -> Paper:
    return issue_paper(review.paper, number="15", symbol="BC-SNN", on=on, actor=agency.office, at=at)


def test_draft_is_a_paper_with_its_figures_and_their_hash(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    paper = review.paper
    assert (paper.kind, paper.state, paper.version, paper.subject_key) == (
        "reviews.launch", "DRAFT", 1, "thu-nghiem:ket-qua-phat-dong",
    )  # fmt: skip
    assert (review.counted_at, review.frozen.at, review.is_whole) == (NINE, NINE, True)
    event = AuditEvent.objects.get(action="reviews.draft_review")
    assert event.detail == {"kind": "reviews.launch", "version": 1, "sha256": review.sha256}
    assert AuditEvent.objects.filter(action="documents.draft_paper").count() == 1


def test_figures_that_were_changed_are_seen(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    review.figures["total_points"] = 99
    assert review.is_whole is False


def test_drafted_anew_the_texts_of_people_stay_and_the_figures_are_new(agency: Agency, campaign: Campaign) -> None:
    before = written(make_review(campaign, agency.office, at=NINE), agency, Ưu="Các đơn vị hưởng ứng tốt.")
    make_launch(campaign, agency.unit, agency.head, at=TEN)
    after = make_review(campaign, agency.office, at=ELEVEN)
    assert (after.paper.version, after.paper.state) == (2, "DRAFT")
    said = texts_of(after)
    assert (said[CAUSES], said["Ưu điểm"]) == ("Mưa bão kéo dài.", "Các đơn vị hưởng ứng tốt.")
    assert said["Phát động, đăng ký thi đua"].startswith("Có 1/2 đơn vị đã phát động")
    content = after.paper.parts
    assert (content.signature, content.signer) == (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Bùi Văn Xuân")
    assert content.recipients[-1] == "Công đoàn ngành"
    kept = Paper.objects.get(pk=before.paper_id)
    assert kept.state == "REPLACED"
    assert texts_of(Review.objects.get(pk=before.pk)) == texts_of(before)
    assert before.frozen.launches[0].state == "PENDING"


def test_texts_that_people_give_up_follow_the_figures(agency: Agency, campaign: Campaign) -> None:
    written(make_review(campaign, agency.office, at=NINE), agency, Ưu="Các đơn vị hưởng ứng tốt.")
    after = make_review(campaign, agency.office, at=ELEVEN, take_new=["Ưu điểm", "không có"])
    said = texts_of(after)
    assert (said["Ưu điểm"], said[CAUSES]) == (after.proposed["texts"]["Ưu điểm"], "Mưa bão kéo dài.")


def test_what_people_wrote_stays_over_several_versions(agency: Agency, campaign: Campaign) -> None:
    written(make_review(campaign, agency.office, at=NINE), agency)
    make_review(campaign, agency.office, at=TEN)
    third = make_review(campaign, agency.office, at=ELEVEN)
    assert texts_of(third)[CAUSES] == "Mưa bão kéo dài."
    assert third.paper.parts.signer == "Bùi Văn Xuân"


def test_differences_are_the_parts_that_people_changed(agency: Agency, campaign: Campaign) -> None:
    review = written(make_review(campaign, agency.office, at=NINE), agency, Kết="")
    proposed = make_review(campaign, agency.office, at=ELEVEN, take_new=[CAUSES, "Kết"]).paper.parts
    found = [(one.label, one.written, one.is_gone) for one in differences(review, proposed)]
    assert found == [(CAUSES, "Mưa bão kéo dài.", False), ("Kết", "", False)]
    assert differences(None, proposed) == []


def test_two_parts_that_were_added_in_word_are_both_told(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    content = review.paper.parts
    added = (Paragraph("Đoạn một.", ADDED), *content.body, Paragraph("Đoạn hai.", ADDED))
    review.paper.content = stored(msgspec.structs.replace(content, body=added))
    review.paper.save()
    assert written_texts(review) == {ADDED: "Đoạn một.\nĐoạn hai."}
    [found] = differences(review, content)
    assert (found.label, found.written, found.is_gone) == (ADDED, "Đoạn một.\nĐoạn hai.", True)


def test_page_that_is_out_of_date_drafts_nothing(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    seen = seen_of(review)
    written(review, agency)
    for old in (seen, ""):
        with pytest.raises(ReviewError, match="hãy xem lại"):
            draft_review(make_due(campaign), seen=old, actor=agency.office, at=ELEVEN)
    assert Paper.objects.count() == 1


@pytest.mark.parametrize("who", ["head", "deputy", "clerk", "stranger", "director", "member"])
def test_only_the_office_drafts(agency: Agency, campaign: Campaign, who: str) -> None:
    with pytest.raises(PermissionDenied):
        make_review(campaign, agency.people[who], at=NINE)
    assert Review.objects.count() == Paper.objects.count() == 0


def test_report_of_a_time_to_come_is_not_drafted(agency: Agency) -> None:
    text = TWO_PERIODS.replace("first = 2021-09-16", "first = 2021-09-21")
    text = text.replace("starts_on = 2021-09-16", "starts_on = 2021-09-21")
    later = make_campaign(agency.root, agency.office, text=text, opened=True)
    with pytest.raises(ReviewError, match="chưa bắt đầu"):
        make_review(later, agency.office, at=NINE)


def test_campaign_that_was_not_opened_has_no_reports(agency: Agency) -> None:
    draft = make_campaign(agency.root, agency.office, text=TWO_PERIODS)
    with pytest.raises(PermissionDenied):
        make_review(draft, agency.office, at=NINE)


def test_final_review_is_drafted_after_the_campaign_has_ended(agency: Agency, campaign: Campaign) -> None:
    with clocks.at(clock(9, day=datetime.date(2021, 10, 1))):
        close_campaign(campaign, actor=agency.office, at=clock(9, day=datetime.date(2021, 10, 1)))
    campaign.refresh_from_db()
    review = make_review(campaign, agency.office, "tong-ket", at=clock(9, day=datetime.date(2021, 10, 18)))
    assert review.frozen.last == datetime.date(2021, 10, 1)


def test_review_names_a_report(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.office, at=NINE)
    for field in ("report_code", "sha256"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**{field: ""})


def test_state_follows_the_paper_and_the_last_day(agency: Agency, campaign: Campaign) -> None:
    def state(on: datetime.date) -> str:
        lines = review_lines(agency.director, campaign, on=on)
        return next(one.state for one in lines if one.due.code == "ket-qua-phat-dong")

    day = NINE.date()
    assert (state(day), state(datetime.date(2021, 10, 5)), state(datetime.date(2021, 10, 6))) == (
        "PENDING", "PENDING", "OVERDUE",
    )  # fmt: skip
    review = written(make_review(campaign, agency.office, at=NINE), agency)
    assert (state(day), state(datetime.date(2021, 10, 6))) == ("DRAFT", "OVERDUE")
    paper = issued(review, agency, on=day, at=ELEVEN)
    assert (state(day), state(datetime.date(2021, 10, 6))) == ("ISSUED", "ISSUED")
    withdraw_paper(paper, "Sai số liệu", actor=agency.office, at=ELEVEN)
    assert state(day) == "PENDING"
    assert review_lines(agency.head, campaign, on=day) == []


def test_report_issued_after_its_day_is_late(agency: Agency, campaign: Campaign) -> None:
    at = clock(9, day=datetime.date(2021, 9, 28))
    review = written(make_review(campaign, agency.office, "so-ket", at=at), agency, at=at)
    issued(review, agency, on=at.date(), at=at)
    [line] = [one for one in review_lines(agency.office, campaign, on=at.date()) if one.due.code == "so-ket"]
    assert line.state == "LATE"


def test_office_is_reminded_once_a_day_until_it_is_issued(agency: Agency, campaign: Campaign) -> None:
    early, on_time = clock(7, 45, day=datetime.date(2021, 9, 27)), clock(9, day=datetime.date(2021, 9, 27))
    Notification.objects.all().delete()
    assert remind_of_reviews(at=early) == 0
    assert remind_of_reviews(at=on_time) == 1
    assert remind_of_reviews(at=on_time) == 0
    told = Notification.objects.get()
    assert (told.recipient, told.address) == (agency.office, "/phong-trao/thu-nghiem/bao-cao/")
    issued(written(make_review(campaign, agency.office, "so-ket", at=on_time), agency, at=on_time), agency,
           on=on_time.date(), at=on_time)  # fmt: skip
    assert remind_of_reviews(at=clock(10, day=datetime.date(2021, 9, 27))) == 0
    told.refresh_from_db()
    assert told.settled_at is not None
    assert remind_of_reviews(at=clock(9, day=datetime.date(2021, 9, 29))) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_draft_at_once_make_one_version(transactional_db: None) -> None:
    agency = Agency()
    with clocks.at(NINE):
        campaign = make_campaign(agency.root, agency.office, text=TWO_PERIODS, opened=True)
    due = make_due(campaign)

    def draft() -> str:
        try:
            draft_review(due, seen="", actor=agency.office, at=TEN)
        except ReviewError:
            return "refused"
        return "drafted"

    assert sorted(at_once(draft, draft)) == ["drafted", "refused"]
    assert (Review.objects.count(), Paper.objects.count()) == (1, 1)
