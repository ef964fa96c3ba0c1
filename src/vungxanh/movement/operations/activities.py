"""Writes down what a group did for a campaign, changes it, takes it back, keeps pictures of it."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, canonical_lines, canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.models import Activity, ActivityFigure, ActivityParticipant, ActivityPhotograph, Campaign
from vungxanh.movement.operations import photographs
from vungxanh.movement.operations.campaigns import held_running, running_plan
from vungxanh.movement.operations.changes import changes
from vungxanh.movement.permissions import may_move_activity, may_record_activity
from vungxanh.movement.queries.activities import Result, people_named
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.pledges import groups_of
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.movement.workflow import ACTIVITY
from vungxanh.organization.models import Group
from vungxanh.organization.tree import all_tree_on

LONGEST_TITLE, LONGEST_PLACE, LONGEST_TEXT, LONGEST_WHAT, LONGEST_MEASURE = 200, 200, 4000, 120, 40
MOST_PRESENT, MOST_NAMED, MOST_FIGURES = 100_000, 500, 6
MOST_OF_A_FIGURE = Decimal("999999999999.99")
CENTS = Decimal("0.01")


class ActivityError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a group tells of an activity: when and where, what was done, how many took part, `people` of the staff by
    code or full name, and what came of it in figures."""

    title: str
    held_on: datetime.date
    place: str
    text: str
    took_part: int
    until: datetime.date | None = None
    people: Sequence[str] = ()
    figures: Sequence[Result] = ()


@dataclass(frozen=True, slots=True)
class _Checked:
    """In the form in which it is stored; `people` by their ids."""

    told: Told
    people: list[int]
    figures: list[Result]

    @property
    def facts(self) -> dict[str, object]:
        told = self.told
        texts = (told.title, told.place, told.text)
        return _as_facts(told.held_on, told.until, told.took_part, self.people, self.figures, texts)


@transaction.atomic
def record_activity(
    key: uuid.UUID, campaign: Campaign, group: Group, told: Told, *, actor: User, at: datetime.datetime
) -> Activity:
    """The same with the same `key` again is the same tap. Raises `ActivityError`."""
    may_record_activity(actor, group, on=_day(at)).or_refuse()
    Group.objects.select_for_update().get(pk=group.pk)
    plan = running_plan(campaign, ActivityError)
    if group.pk not in {one.pk for one in groups_of(campaign, all_tree_on(_day(at)))}:
        raise ActivityError(_("This group does not belong to the agency of the movement."))
    checked = _checked(told, campaign, plan, at)
    state = ACTIVITY.find("", "record").end
    activity = Activity(key=key, campaign=campaign, group=group, state=state, made_at=at, made_by=actor)
    if there := Activity.objects.filter(key=key).first():
        if _is_same(there, activity, checked):
            return there
        raise ActivityError(_("This page was sent before; open a new one."))
    _write(activity, checked, is_new=True)
    _record("record", activity, actor, at, people=len(checked.people), figures=len(checked.figures))
    return activity


@transaction.atomic
def change_activity(
    activity: Activity, told: Told, *, seen_at: datetime.datetime, actor: User, at: datetime.datetime
) -> Activity:
    """`seen_at`: when what was on the page had been written last. The same again changes nothing. Raises
    `ActivityError`."""
    activity = _locked(activity, "change", actor, at)
    before = _facts(activity)
    checked = _checked(told, activity.campaign, newest_edition(activity.campaign).plan, at)
    if checked.facts == before:
        return activity
    if seen_at != activity.written_at:
        raise ActivityError(_("Somebody else changed this meanwhile. Look at it in another window, then keep yours."))
    activity.changed_at = at
    _write(activity, checked, is_new=False)
    _record("change", activity, actor, at, **changes(before, checked.facts))
    return activity


