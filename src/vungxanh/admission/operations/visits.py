"""Visits: invited or registered, judged by the same table as staff, answered by the host, let in, ended and erased."""

import dataclasses
import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.accounts.phones import normalized
from vungxanh.admission import workflow
from vungxanh.admission.enums import HostAnswer, VisitRole, VisitState
from vungxanh.admission.models import Visit, Visitor
from vungxanh.admission.operations.reminders import settle_reminders
from vungxanh.admission.operations.visit_passes import follow_visit
from vungxanh.admission.operations.visit_presence import VisitError, note_presence
from vungxanh.admission.permissions import may_answer_for_host, may_move_visit
from vungxanh.admission.queries.visits import all_hosts_named, all_stay_of_visit
from vungxanh.admission.rulebook import PASS, VISITS
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.areas.queries import all_areas_by_code, all_levels_of
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.codes import canonical_code, fresh_code
from vungxanh.common.dated import in_force
from vungxanh.common.encryption import digest, encrypt
from vungxanh.common.vietnamese import canonical, folded
from vungxanh.common.workflow import Move, NoSuchMoveError
from vungxanh.organization.models import Party, Person, Place, Site
from vungxanh.organization.queries.parties import match_key
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.operations import note_held_visitor
from vungxanh.risk.queries.days import all_unit_ids_of
from vungxanh.risk.queries.judging import judged
from vungxanh.screening.enums import GateState
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations.presence import lock_people
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE, derived

PASSING = ("admit", "leave")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes, as typed. `party`: whom the host chose as where the guest comes from."""

    full_name: str
    phone: str
    identity_number: str = ""
    party_name: str = ""
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What for, with whom, when."""

    purpose: str
    planned_at: datetime.datetime
    host_name: str = ""
    group_size: int = 1
    group_list: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of the form in force, complete."""

    answers: Mapping[str, Any]
    temperature_c: float | None


@transaction.atomic
def invite_visitor(site: Site, guest: Guest, plan: Plan, *, host: Person, actor: User, at: datetime.datetime) -> Visit:
    """By the host, who thereby has confirmed."""
    may_answer_for_host(actor, host).or_refuse()
    if guest.party and not _is_of_agency(guest.party, site, at):
        raise VisitError(_("This outside party is known to another agency than that of the site."))
    visit = _visit(uuid.uuid4(), site, guest, plan, at)
    visit.host, visit.host_name = host, host.full_name
    _go(visit, "invite", VisitRole.HOST)
    _note_host(visit, HostAnswer.CONFIRMED, actor, at)
    visit.save(force_insert=True)
    chosen = {"party": guest.party.code} if guest.party else {}
    _record("admission.invite_visitor", visit, actor, at, **chosen)
    return visit


def _is_of_agency(party: Party, site: Site, at: datetime.datetime) -> bool:
    root = all_tree_on(at.astimezone(ZONE).date()).root_of(site.unit_id)
    return root is not None and root.id == party.agency_id


def register_visit(key: uuid.UUID, site: Site, guest: Guest, plan: Plan, said: Said, *, at: datetime.datetime) -> Visit:
    """By a visitor without an account. The same key again is the same page sent again: the visit that is there."""
    there = Visit.objects.filter(key=key).first()
    try:
        return there or _registered(key, site, guest, plan, said, at)
    except IntegrityError:
        return Visit.objects.get(key=key)


@transaction.atomic
def _registered(key: uuid.UUID, site: Site, guest: Guest, plan: Plan, said: Said, at: datetime.datetime) -> Visit:
    visit = _visit(key, site, guest, plan, at)
    hosts = all_hosts_named(plan.host_name, site, on=at.astimezone(ZONE).date())
    # Two people of one name: the guard asks.
    visit.host = hosts[0] if len(hosts) == 1 else None
    _go(visit, "register", VisitRole.VISITOR)
    _judge(visit, said, at)
    visit.save(force_insert=True)
    _tell_of_held(visit, at)
    _record("admission.register_visit", visit, None, at)
    return visit


@transaction.atomic
def declare_visit(visit: Visit, guest: Guest, plan: Plan, said: Said, *, at: datetime.datetime) -> Visit:
    """By an invited visitor, on the link of the invitation. Host and time stay those of the invitation; the party too,
    unless the visitor writes another one."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("visitor", "site").get(pk=visit.pk)
    if visit.declared_at:
        return visit
    _go(visit, "declare", VisitRole.VISITOR)
    visit.visitor = _visitor(guest, at)
    if match_key(guest.party_name) != match_key(visit.party_name):
        visit.party = None
    visit.purpose, visit.party_name = plan.purpose, guest.party_name
    visit.group_size, visit.group_list = plan.group_size, plan.group_list
    _judge(visit, said, at)
    visit.save()
    _tell_of_held(visit, at)
    follow_visit(visit, at=at)
    settle_reminders(visit, at=at)
    _record("admission.register_visit", visit, None, at)
    return visit


