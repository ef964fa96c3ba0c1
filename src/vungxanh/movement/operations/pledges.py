"""Pledges of units, groups and people, confirmed electronically and taken back."""

import datetime
import hashlib
import json
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical, canonical_lines
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement import permissions
from vungxanh.movement.enums import PledgeEnding, PledgeKind
from vungxanh.movement.models import Campaign, Pledge
from vungxanh.movement.operations.campaigns import held_running, running_plan
from vungxanh.movement.queries.campaigns import takes_part
from vungxanh.movement.queries.pledges import groups_of, own_place, standing, standing_of_person
from vungxanh.movement.rulebook import LONGEST_LINE, MOST_LINES
from vungxanh.movement.workflow import PLEDGE
from vungxanh.organization.models import Group, Person, Unit
from vungxanh.organization.tree import all_tree_on


class PledgeError(ValidationError):
    """Nothing was changed; the text says why."""


def pledge_for_unit(
    campaign: Campaign, unit_id: int, lines: Sequence[str], *, actor: User, at: datetime.datetime
) -> Pledge:
    """By the head or a deputy. The same lines again change nothing, other lines come in their place. Raises
    `PledgeError`."""
    permissions.may_pledge_for_unit(actor, unit_id, on=_day(at)).or_refuse()
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit_id)
        plan = running_plan(campaign, PledgeError)
        if not takes_part(plan, campaign, unit_id, all_tree_on(_day(at))):
            raise PledgeError(_("This unit does not take part in the movement by itself."))
        return _confirm(campaign, PledgeKind.UNIT, unit_id, lines, actor, at)


def pledge_for_group(
    campaign: Campaign, group: Group, lines: Sequence[str], *, actor: User, at: datetime.datetime
) -> Pledge:
    """By an officer of the union. Raises `PledgeError`."""
    permissions.may_pledge_for_group(actor, group, on=_day(at)).or_refuse()
    with transaction.atomic():
        Group.objects.select_for_update().get(pk=group.pk)
        running_plan(campaign, PledgeError)
        if group.pk not in {one.pk for one in groups_of(campaign, all_tree_on(_day(at)))}:
            raise PledgeError(_("This group does not belong to the agency of the movement."))
        return _confirm(campaign, PledgeKind.GROUP, group.unit_id, lines, actor, at, group_id=group.pk)


def pledge_oneself(campaign: Campaign, lines: Sequence[str], *, actor: User, at: datetime.datetime) -> Pledge:
    """Everybody for oneself; nobody pledges in another's name. Raises `PledgeError`."""
    with transaction.atomic():
        plan = running_plan(campaign, PledgeError)
        place = own_place(actor, campaign, plan, all_tree_on(_day(at)), on=_day(at))
        permissions.may_pledge_oneself(place).or_refuse()
        assert place
        Person.objects.select_for_update().get(pk=place.person.pk)
        return _confirm(campaign, PledgeKind.PERSON, place.unit.id, lines, actor, at, person_id=place.person.pk)


@transaction.atomic
def withdraw_pledge(pledge: Pledge, reason: str, *, actor: User, at: datetime.datetime) -> Pledge:
    """Raises `PledgeError`."""
    held_running(pledge.campaign, PledgeError)
    rows = Pledge.objects.select_for_update(of=("self",)).select_related("group", "person", "campaign")
    pledge = rows.get(pk=pledge.pk)
    permissions.may_withdraw_pledge(actor, pledge, on=_day(at)).or_refuse()
    if not canonical(reason):
        raise PledgeError({"reason": _("Say why it is taken back.")})
    _end(pledge, PledgeEnding.TAKEN_BACK, actor, at, reason=canonical(reason)[:300])
    return pledge


def lines_of(text: str) -> list[str]:
    """What was typed, a line each."""
    return [line for line in (canonical(one) for one in text.splitlines()) if line]


def _confirm(
    campaign: Campaign,
    kind: PledgeKind,
    unit_id: int,
    given: Sequence[str],
    actor: User,
    at: datetime.datetime,
    **of: int,
) -> Pledge:
    lines = canonical_lines(given)
    if not lines:
        raise PledgeError({"lines": _("Write at least one line that is pledged.")})
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        words = _("At most %(lines)d lines of %(characters)d characters.")
        raise PledgeError({"lines": words % {"lines": MOST_LINES, "characters": LONGEST_LINE}})
    if kind == PledgeKind.PERSON:
        before = standing_of_person(campaign, of["person_id"])
    else:
        before = standing(campaign, kind, **(of or {"unit_id": unit_id}))
    if before and before.lines == lines:
        return before
    if before:
        _end(before, PledgeEnding.REPLACED, actor, at)
    text = json.dumps(lines, ensure_ascii=False)
    made = Pledge.objects.create(
        campaign=campaign,
        kind=kind,
        unit_id=unit_id,
        lines=lines,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        state=PLEDGE.find("", "confirm").end,
        confirmed_at=at,
        confirmed_by=actor,
        **of,
    )
    detail = {"kind": kind, "sha256": made.sha256}
    record("movement.confirm_pledge", actor=actor, at=at, subject=made, unit_id=unit_id, detail=detail)
    return made


def _end(pledge: Pledge, ending: PledgeEnding, actor: User, at: datetime.datetime, *, reason: str = "") -> None:
    try:
        pledge.state = PLEDGE.find(pledge.state, "withdraw").end
    except NoSuchMoveError as error:
        raise PledgeError(_("This pledge was taken back already.")) from error
    pledge.withdrawn_at, pledge.ending, pledge.reason = at, ending, reason
    pledge.save(update_fields=["state", "withdrawn_at", "ending", "reason"])
    detail = {"kind": pledge.kind, "ending": ending} | ({"reason": reason} if reason else {})
    record("movement.withdraw_pledge", actor=actor, at=at, subject=pledge, unit_id=pledge.unit_id, detail=detail)


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