@transaction.atomic
def withdraw_activity(activity: Activity, reason: str, *, actor: User, at: datetime.datetime) -> Activity:
    """Written down by mistake: it counts no more, and its pictures go. Raises `ActivityError`."""
    activity = _locked(activity, "withdraw", actor, at)
    if not canonical(reason):
        raise ActivityError({"reason": _("Say why it is taken back.")})
    activity.state, activity.withdrawn_at = ACTIVITY.find(activity.state, "withdraw").end, at
    activity.reason = canonical(reason)[:300]
    activity.save(update_fields=["state", "withdrawn_at", "reason"])
    for one in activity.photographs.filter(content__isnull=False):
        one.withdraw(at)
    _record("withdraw", activity, actor, at, reason=activity.reason)
    return activity


def add_photograph(activity: Activity, content: bytes, *, actor: User, at: datetime.datetime) -> ActivityPhotograph:
    """The same file again is the same photograph. Raises `ActivityError`."""
    may_record_activity(actor, activity.group, on=_day(at)).or_refuse()
    photograph = photographs.cleaned(content, ActivityError, on=_day(at))
    with transaction.atomic():
        activity = _locked(activity, "change", actor, at)
        if there := photographs.there_already(activity.photographs.all(), photograph, ActivityError, on=_day(at)):
            return there
        added = ActivityPhotograph.objects.create(activity=activity, **photograph.columns, added_at=at, added_by=actor)
        detail = {"sha256": added.sha256}
        _trail("movement.add_activity_photograph", activity, actor, at, detail)
    return added


@transaction.atomic
def withdraw_photograph(photograph: ActivityPhotograph, *, actor: User, at: datetime.datetime) -> None:
    """Once more changes nothing. Raises `ActivityError`."""
    activity = _locked(photograph.activity, "change", actor, at)
    photograph = ActivityPhotograph.objects.get(pk=photograph.pk)
    if photograph.withdrawn_at is None:
        photograph.withdraw(at)
        detail = {"sha256": photograph.sha256}
        _trail("movement.withdraw_activity_photograph", activity, actor, at, detail)


@transaction.atomic
def erase_photographs(*, at: datetime.datetime) -> int:
    """Those of activities older than the rule keeps them. Returns how many."""
    rows = ActivityPhotograph.objects.all()
    return photographs.erase_old(rows, "activity__held_on", "movement.erase_activity_photographs", at=at)


def _checked(told: Told, campaign: Campaign, plan: CampaignFile, at: datetime.datetime) -> _Checked:
    """Raises `ActivityError` with what does not fit, beside its field."""
    texts = {
        "title": canonical(told.title)[:LONGEST_TITLE],
        "place": canonical(told.place)[:LONGEST_PLACE],
        "text": canonical_text(told.text)[:LONGEST_TEXT],
    }
    if empty := next((name for name, words in texts.items() if not words), None):
        raise ActivityError({empty: _("Write this down in words.")})
    _check_days(told, plan, _day(at))
    lines = canonical_lines(told.people)
    if len(lines) > MOST_NAMED:
        raise ActivityError({"people": _("At most %(count)d people are named.") % {"count": MOST_NAMED}})
    people, unclear = people_named(lines, campaign, all_tree_on(told.held_on), on=told.held_on)
    if unclear:
        words = _("Nobody in the agency, or more than one, is meant by: %(lines)s. Write the staff code.")
        raise ActivityError({"people": words % {"lines": "; ".join(line[:60] for line in unclear[:10])}})
    if not max(1, len(people)) <= told.took_part <= MOST_PRESENT:
        words = _("Say how many people took part; those who are named are among them.")
        raise ActivityError({"took_part": words})
    until = told.until if told.until and told.until > told.held_on else None
    kept = replace(told, until=until, title=texts["title"], place=texts["place"], text=texts["text"])
    return _Checked(kept, sorted(one.pk for one in people), _checked_figures(told.figures))


