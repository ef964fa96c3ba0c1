"""Writes down how units launched a campaign, keeps pictures of it, reminds those that have not."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, canonical_lines, canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import LaunchForm, LaunchState
from vungxanh.movement.models import Campaign, Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.operations import photographs
from vungxanh.movement.operations.campaigns import due_keys_of, held_running, running_plan
from vungxanh.movement.operations.changes import changes
from vungxanh.movement.permissions import may_launch, may_move_launch
from vungxanh.movement.queries.campaigns import all_under_way, participants, takes_part
from vungxanh.movement.queries.launches import all_standing, own_lines
from vungxanh.movement.rulebook import MOVEMENT_RULE, CampaignFile
from vungxanh.movement.topics import LAUNCH_DUE, LAUNCHED
from vungxanh.movement.workflow import LAUNCH
from vungxanh.notifications.operations import notify, notify_all, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on

MOST_PRESENT, MOST_CRITERIA, LONGEST_CRITERION, LONGEST_TEXT = 100_000, 20, 300, 3000


class LaunchError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Launching:
    """What a unit tells: when, how, how many took part, in words, and its own criteria beyond the common ones."""

    launched_on: datetime.date
    form: str
    present: int
    text: str = ""
    own_criteria: Sequence[str] = ()


@transaction.atomic
def record_launch(
    key: uuid.UUID, campaign: Campaign, unit_id: int, told: Launching, *, actor: User, at: datetime.datetime
) -> Launch:
    """The same with the same `key` again is the same tap. Raises `LaunchError`, also where the unit has launched."""
    may_launch(actor, unit_id, on=_day(at)).or_refuse()
    plan = _running_plan(campaign, unit_id, at)
    there = Launch.objects.filter(key=key, campaign=campaign, unit_id=unit_id, made_by=actor).first()
    if there and there.state == LaunchState.RECORDED and _is_same(there, told):
        return there
    if Launch.objects.filter(campaign=campaign, unit_id=unit_id, state=LaunchState.RECORDED).exists():
        raise LaunchError(_("The unit has launched already; change what is written there."))
    if Launch.objects.filter(key=key).exists():
        raise LaunchError(_("This page was sent before; open a new one."))
    launch = Launch(key=key, campaign=campaign, unit_id=unit_id, made_at=at, made_by=actor)
    launch.state = LAUNCH.find("", "record").end
    _write(launch, told, plan, at, is_new=True)
    _record("record", launch, actor, at)
    _tell_office(launch, plan, actor, at)
    return launch


@transaction.atomic
def change_launch(
    launch: Launch, told: Launching, *, seen_at: datetime.datetime, actor: User, at: datetime.datetime
) -> Launch:
    """`seen_at`: when what was on the page had been written last. Once the last day is over the day of the launch does
    not move to an earlier one. Raises `LaunchError`."""
    launch = _locked(launch, "change", actor, at)
    plan = _running_plan(launch.campaign, launch.unit_id, at)
    if seen_at != launch.written_at:
        raise LaunchError(_("Somebody else changed this meanwhile. Look at it in another window, then keep yours."))
    if told.launched_on < launch.launched_on and _day(at) > plan.launch_by:
        words = _("The last day is over: the day of the launch cannot become an earlier one.")
        raise LaunchError({"launched_on": words})
    before = _facts(launch)
    _write(launch, told, plan, at, is_new=False)
    _record("change", launch, actor, at, **changes(before, _facts(launch)))
    return launch


@transaction.atomic
def withdraw_launch(launch: Launch, reason: str, *, actor: User, at: datetime.datetime) -> Launch:
    """Written down by mistake: the unit stands as not launched again. Raises `LaunchError`."""
    launch = _locked(launch, "withdraw", actor, at)
    if not canonical(reason):
        raise LaunchError({"reason": _("Say why it is taken back.")})
    launch.state, launch.withdrawn_at = LAUNCH.find(launch.state, "withdraw").end, at
    launch.reason = canonical(reason)[:300]
    launch.save(update_fields=["state", "withdrawn_at", "reason"])
    for one in launch.photographs.filter(content__isnull=False):
        one.withdraw(at)
    _record("withdraw", launch, actor, at, reason=launch.reason)
    return launch


def add_photograph(launch: Launch, content: bytes, *, actor: User, at: datetime.datetime) -> LaunchPhotograph:
    """The same file again is the same photograph. Raises `LaunchError`."""
    may_launch(actor, launch.unit_id, on=_day(at)).or_refuse()
    photograph = photographs.cleaned(content, LaunchError, on=_day(at))
    with transaction.atomic():
        launch = _locked(launch, "change", actor, at)
        if there := photographs.there_already(launch.photographs.all(), photograph, LaunchError, on=_day(at)):
            return there
        added = LaunchPhotograph.objects.create(launch=launch, **photograph.columns, added_at=at, added_by=actor)
        _record("add_photograph", launch, actor, at, sha256=added.sha256)
    return added


@transaction.atomic
def withdraw_photograph(photograph: LaunchPhotograph, *, actor: User, at: datetime.datetime) -> None:
    """Once more changes nothing. Raises `LaunchError`."""
    launch = _locked(photograph.launch, "change", actor, at)
    photograph = LaunchPhotograph.objects.get(pk=photograph.pk)
    if photograph.withdrawn_at is None:
        photograph.withdraw(at)
        _record("withdraw_photograph", launch, actor, at, sha256=photograph.sha256)


@transaction.atomic
def erase_photographs(*, at: datetime.datetime) -> int:
    """Those of launches older than the rule keeps them. Returns how many."""
    rows = LaunchPhotograph.objects.all()
    return photographs.erase_old(rows, "launch__launched_on", "movement.erase_photographs", at=at)


def remind_of_launches(*, at: datetime.datetime) -> int:
    """On the days of the rule, those who speak for units that have not launched; returns how many were told anew."""
    local = at.astimezone(ZONE)
    today, rule = local.date(), MOVEMENT_RULE.current().in_force(local.date())
    if local.time() < rule.remind_at:
        return 0
    tree, tellings = all_tree_on(today), []
    for campaign, plan in all_under_way(at):
        if not rule.is_reminder_day(today, plan.launch_by) or (plan.ends_on and today > plan.ends_on):
            continue
        launched = all_standing(campaign)
        waiting = [node.id for node in participants(plan, campaign.unit_id, tree) if node.id not in launched]
        staff = roles.all_holders(roles.UNIT_STAFF, waiting, on=today, tree=tree)
        tellings += [(_due_message(campaign, plan, unit, today), staff[unit]) for unit in waiting]
    return notify_all(tellings, at=at)


def _due_message(campaign: Campaign, plan: CampaignFile, unit_id: int, today: datetime.date) -> Message:
    is_over = today > plan.launch_by
    words = _("Not launched, due {day}: {title}") if is_over else _("Launch the movement by {day}: {title}")
    return Message(
        topic=LAUNCH_DUE,
        key=f"{due_keys_of(campaign.pk, unit_id)}{today}",
        title=format_lazy(words, day=day_words(plan.launch_by), title=plan.short_title[:120]),
        address=reverse("movement:launch_page", args=[campaign.code, all_tree_on(today)[unit_id].code]),
    )


def _tell_office(launch: Launch, plan: CampaignFile, actor: User, at: datetime.datetime) -> None:
    """And what asked the unit to launch is settled."""
    today = _day(at)
    node = all_tree_on(today)[launch.unit_id]
    message = Message(
        topic=LAUNCHED,
        key=f"{LAUNCHED}:{launch.pk}",
        title=format_lazy(_("{unit} has launched: {title}"), unit=node.short_name, title=plan.short_title[:120]),
        address=reverse("movement:launch_page", args=[launch.campaign.code, node.code]),
    )
    notify(message, set(roles.holders(Role.OFFICE, launch.campaign.unit_id, on=today)) - {actor}, at=at)
    settle_all(LAUNCH_DUE, due_keys_of(launch.campaign_id, launch.unit_id), at=at)


def _running_plan(campaign: Campaign, unit_id: int, at: datetime.datetime) -> CampaignFile:
    """Two who write for one unit wait for each other. Raises `LaunchError` where the unit cannot launch it now."""
    Unit.objects.select_for_update().get(pk=unit_id)
    plan = running_plan(campaign, LaunchError)
    if not takes_part(plan, campaign, unit_id, all_tree_on(_day(at))):
        raise LaunchError(_("This unit does not take part in the movement by itself."))
    return plan


def _write(launch: Launch, told: Launching, plan: CampaignFile, at: datetime.datetime, *, is_new: bool) -> None:
    if told.launched_on > _day(at):
        raise LaunchError({"launched_on": _("This day has not come yet.")})
    if told.launched_on < plan.starts_on:
        words = _("This day lies before the movement began, on %(day)s.")
        raise LaunchError({"launched_on": words % {"day": day_words(plan.starts_on)}})
    if told.form not in LaunchForm.values:
        raise LaunchError({"form": _("Choose in which form it was launched.")})
    if not 1 <= told.present <= MOST_PRESENT:
        raise LaunchError({"present": _("Say how many people took part.")})
    lines = canonical_lines(told.own_criteria)
    if long := next((line for line in lines if len(line) > LONGEST_CRITERION), None):
        words = _("A criterion has at most %(count)d characters: %(line)s…")
        raise LaunchError({"own_criteria": words % {"count": LONGEST_CRITERION, "line": long[:40]}})
    if len(lines) > MOST_CRITERIA:
        words = _("At most %(count)d criteria of your own.")
        raise LaunchError({"own_criteria": words % {"count": MOST_CRITERIA}})
    launch.launched_on, launch.form, launch.present = told.launched_on, told.form, told.present
    launch.text = canonical_text(told.text)[:LONGEST_TEXT]
    launch.changed_at = None if is_new else at
    launch.save(force_insert=is_new)
    if own_lines(launch) != lines:
        launch.own_criteria.all().delete()
        OwnCriterion.objects.bulk_create(
            OwnCriterion(launch=launch, number=number, text=line) for number, line in enumerate(lines, start=1)
        )


def _is_same(launch: Launch, told: Launching) -> bool:
    there = (launch.launched_on, launch.form, launch.present, launch.text)
    given = (told.launched_on, told.form, told.present, canonical_text(told.text))
    return there == given and own_lines(launch) == canonical_lines(told.own_criteria)


def _facts(launch: Launch) -> dict[str, object]:
    return {
        "day": launch.launched_on.isoformat(),
        "form": launch.form,
        "present": launch.present,
        "own_criteria": own_lines(launch),
        "text": launch.text,
    }


def _locked(launch: Launch, verb: str, actor: User, at: datetime.datetime) -> Launch:
    Unit.objects.select_for_update().get(pk=launch.unit_id)
    launch = Launch.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=launch.pk)
    held_running(launch.campaign, LaunchError)
    try:
        may_move_launch(actor, launch, verb, on=_day(at)).or_refuse()
    except NoSuchMoveError as error:
        raise LaunchError(_("This launch was taken back meanwhile.")) from error
    return launch


def _record(verb: str, launch: Launch, actor: User, at: datetime.datetime, **detail: object) -> None:
    action = f"movement.{verb}" if "photograph" in verb else f"movement.{verb}_launch"
    detail = {"day": launch.launched_on.isoformat(), "present": launch.present, **detail}
    record(action, actor=actor, at=at, subject=launch, unit_id=launch.unit_id, detail=detail)


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