@transaction.atomic
def answer_visit(
    visit: Visit, answer: HostAnswer, *, by: VisitRole, actor: User, at: datetime.datetime, reason: str = ""
) -> Visit:
    """The host expects the visitor or not; the guard writes down what the host said on the telephone."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("visitor", "site").get(pk=visit.pk)
    may_move_visit(actor, visit, by, on=at.astimezone(ZONE).date()).or_refuse()
    if visit.state not in workflow.OPEN:
        raise VisitError(_("This visit is over; nothing was changed."))
    if answer == HostAnswer.DECLINED:
        _note_host(visit, answer, actor, at)
        return _moved(visit, "refuse", by=by, actor=actor, at=at, reason=reason)
    _note_host(visit, answer, actor, at)
    visit.save()
    follow_visit(visit, at=at)
    settle_reminders(visit, at=at)
    _record("admission.answer_visit", visit, actor, at, answer=str(answer), by=str(by))
    return visit


@transaction.atomic
def move_visit(
    visit: Visit,
    verb: str,
    *,
    by: VisitRole,
    actor: User | None,
    at: datetime.datetime,
    reason: str = "",
    gate: Place | None = None,
) -> Visit:
    """The one way from state to state; nothing else assigns it. `gate`: where somebody passes."""
    if verb in PASSING:
        lock_people([visit.visitor.pseudonym])
    visit = Visit.objects.select_for_update(of=("self",)).select_related("visitor", "site").get(pk=visit.pk)
    may_move_visit(actor, visit, by, on=at.astimezone(ZONE).date()).or_refuse()
    moved = _moved(visit, verb, by=by, actor=actor, at=at, reason=reason)
    if verb in PASSING:
        note_presence(moved, verb, by, actor, at, gate)
    return moved


@transaction.atomic
def follow_stays(events: Sequence[PresenceEvent], actors: Mapping[int, User], *, at: datetime.datetime) -> None:
    """Who was seen at a gate is inside, or has left, by the visit as well; in whatever order the scans arrived. In the
    trail stands whoever recorded the one by which it is so; where that came before, whoever recorded one of these.

    A visit that may not enter does not follow: the scan stands among what does not fit. One query for a batch without
    visitors, a few more for each visitor.
    """
    rows = Visit.objects.select_for_update(of=("self",)).select_related("visitor", "site")
    by_key = {event.client_uuid: event for event in events}
    seen = {(event.subject, event.site_id): event for event in events}
    subjects, sites = {subject for subject, _site in seen}, {site for _subject, site in seen}
    waiting = Q(state=VisitState.WAITING, host_answer=HostAnswer.CONFIRMED) | Q(state=VisitState.ADMITTED)
    for visit in rows.filter(waiting, visitor__pseudonym__in=subjects, site_id__in=sites).order_by("pk"):
        last = seen.get((visit.visitor.pseudonym, visit.site_id))
        stay = all_stay_of_visit(visit) if last else None
        for verb, state, when, key in _passings(stay):
            if last and when and visit.state == state:
                recorded_by = (by_key.get(key, last) if key else last).recorded_by_id
                actor = actors.get(recorded_by) if recorded_by else None
                visit = _moved(visit, verb, by=VisitRole.GUARD, actor=actor, at=at, when=when)


def _passings(
    stay: Presence | None,
) -> Sequence[tuple[str, VisitState, datetime.datetime | None, uuid.UUID | None]]:
    """What a visit does by its stay: from which state, when, and by which sighting."""
    if stay is None:
        return ()
    return (
        ("admit", VisitState.WAITING, stay.entered_at, stay.entry_key),
        ("leave", VisitState.ADMITTED, stay.left_at, stay.exit_key),
    )


def _moved(
    visit: Visit,
    verb: str,
    *,
    by: VisitRole,
    actor: User | None,
    at: datetime.datetime,
    reason: str = "",
    when: datetime.datetime | None = None,
) -> Visit:
    """`when` it really happened, where that is known later."""
    move = _find(visit, verb, by)
    if verb == "admit" and visit.host_answer != HostAnswer.CONFIRMED:
        raise VisitError(_("The host has not confirmed yet: call, and write down the answer first."))
    if move.end == VisitState.REFUSED and not reason.strip():
        raise VisitError(_("Give the reason."))
    _go(visit, verb, by)
    visit.reason = canonical(reason)[:200] or visit.reason
    if verb == "release":
        visit.gate_state = GateState.ALLOWED
    if verb == "admit":
        visit.admitted_at = when or at
    if visit.state not in workflow.OPEN:
        visit.ended_at = when or at
        visit.erase_on = _erase_on(visit.ended_at)
    visit.save()
    follow_visit(visit, at=at)
    settle_reminders(visit, at=at)
    _record("admission.move_visit", visit, actor, at, verb=verb, by=str(by))
    return visit


def _find(visit: Visit, verb: str, by: VisitRole) -> Move:
    try:
        move = workflow.VISIT.find(visit.state, verb)
    except NoSuchMoveError as error:
        words = _("Not possible now: the visit is in the state “%(state)s”.")
        raise VisitError(words % {"state": visit.get_state_display()}) from error
    if by not in move.by:
        raise VisitError(_("This is not for you to do."))
    return move


def _go(visit: Visit, verb: str, by: VisitRole) -> None:
    visit.state = VisitState(_find(visit, verb, by).end)


def _visit(key: uuid.UUID, site: Site, guest: Guest, plan: Plan, at: datetime.datetime) -> Visit:
    return Visit(
        key=key,
        code=canonical_code(fresh_code(2)).upper(),
        visitor=_visitor(guest, at),
        site=site,
        host_name=canonical(plan.host_name),
        purpose=canonical(plan.purpose),
        party_name=canonical(guest.party_name),
        party=guest.party,
        group_size=plan.group_size,
        group_list=plan.group_list.strip(),
        planned_at=plan.planned_at,
        created_at=at,
        erase_on=_erase_on(plan.planned_at),
    )


def _visitor(guest: Guest, at: datetime.datetime) -> Visitor:
    """The same number under the same name is the same person; anybody else's number makes nobody else."""
    name, phone = canonical(guest.full_name), normalized(guest.phone)
    known = Visitor.objects.filter(phone_digest=digest(phone), search_name=folded(name), erased_at__isnull=True).first()
    visitor = known or Visitor(
        full_name=name, search_name=folded(name), phone=phone, phone_digest=digest(phone), created_at=at
    )
    if guest.identity_number:
        visitor.identity_number, visitor.identity_digest = guest.identity_number, digest(guest.identity_number)
    if guest.party or (guest.party_name and match_key(guest.party_name) != match_key(visitor.party_name)):
        visitor.party = guest.party
    visitor.party_name = canonical(guest.party_name) or visitor.party_name
    visitor.save()
    return visitor


