"""Drafts the papers of the control room when their time has come, once a cause."""

import datetime

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.documents.kinds import Kind, Subject
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import draft_again, draft_once
from vungxanh.documents.queries import all_drafted_keys, all_latest
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.kinds import QUICK_REPORT_KIND, URGING_LETTER_KIND
from vungxanh.reports.queries.offices import all_offices, points_below
from vungxanh.reports.queries.papers import all_due_letters
from vungxanh.reports.rulebook import QUICK_REPORT, URGING_LETTER
from vungxanh.risk.queries.returns import all_owed


def draft_due_papers(*, at: datetime.datetime) -> list[Paper]:
    """The quick report of today and the letters that urge, each after its time of the day."""
    local = at.astimezone(ZONE)
    day, made = local.date(), list[Paper]()
    if local.time() >= QUICK_REPORT.current().in_force(day).drafted_at:
        made += draft_quick_reports(day, at=at)
    if local.time() >= URGING_LETTER.current().in_force(day).drafted_at:
        made += draft_urging_letters(day, at=at)
    return made


def draft_quick_reports(day: datetime.date, *, at: datetime.datetime) -> list[Paper]:
    """One for each Office below which somebody owes a return on the day."""
    tree = all_tree_on(day)
    drafted = all_drafted_keys(QUICK_REPORT_KIND.code, day)
    wanted = [quick_report_of(unit, day) for unit in all_offices(day, tree)]
    waiting = [one for one in wanted if (one.unit_id, one.key) not in drafted]
    if not waiting:
        return []
    owed = all_owed({day: tree})[day]
    due = [one for one in waiting if owed.intersection(points_below(one.unit_id, tree))]
    return _drafted(QUICK_REPORT_KIND, due, at)


def draft_urging_letters(day: datetime.date, *, at: datetime.datetime) -> list[Paper]:
    return _drafted(URGING_LETTER_KIND, all_due_letters(day, at=at, tree=all_tree_on(day)), at)


def draft_quick_report(unit_id: int, day: datetime.date, *, actor: User, at: datetime.datetime) -> Paper:
    """By the Office from the control room, on any day; the newest version where there is one already."""
    subject = quick_report_of(unit_id, day)
    found = all_latest(QUICK_REPORT_KIND.code, subject)
    return found or draft_again(QUICK_REPORT_KIND, subject, actor=actor, at=at)


def quick_report_of(unit_id: int, day: datetime.date) -> Subject:
    return Subject(unit_id, day.isoformat(), day)


def _drafted(kind: Kind, subjects: list[Subject], at: datetime.datetime) -> list[Paper]:
    made = [draft_once(kind, one, at=at) for one in subjects]
    return [one for one in made if one is not None]
