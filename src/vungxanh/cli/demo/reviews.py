"""The reports on the movement of the demonstration agency: drafted by the Office, drafted again once the scores are
frozen, completed and issued."""

import datetime
from collections.abc import Callable, Collection, Iterator

from vungxanh.accounts.models import User
from vungxanh.cli.demo.movement import OFFICE, running_campaign
from vungxanh.cli.demo.papers import number_of
from vungxanh.common.clock import moment
from vungxanh.documents.enums import PaperState
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import Edit, edit_paper, issue_paper
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.standing import standing_row, standing_snapshot
from vungxanh.organization.workdays import all_workdays
from vungxanh.reviews.enums import ReviewKind
from vungxanh.reviews.models import Review
from vungxanh.reviews.operations import draft_review
from vungxanh.reviews.queries.due import DueReport, all_due
from vungxanh.reviews.queries.reviews import all_newest, rule_on, seen_of

DRAFTED, ISSUED, DAY = datetime.time(10, 20), datetime.time(16, 50), datetime.timedelta(days=1)
OF_FROZEN = {ReviewKind.INTERIM, ReviewKind.FINAL}
"""Their points are those of a period that is over; they wait until it is frozen."""
PLACE = 15
"""Among the numbers of a day."""
WRITTEN = {
    "Nguyên nhân": (
        "Một số đơn vị ở xa, nhiều người làm việc tại thực địa nên việc nhắc khai báo chưa kịp thời; người được giao"
        " theo dõi còn kiêm nhiệm."
    ),
    "Phương hướng, nhiệm vụ thời gian tới": (
        "Tiếp tục thực hiện nghiêm khai báo, đánh giá nguy cơ và cập nhật trước 15 giờ; Văn phòng Sở đôn đốc hằng ngày"
        " các đơn vị còn chậm."
    ),
}
OTHERWISE = "Không phát sinh nội dung khác."


def of_day(
    day: datetime.date, *, left_alone: Collection[str]
) -> Iterator[tuple[datetime.datetime, Callable[[], None]]]:
    """Nothing where the Office is played by somebody."""
    if OFFICE not in left_alone:
        yield moment(day, DRAFTED), lambda: _draft(moment(day, DRAFTED))
        yield moment(day, ISSUED), lambda: _issue(moment(day, ISSUED))


def _draft(at: datetime.datetime) -> None:
    """On the day before it is due; of points that have been frozen since, once more."""
    for due in _all_due(at.date()):
        newest, frozen_at = all_newest(due), _frozen_at(due)
        is_first = newest is None and due.due_on - DAY == at.date()
        is_behind = frozen_at and frozen_at.date() == at.date() and not (newest and newest.counted_at > frozen_at)
        if is_first or (is_behind and not (newest and newest.paper.state == PaperState.ISSUED)):
            draft_review(due, seen=seen_of(newest), actor=User.objects.get(username=OFFICE), at=at)


def _issue(at: datetime.datetime) -> None:
    """On the last working day before it is due has passed; where the points are frozen later, on that day."""
    for due in _all_due(at.date()):
        newest = all_newest(due)
        if newest and newest.paper.state == PaperState.DRAFT and _issued_on(due) == at.date():
            _issue_one(newest, at)


def _issued_on(due: DueReport) -> datetime.date | None:
    last = all_workdays(due.due_on, due.due_on + DAY).previous_working(due.due_on + DAY, due.campaign.unit_id)
    if due.kind not in OF_FROZEN:
        return last
    frozen_at = _frozen_at(due)
    return max(last, frozen_at.date()) if frozen_at else None


def _issue_one(review: Review, at: datetime.datetime) -> None:
    """The Office writes what only people know, then writes down the number."""
    office, paper = User.objects.get(username=OFFICE), Paper.objects.get(pk=review.paper_id)
    missing = {
        place: WRITTEN.get(part.label, OTHERWISE) for place, part in paper.parts.free_parts if not part.text.strip()
    }
    parts = paper.parts
    edit = Edit(paper.edited_at, missing, parts.recipients, parts.signature, parts.signer)
    paper = edit_paper(paper, edit, actor=office, at=at)
    issue_paper(paper, number=number_of(at.date(), PLACE), symbol=paper.parts.symbol, on=at.date(), actor=office, at=at)


def _all_due(day: datetime.date) -> list[DueReport]:
    campaign = running_campaign()
    return all_due(campaign, newest_edition(campaign).plan, rule_on(day)) if campaign else []


def _frozen_at(due: DueReport) -> datetime.datetime | None:
    if due.kind not in OF_FROZEN:
        return None
    row = standing_row(due.campaign, due.period)
    snapshot = standing_snapshot(row) if row else None
    return snapshot.frozen_at if snapshot else None