def _judge(visit: Visit, said: Said, at: datetime.datetime) -> None:
    """By the table of people, without any history; whom the rules hold waits apart from the others."""
    on = at.astimezone(ZONE).date()
    form = VISITOR_QUESTIONNAIRE.current().in_force(on)
    facts = dataclasses.asdict(derived(form, said.answers, said.temperature_c))
    facts["worst_visited_level"] = _worst_level(said.answers.get(form.places.link_id) or [], on)
    judgement = judged(facts, on=on)
    content = {"answers": dict(said.answers), "temperature_c": said.temperature_c}
    visit.declared_at = at
    visit.questionnaire_version = form.version
    visit.answers = encrypt(json.dumps(content, ensure_ascii=False).encode())
    visit.level, visit.edition = judgement.level, judgement.edition
    visit.gate_state = GateState(PASS.current().in_force(on).gate_of(judgement.level).state)
    if visit.gate_state == GateState.HOLD:
        _go(visit, "hold", VisitRole.SYSTEM)


def _tell_of_held(visit: Visit, at: datetime.datetime) -> None:
    """Whom the answers hold may be something that cannot wait for the daily return."""
    if visit.gate_state == GateState.HOLD:
        unit_id = _unit_of_host(visit, at.astimezone(ZONE).date())
        note_held_visitor(visit.pk, visit.level, unit_id or visit.site.unit_id, at=at)


