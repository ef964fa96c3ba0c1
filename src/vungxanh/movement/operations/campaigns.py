"""Takes campaign files in, opens and ends campaigns, writes down what the issuer answered."""

import datetime
import hashlib
from collections.abc import Iterator
from enum import IntEnum

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables import Fault, RuleFileError
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.permissions import may_answer_issuer, may_load, may_move_campaign
from vungxanh.movement.queries.campaigns import asked_of_issuer, block_of, newest_edition, participants
from vungxanh.movement.rulebook import CampaignFile, read_campaign
from vungxanh.movement.topics import CAMPAIGN_OPENED, CAMPAIGN_WITHDRAWN, LAUNCH_DUE, SELF_SCORES_DUE
from vungxanh.movement.workflow import CAMPAIGN
from vungxanh.notifications.operations import notify, notify_all, settle, settle_all
from vungxanh.notifications.queries import all_told
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import Tree, all_tree_on

LONGEST_TITLE, LONGEST_ANSWER = 400, 3000


class CampaignError(ValidationError):
    """Nothing was changed; the text says why."""


class Taken(IntEnum):
    """What became of a file. REVIVED: its campaign had been withdrawn without having been opened, and is a draft
    again. SAME alone is false: nothing is new."""

    SAME = 0
    NEW = 1
    REVIVED = 2


@transaction.atomic
def load_campaign(
    text: str, unit_id: int, *, name: str, actor: User | None, at: datetime.datetime
) -> tuple[Campaign, Taken]:
    """The file as a new campaign of the agency `unit_id`, or as the next edition of the one with its code; the same
    text again changes nothing. Raises `RuleFileError` with every fault, and `CampaignError` where the campaign takes no
    other edition any more."""
    may_load(actor, unit_id, on=_day(at)).or_refuse()
    plan = read_campaign(text, name=name)
    Unit.objects.select_for_update().get(pk=unit_id)
    campaign = Campaign.objects.select_for_update().filter(code=plan.code).first()
    before = newest_edition(campaign) if campaign else None
    digest = hashlib.sha256(text.encode()).hexdigest()
    is_open = campaign is not None and CAMPAIGN.allows(campaign.state, "change")
    if campaign and before and before.sha256 == digest and campaign.unit_id == unit_id and is_open:
        return campaign, Taken.SAME
    is_revived = campaign is not None and campaign.unit_id == unit_id and _was_never_out(campaign)
    # Of a campaign that nobody has heard of no period has been scored.
    _check_here(plan, unit_id, None if is_revived else before, at, name=name)
    if campaign is None:
        campaign = Campaign(
            code=plan.code, unit_id=unit_id, title=plan.title, state=CAMPAIGN.find("", "load").end, made_at=at
        )
        _save_new(campaign)
    elif is_revived:
        _revive(campaign, plan.title, actor, at)
    else:
        _check_change(campaign, unit_id, actor, at)
        campaign.title = plan.title
        campaign.save(update_fields=["title"])
    number = before.number + 1 if before else 1
    CampaignEdition.objects.create(
        campaign=campaign, number=number, text=text, sha256=digest, loaded_at=at, loaded_by=actor
    )
    detail = {"code": plan.code, "version": number, "sha256": digest}
    record("movement.load_campaign", actor=actor, at=at, subject=campaign, unit_id=unit_id, detail=detail)
    return campaign, Taken.REVIVED if is_revived else Taken.NEW


@transaction.atomic
def open_campaign(campaign: Campaign, *, actor: User, at: datetime.datetime) -> Campaign:
    """From now on units launch it; those who speak for them are told until when. Raises `CampaignError`."""
    campaign = _moved(campaign, "open", actor, at, opened_at=at, opened_by=actor)
    plan, tree = newest_edition(campaign).plan, all_tree_on(_day(at))
    taking_part = [node.id for node in participants(plan, campaign.unit_id, tree)]
    if not taking_part:
        raise CampaignError(_("No unit of the agency takes part: look at the kinds of units in the file."))
    staff = roles.all_holders(roles.UNIT_STAFF, taking_part, on=_day(at), tree=tree)
    message = Message(
        topic=CAMPAIGN_OPENED,
        key=f"{CAMPAIGN_OPENED}:{campaign.pk}",
        title=format_lazy(
            _("{title}: launch it by {day}"), title=plan.short_title[:120], day=day_words(plan.launch_by)
        ),
        address=reverse("movement:campaign_page", args=[campaign.code]),
    )
    notify_all([(message, set().union(*staff.values()) - {actor})], at=at)
    return campaign


