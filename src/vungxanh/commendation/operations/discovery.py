"""Decides whether somebody whom the data found is put forward."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.commendation.models import Discovery
from vungxanh.commendation.permissions import may_decide
from vungxanh.commendation.queries.discovery import Candidate
from vungxanh.commendation.topics import PUT_FORWARD
from vungxanh.commendation.workflow import DISCOVERY
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.models import Campaign
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles

LONGEST_REASON = 300


class DiscoveryError(ValidationError):
    """Nothing was decided; the text says why."""


@transaction.atomic
def decide(
    campaign: Campaign,
    period: str,
    candidate: Candidate,
    verb: str,
    *,
    reason: str = "",
    actor: User,
    at: datetime.datetime,
) -> Discovery:
    """`verb`: `put_forward`, or `pass_over` with its reason. Keeps the evidence as it is now. The same decision by
    anybody again changes nothing. Decisions of one campaign wait for each other. Raises `DiscoveryError`."""
    person_id = candidate.person.pk if candidate.person else None
    may_decide(actor, candidate.unit.id, person_id=person_id, on=at.astimezone(ZONE).date()).or_refuse()
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    of_one = {"person_id": person_id} if person_id else {"person": None, "unit_id": candidate.unit.id}
    one = Discovery.objects.filter(campaign=campaign, period=period, **of_one).first()
    one = one or Discovery(campaign=campaign, period=period, unit_id=candidate.unit.id, person_id=person_id, state="")
    reason = canonical(reason)
    if len(reason) > LONGEST_REASON:
        raise DiscoveryError(_("The reason has at most %(most)d characters.") % {"most": LONGEST_REASON})
    if verb == "pass_over" and not reason:
        raise DiscoveryError(_("Say why nobody is put forward here."))
    try:
        state = DISCOVERY.find(one.state, verb).end
    except NoSuchMoveError:
        return one
    one.state, one.reason, one.decided_at, one.decided_by = state, reason, at, actor
    one.unit_id = candidate.unit.id
    one.evidence = [found.frozen for found in candidate.evidence]
    one.save()
    _record(one, verb, actor, at)
    if verb == "put_forward":
        _tell_heads(one, candidate, actor, at)
    return one


def _record(one: Discovery, verb: str, actor: User, at: datetime.datetime) -> None:
    record(
        f"commendation.{verb}",
        actor=actor,
        at=at,
        subject=one.person or one,
        unit_id=one.unit_id,
        detail={
            "campaign": one.campaign.code,
            "period": one.period,
            "reason": one.reason,
            "patterns": [found["pattern"]["code"] for found in one.evidence],
        },
    )


def _tell_heads(one: Discovery, candidate: Candidate, actor: User, at: datetime.datetime) -> None:
    """Of the unit, so that they begin the nomination; not whoever decided."""
    held = roles.all_held(roles.HEADS, [one.unit_id], on=at.astimezone(ZONE).date())
    name = candidate.person.full_name if candidate.person else candidate.unit.name
    message = Message(
        topic=PUT_FORWARD,
        key=f"commendation.put_forward:{one.pk}:{at.isoformat()}",
        title=format_lazy("{words}: {name}", words=_("To be considered for commendation"), name=name),
        body="; ".join(str(found.words) for found in candidate.evidence),
        address=f"{reverse('commendation:candidate_list')}?phong-trao={one.campaign.code}&ky={one.period}",
    )
    notify(message, [user for user in dict.fromkeys(one.user for one in held) if user != actor], at=at)