def _unit_of_host(visit: Visit, day: datetime.date) -> int | None:
    """Where the host is counted on the day; without a day of work, where the host works, a secondment first."""
    if visit.host is None:
        return None
    counted = all_unit_ids_of([visit.host.pseudonym], day).get(visit.host.pseudonym)
    posts = visit.host.posts.filter(in_force(day)).order_by("-kind")
    return counted or posts.values_list("unit_id", flat=True).first()


def _worst_level(codes: list[str], on: datetime.date) -> str:
    areas = all_areas_by_code(set(codes), on=on) if codes else {}
    levels = all_levels_of({area.pk for area in areas.values()}, on=on) if areas else {}
    return EpidemicLevel.worst_of(levels.values(), default="NONE")


def _note_host(visit: Visit, answer: HostAnswer, actor: User, at: datetime.datetime) -> None:
    visit.host_answer, visit.host_answered_at, visit.host_answered_by_id = answer, at, actor.pk


@transaction.atomic
def expire_visits(*, at: datetime.datetime) -> int:
    """Whoever did not come, and whoever never said that they left; returns how many visits ended."""
    rule = VISITS.current().in_force(at.astimezone(ZONE).date())
    late = at - datetime.timedelta(hours=rule.waiting_hours)
    gone = at - datetime.timedelta(hours=rule.inside_hours)
    waiting = Visit.objects.filter(state__in=[VisitState.INVITED, VisitState.WAITING, VisitState.HELD])
    inside = Visit.objects.filter(state=VisitState.ADMITTED, admitted_at__lt=gone)
    ended = 0
    for visit in waiting.filter(planned_at__lt=late).select_related("visitor", "site"):
        _moved(visit, "expire", by=VisitRole.SYSTEM, actor=None, at=at)
        ended += 1
    for visit in inside.select_related("visitor", "site"):
        _moved(visit, "close", by=VisitRole.SYSTEM, actor=None, at=at)
        ended += 1
    return ended


@transaction.atomic
def erase_visits(*, on: datetime.date, at: datetime.datetime) -> int:
    """Answers and names of visits whose time is over, and visitors without a visit that is still kept; returns how
    many visits."""
    due = Visit.objects.filter(erase_on__lt=on, erased_at__isnull=True).exclude(state__in=workflow.OPEN)
    visitors = dict(due.values_list("pk", "visitor_id"))
    if not visitors:
        return 0
    Visit.objects.filter(pk__in=visitors).update(answers=b"", group_list=b"", purpose="", host_name="", erased_at=at)
    kept = Visit.objects.filter(visitor__in=visitors.values(), erased_at__isnull=True).values("visitor")
    gone = Visitor.objects.filter(pk__in=visitors.values(), erased_at__isnull=True).exclude(pk__in=kept)
    numbers = {"phone": b"", "phone_digest": "", "identity_number": b"", "identity_digest": ""}
    erased = gone.update(full_name="", search_name="", party_name="", erased_at=at, **numbers)
    detail = {"visits": len(visitors), "visitors": erased}
    record("admission.erase_visits", actor=None, at=at, subject=("admission.visit", on.isoformat()), detail=detail)
    return len(visitors)


def _erase_on(moment: datetime.datetime) -> datetime.date:
    day = moment.astimezone(ZONE).date()
    return day + datetime.timedelta(days=VISITS.current().in_force(day).keep_days)


def _record(action: str, visit: Visit, actor: User | None, at: datetime.datetime, **detail: str) -> None:
    """Names the visit by its code: the trail outlives the erasure of the visitor."""
    record(
        action,
        actor=actor,
        at=at,
        subject=visit,
        subject_name=visit.code,
        unit_id=visit.site.unit_id,
        detail={"state": str(visit.state), **detail},
    )