def close_campaign(campaign: Campaign, *, actor: User, at: datetime.datetime) -> Campaign:
    """Raises `CampaignError`."""
    with transaction.atomic():
        campaign = _moved(campaign, "close", actor, at, ended_at=at)
        _settle(campaign, at)
        return campaign


def withdraw_campaign(campaign: Campaign, reason: str, *, actor: User, at: datetime.datetime) -> Campaign:
    """Whoever had been told that it was opened is told that it is withdrawn, and why. Raises `CampaignError`."""
    if not canonical(reason):
        raise CampaignError({"reason": _("Say why it is withdrawn.")})
    with transaction.atomic():
        campaign = _moved(campaign, "withdraw", actor, at, ended_at=at, reason=canonical(reason)[:300])
        _settle(campaign, at)
        _tell_of_withdrawal(campaign, actor, at)
        return campaign


@transaction.atomic
def answer_for_issuer(
    campaign: Campaign, question_key: str, answer: str, *, actor: User, at: datetime.datetime
) -> IssuerAnswer:
    """Writes down what the issuer of the plan said; the plan itself changes only by another edition. The same answer
    again is the same. Raises `CampaignError`."""
    may_answer_issuer(actor, campaign, on=_day(at)).or_refuse()
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    asked = {one.question.key: one for one in asked_of_issuer(campaign, newest_edition(campaign).plan)}
    if question_key not in asked:
        raise CampaignError(_("The plan does not ask this any more: another edition has been taken in."))
    words = canonical_text(answer)[:LONGEST_ANSWER]
    if not words:
        raise CampaignError({"answer": _("Write down what the issuer answered.")})
    latest = next(iter(asked[question_key].answers), None)
    if latest and latest.answer == words:
        return latest
    made = IssuerAnswer.objects.create(
        campaign=campaign,
        question_key=question_key,
        question=asked[question_key].question.text,
        answer=words,
        answered_at=at,
        answered_by=actor,
    )
    detail = {"question": asked[question_key].question.text[:200]}
    record("movement.answer_issuer", actor=actor, at=at, subject=campaign, unit_id=campaign.unit_id, detail=detail)
    return made


def _save_new(campaign: Campaign) -> None:
    """Two agencies may take in the same code at once. Raises `CampaignError`."""
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as error:
        raise CampaignError(_("Another agency runs the campaign with this code.")) from error


def _check_here(
    plan: CampaignFile, unit_id: int, before: CampaignEdition | None, at: datetime.datetime, *, name: str
) -> None:
    """What only the installation knows. Raises `RuleFileError`."""
    tree = all_tree_on(_day(at))
    faults = [*_length_faults(plan), *_unit_faults(plan, unit_id, tree)]
    if before:
        faults += _closed_faults(before.plan, plan, _day(at))
    if faults:
        raise RuleFileError(name, faults)


def _length_faults(plan: CampaignFile) -> Iterator[Fault]:
    if len(plan.title) > LONGEST_TITLE:
        yield Fault("title", f"dài hơn {LONGEST_TITLE} ký tự")


def _unit_faults(plan: CampaignFile, unit_id: int, tree: Tree) -> Iterator[Fault]:
    """Codes of units that do not take part, and units that compete in no block."""
    taking_part = participants(plan, unit_id, tree)
    codes = {node.code for node in taking_part}
    for at, block in enumerate(plan.block, start=1):
        for place, code in enumerate(block.units, start=1):
            if code not in codes:
                yield Fault(f"block[{at}].units[{place}]", f"không có đơn vị mã {code} tham gia phong trào")
    below = {node.code for node in tree.below(unit_id)} if unit_id in tree else set()
    for at, code in enumerate(plan.left_out, start=1):
        if code not in below:
            yield Fault(f"left_out[{at}]", f"cơ quan không có đơn vị mã {code}")
    if plan.block and (alone := [node.code for node in taking_part if not block_of(plan, node)]):
        yield Fault("block", f"đơn vị chưa thuộc khối nào: {', '.join(alone[:10])}")


def _closed_faults(before: CampaignFile, plan: CampaignFile, today: datetime.date) -> Iterator[Fault]:
    """A period that is over stays as it was."""
    kept = {one.code: one for one in plan.period}
    for period in before.period:
        if period.last < today and kept.get(period.code) != period:
            yield Fault("period", f"kỳ {period.code} đã kết thúc, không sửa và không bỏ được")
    if before.launch_by < today and plan.launch_by != before.launch_by:
        yield Fault("launch_by", f"hạn phát động {before.launch_by:%d/%m/%Y} đã qua, không sửa được")


