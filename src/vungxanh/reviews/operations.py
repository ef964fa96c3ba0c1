"""Drafts reviews from what is counted now, keeps their figures, reminds the Office of what is due."""

import datetime
from collections.abc import Collection
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.documents.kinds import Subject
from vungxanh.documents.operations import draft_again, lock_unit
from vungxanh.notifications.operations import notify_all, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.reviews.figures import sha256_of, stored
from vungxanh.reviews.kinds import KINDS
from vungxanh.reviews.models import Review
from vungxanh.reviews.papers.draft import content_of
from vungxanh.reviews.papers.kept import carried_over, proposed_of
from vungxanh.reviews.permissions import may_draft_review
from vungxanh.reviews.queries.due import DueReport, all_due, all_reported_on
from vungxanh.reviews.queries.figures import all_figures
from vungxanh.reviews.queries.reviews import ReviewLine, all_lines, all_newest, all_standing_reviews, rule_on, seen_of
from vungxanh.reviews.topics import REVIEW_DUE


class ReviewError(ValidationError):
    """Nothing was drafted; the text says why."""


def draft_review(
    due: DueReport, *, seen: str, take_new: Collection[str] = (), actor: User, at: datetime.datetime
) -> Review:
    """A version from what is counted now. Texts that people changed in the one before stay, but for the labels in
    `take_new`; that version is kept whole. `seen`: the version that was on the page. Raises `ReviewError`."""
    day = _day(at)
    may_draft_review(actor, due.campaign, on=day).or_refuse()
    if due.first > day:
        raise ReviewError(_("The time of this report has not begun yet."))
    # Counted before anything is locked: it may take seconds.
    figures = all_figures(due, at=at)
    proposed = content_of(due, figures, rule_on(day))
    with transaction.atomic():
        lock_unit(due.campaign.unit_id)
        before = all_newest(due)
        if seen != seen_of(before):
            raise ReviewError(_("Somebody else changed or drafted this report meanwhile; look at it again."))
        content = carried_over(before, proposed, take_new)
        kind = replace(KINDS[due.kind], draft=lambda _subject, _at: content)
        paper = draft_again(kind, Subject(due.campaign.unit_id, due.key, day), actor=actor, at=at)
        frozen = stored(figures)
        made = Review.objects.create(
            paper=paper,
            campaign=due.campaign,
            kind=due.kind,
            report_code=due.code,
            counted_at=at,
            figures=frozen,
            sha256=sha256_of(frozen),
            proposed=proposed_of(proposed),
        )
        detail = {"kind": kind.code, "version": paper.version, "sha256": made.sha256}
        record("reviews.draft_review", actor=actor, at=at, subject=made, unit_id=paper.unit_id, detail=detail)
    return made


def remind_of_reviews(*, at: datetime.datetime) -> int:
    """On the days of the rule, the Office of each agency whose report was not issued yet; what asked for one that was
    issued is settled. Returns how many were told anew."""
    today, rule = _day(at), rule_on(_day(at))
    if at.astimezone(ZONE).time() < rule.remind_at:
        return 0
    campaigns = all_reported_on()
    due = [report for campaign, plan in campaigns for report in all_due(campaign, plan, rule)]
    lines = all_lines(due, all_standing_reviews([one.pk for one, _plan in campaigns]), today)
    offices = roles.all_holders({Role.OFFICE}, {one.unit_id for one, _plan in campaigns}, on=today)
    tellings = []
    for line in lines:
        if line.issued:
            settle_all(REVIEW_DUE, _keys_of(line.due), at=at)
        elif rule.is_reminder_day(today, line.due.due_on):
            tellings.append((_message(line, today), offices[line.due.campaign.unit_id]))
    return notify_all(tellings, at=at)


def _message(line: ReviewLine, today: datetime.date) -> Message:
    due = line.due
    words = _("Not issued, due {day}: {title}") if today > due.due_on else _("To be issued by {day}: {title}")
    return Message(
        topic=REVIEW_DUE,
        key=f"{_keys_of(due)}{today}",
        title=format_lazy(words, day=day_words(due.due_on), title=due.name[:120]),
        address=reverse("reviews:review_list", args=[due.campaign.code]),
    )


def _keys_of(due: DueReport) -> str:
    return f"{REVIEW_DUE}:{due.campaign.pk}:{due.code}:"


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