def _check_days(told: Told, plan: CampaignFile, today: datetime.date) -> None:
    """It is written down when it is over."""
    if told.until and told.until < told.held_on:
        raise ActivityError({"until": _("The last day lies before the first.")})
    if told.held_on > today:
        raise ActivityError({"held_on": _("This day has not come yet.")})
    if told.until and told.until > today:
        raise ActivityError({"until": _("This day has not come yet.")})
    if told.held_on < plan.starts_on:
        words = _("This day lies before the movement began, on %(day)s.")
        raise ActivityError({"held_on": words % {"day": day_words(plan.starts_on)}})


def _checked_figures(figures: Sequence[Result]) -> list[Result]:
    if len(figures) > MOST_FIGURES:
        raise ActivityError(_("At most %(count)d results.") % {"count": MOST_FIGURES})
    found = []
    for one in figures:
        what, measure = canonical(one.what)[:LONGEST_WHAT], canonical(one.measured_in)[:LONGEST_MEASURE]
        if not what or not measure or not 0 <= one.amount <= MOST_OF_A_FIGURE:
            raise ActivityError(_("Each result says what, how many and in which unit of measure."))
        found.append(Result(what, one.amount.quantize(CENTS), measure))
    return found


def _write(activity: Activity, checked: _Checked, *, is_new: bool) -> None:
    told = checked.told
    activity.title, activity.place, activity.text = told.title, told.place, told.text
    activity.held_on, activity.until, activity.took_part = told.held_on, told.until, told.took_part
    activity.save(force_insert=is_new)
    if not is_new:
        activity.participants.all().delete()
        activity.figures.all().delete()
    ActivityParticipant.objects.bulk_create(
        ActivityParticipant(activity=activity, person_id=person) for person in checked.people
    )
    ActivityFigure.objects.bulk_create(
        ActivityFigure(activity=activity, number=number, **one._asdict())
        for number, one in enumerate(checked.figures, start=1)
    )


def _facts(activity: Activity) -> dict[str, object]:
    """As it is stored."""
    people = sorted(activity.participants.values_list("person_id", flat=True))
    figures = [Result(one.what, one.amount, one.measured_in) for one in activity.figures.order_by("number")]
    texts = (activity.title, activity.place, activity.text)
    return _as_facts(activity.held_on, activity.until, activity.took_part, people, figures, texts)


def _as_facts(
    held_on: datetime.date,
    until: datetime.date | None,
    took_part: int,
    people: list[int],
    figures: list[Result],
    texts: tuple[str, ...],
) -> dict[str, object]:
    return {
        "day": held_on.isoformat(),
        "to": until.isoformat() if until else "",
        "present": took_part,
        "people": people,
        "figures": figures,
        "text": texts,
    }


def _is_same(there: Activity, told: Activity, checked: _Checked) -> bool:
    names = ("state", "campaign_id", "group_id", "made_by_id")
    same = all(getattr(there, name) == getattr(told, name) for name in names)
    return same and _facts(there) == checked.facts


def _locked(activity: Activity, verb: str, actor: User, at: datetime.datetime) -> Activity:
    Group.objects.select_for_update().get(pk=activity.group_id)
    rows = Activity.objects.select_for_update(of=("self",)).select_related("campaign", "group")
    activity = rows.get(pk=activity.pk)
    held_running(activity.campaign, ActivityError)
    try:
        may_move_activity(actor, activity, verb, on=_day(at)).or_refuse()
    except NoSuchMoveError as error:
        raise ActivityError(_("This activity was taken back meanwhile.")) from error
    return activity


def _record(verb: str, activity: Activity, actor: User, at: datetime.datetime, **detail: object) -> None:
    detail = {"day": activity.held_on.isoformat(), "present": activity.took_part, **detail}
    _trail(f"movement.{verb}_activity", activity, actor, at, detail)


def _trail(action: str, activity: Activity, actor: User, at: datetime.datetime, detail: Mapping[str, object]) -> None:
    record(action, actor=actor, at=at, subject=activity, unit_id=activity.group.unit_id, detail=detail)


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