def _check_change(campaign: Campaign, unit_id: int, actor: User | None, at: datetime.datetime) -> None:
    if campaign.unit_id != unit_id:
        raise CampaignError(_("Another agency runs the campaign with this code."))
    try:
        may_move_campaign(actor, campaign, "change", on=_day(at)).or_refuse()
    except NoSuchMoveError as error:
        raise CampaignError(words_of_state(campaign)) from error


def _moved(campaign: Campaign, verb: str, actor: User, at: datetime.datetime, **values: object) -> Campaign:
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    try:
        may_move_campaign(actor, campaign, verb, on=_day(at)).or_refuse()
        campaign.state = CAMPAIGN.find(campaign.state, verb).end
    except NoSuchMoveError as error:
        raise CampaignError(words_of_state(campaign)) from error
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.save()
    detail = {"code": campaign.code} | ({"reason": campaign.reason} if campaign.reason else {})
    record(f"movement.{verb}_campaign", actor=actor, at=at, subject=campaign, unit_id=campaign.unit_id, detail=detail)
    return campaign


def _was_never_out(campaign: Campaign) -> bool:
    """Withdrawn without ever having been opened."""
    return campaign.state == CampaignState.WITHDRAWN and campaign.opened_at is None


def _revive(campaign: Campaign, title: str, actor: User | None, at: datetime.datetime) -> None:
    """A draft again, with the code that it has; why it had been withdrawn stays in the trail."""
    may_move_campaign(actor, campaign, "revive", on=_day(at)).or_refuse()
    detail = {"code": campaign.code, "was": campaign.reason}
    campaign.state, campaign.ended_at = CAMPAIGN.find(campaign.state, "revive").end, None
    campaign.title, campaign.reason = title, ""
    campaign.save(update_fields=["state", "ended_at", "title", "reason"])
    record("movement.revive_campaign", actor=actor, at=at, subject=campaign, unit_id=campaign.unit_id, detail=detail)


def _tell_of_withdrawal(campaign: Campaign, actor: User, at: datetime.datetime) -> None:
    message = Message(
        topic=CAMPAIGN_WITHDRAWN,
        key=f"{CAMPAIGN_WITHDRAWN}:{campaign.pk}",
        title=format_lazy(_("Withdrawn: {title}"), title=newest_edition(campaign).plan.short_title[:120]),
        body=campaign.reason,
        address=reverse("movement:campaign_page", args=[campaign.code]),
    )
    notify(message, set(all_told(f"{CAMPAIGN_OPENED}:{campaign.pk}")) - {actor}, at=at)


def _settle(campaign: Campaign, at: datetime.datetime) -> None:
    """Nobody is asked any more to launch it, nor to score."""
    settle([f"{CAMPAIGN_OPENED}:{campaign.pk}"], at=at)
    settle_all(LAUNCH_DUE, due_keys_of(campaign.pk), at=at)
    settle_all(SELF_SCORES_DUE, f"{SELF_SCORES_DUE}:{campaign.pk}:", at=at)


def due_keys_of(campaign_id: int, unit_id: int | None = None) -> str:
    """How the causes begin by which the units, or one of them, are reminded to launch; a day follows those of one."""
    return f"{LAUNCH_DUE}:{campaign_id}:" if unit_id is None else f"{LAUNCH_DUE}:{campaign_id}:{unit_id}:"


def words_of_state(campaign: Campaign) -> str:
    """Why something that it does not allow any more is not done."""
    return _("The campaign stands otherwise by now: %(state)s.") % {"state": CampaignState(campaign.state).label}


def held_running(campaign: Campaign, error: type[ValidationError]) -> Campaign:
    """As the database has it now, kept from being closed until this transaction is over. Raises `error` where it is not
    under way. Whoever holds more takes a unit or a group before it, a person or a pledge after it, so that no two wait
    for each other."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.state != CampaignState.RUNNING:
        raise error(words_of_state(campaign))
    return campaign


def running_plan(campaign: Campaign, error: type[ValidationError]) -> CampaignFile:
    """Of a campaign that is `held_running`. Raises `error`."""
    return newest_edition(held_running(campaign, error)).plan


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
