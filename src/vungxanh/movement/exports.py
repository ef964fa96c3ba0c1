"""Spreadsheets of the movement, and its figures in words."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.common.formats import number, person_name
from vungxanh.common.spreadsheets import Value, workbook_of
from vungxanh.movement.queries.activities import ActivityFigures, ActivityLine
from vungxanh.movement.queries.launches import LaunchLine
from vungxanh.movement.queries.scores import Line, Scorecard
from vungxanh.movement.queries.standing import Standing
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.movement.words import LAUNCH_WORDS, SCORE_WORDS


def launch_workbook(lines: Iterable[LaunchLine], launch_by: datetime.date, today: datetime.date) -> bytes:
    """A row for each unit that takes part."""
    heads = [
        _("Unit"),
        _("State"),
        _("Day of the launch"),
        _("Written down"),
        _("In which form"),
        _("How many took part"),
        _("Own criteria"),
        _("Pledge of the unit"),
        _("People who have pledged"),
        _("People"),
    ]
    rows: list[list[Value]] = [
        [
            one.unit.name,
            str(LAUNCH_WORDS[one.state(launch_by, today)]),
            one.launch.launched_on if one.launch else "",
            one.launch.made_at if one.launch else "",
            one.launch.get_form_display() if one.launch else "",
            one.launch.present if one.launch else "",
            one.own_criteria,
            _("yes") if one.has_pledged else _("no"),
            one.pledged,
            one.people,
        ]
        for one in lines
    ]
    return workbook_of([(_("Launch of the movement"), heads, rows)])


def activity_workbook(lines: Iterable[ActivityLine], figures: Iterable[ActivityFigures]) -> bytes:
    """A sheet by group and month, one with a row for each activity, one with a row for each result."""
    given = list(lines)
    heads = [_("Group"), _("Month"), _("Activities"), _("Took part"), _("Named"), _("Pictures")]
    rows: list[list[Value]] = [
        [
            one.group.name if one.group else "",
            f"{one.month:%m/%Y}" if one.month else "",
            one.activities,
            one.took_part,
            one.named,
            one.pictures,
        ]
        for one in figures
    ]
    activity_heads = [
        _("Group"),
        _("Activity"),
        _("Day"),
        _("Until"),
        _("Place"),
        _("What the group did"),
        _("Took part"),
        _("Named"),
        _("Pictures"),
    ]
    activities: list[list[Value]] = [
        [
            line.activity.group.name,
            line.activity.title,
            line.activity.held_on,
            line.activity.until or "",
            line.activity.place,
            line.activity.text,
            line.activity.took_part,
            line.named,
            line.pictures,
        ]
        for line in given
    ]
    result_heads = [_("Group"), _("Activity"), _("Day"), _("Result"), _("How many"), _("Unit of measure")]
    results: list[list[Value]] = [
        [
            line.activity.group.name,
            line.activity.title,
            line.activity.held_on,
            one.what,
            float(one.amount),
            one.measured_in,
        ]
        for line in given
        for one in line.figures
    ]
    return workbook_of(
        [
            (_("Groups by month"), heads, rows),
            (_("Activities"), activity_heads, activities),
            (_("Results"), result_heads, results),
        ]
    )


def score_workbook(
    plan: CampaignFile, cards: Iterable[Scorecard], *, with_ranks: bool, standing: Standing | None = None
) -> bytes:
    """A sheet of all units with their totals, one with a row for each unit and measure, one of bonus and penalty
    points, and how the scores stand; ranks for those who see them."""
    chosen = list(cards)
    blocks = {one.code: one.name for one in plan.block}
    heads = [
        _("Block"),
        _("Unit"),
        _("Points"),
        _("Of at most"),
        _("Carried on to the whole"),
        _("Bonus and penalty in it"),
    ]
    rows: list[list[Value]] = [
        [
            blocks.get(one.block, ""),
            one.unit.name,
            one.points,
            one.most,
            "" if one.total is None else one.total,
            one.adjusted,
            *([one.rank or ""] if with_ranks else []),
        ]
        for one in chosen
    ]
    details: list[list[Value]] = [
        [
            one.unit.name,
            line.measure.id,
            line.measure.name,
            line.measured.part if line.measured else "",
            line.measured.whole if line.measured else "",
            line.measure.target if line.measure.target is not None else "",
            line.measure.weight,
            "" if line.self_points is None else line.self_points,
            line.points if line.counts else str(SCORE_WORDS[line.state]),
            line.difference,
        ]
        for one in chosen
        for line in one.lines
    ]
    detail_heads = [
        _("Unit"),
        _("Code of the measure"),
        _("Measure"),
        _("Done"),
        _("Had to be done"),
        _("Target"),
        _("At most"),
        _("Self-score"),
        _("Points"),
        _("Reason of difference"),
    ]
    given: list[list[Value]] = [
        [one.unit.name, line.code, line.name, line.points, line.cause, line.day]
        for one in chosen
        for line in one.adjustments
    ]
    given_heads = [_("Unit"), _("Code"), _("Bonus or penalty"), _("Points"), _("Cause"), _("Day")]
    heads += [_("Rank")] if with_ranks else []
    sheets = [
        (_("Scores"), heads, rows),
        (_("Measures"), detail_heads, details),
        (_("Bonus and penalty"), given_heads, given),
    ]
    return workbook_of([*sheets, *([_standing_sheet(standing)] if standing else [])])


def _standing_sheet(standing: Standing) -> tuple[str, list[str], list[list[Value]]]:
    """Since when the figures are frozen, by whom, and by which bytes that is shown."""
    kept = standing.snapshot
    rows: list[list[Value]] = [[_("State"), str(standing.state.label)]]
    if kept:
        rows += [
            [_("Frozen"), kept.frozen_at],
            [_("Frozen by"), person_name(kept.frozen_by)],
            ["SHA-256", kept.sha256],
        ]
    return _("How the scores stand"), ["", ""], rows


def figure_words(one: Line | Scorecard | None) -> str:
    """What a line or a card says, as far as two may differ in it."""
    if one is None:
        return "–"
    if isinstance(one, Scorecard):
        total = number(one.total) if one.total is not None else "–"
        rank = number(one.rank) if one.rank is not None else "–"
        return _("%(total)s points in all, place %(rank)s") % {"total": total, "rank": rank}
    done = f"{number(one.measured.part)}/{number(one.measured.whole)}" if one.measured else ""
    points = number(one.points) if one.counts else str(SCORE_WORDS[one.state])
    return _("%(done)s, points: %(points)s") % {"done": done, "points": points} if done else points
