"""Drafts and publishes guidance, keeps who has read it, reminds those who have not."""

import datetime
import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.attached_files import ENDINGS, AttachedFileError, media_type_of, safe_name
from vungxanh.common.clock import ZONE
from vungxanh.common.encryption import decrypt, encrypt
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, canonical_text, folded
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing.enums import GuidanceState
from vungxanh.directing.models import Guidance, GuidanceFile, GuidanceReading
from vungxanh.directing.permissions import may_draft_guidance, may_move_guidance
from vungxanh.directing.queries.guidance import all_readings
from vungxanh.directing.rulebook import GUIDANCE_RULE
from vungxanh.directing.topics import GUIDANCE_PUBLISHED, GUIDANCE_REMINDED
from vungxanh.directing.workflow import GUIDANCE
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization.tree import all_tree_on

ONE_DAY = datetime.timedelta(days=1)


class GuidanceError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """`target_ids`: nodes of the tree, each with everything below it. Without `attached` the file there stays."""

    title: str
    text: str
    effective_on: datetime.date
    target_ids: Collection[int]
    number: str = ""
    replaces: Guidance | None = None
    attached: Attached | None = None
    is_file_removed: bool = False


@transaction.atomic
def draft_guidance(key: uuid.UUID, unit_id: int, written: Written, *, actor: User, at: datetime.datetime) -> Guidance:
    """For the node `unit_id`; the same `key` again is the same tap, and so is the same draft again: a page to which one
    went back has another key. Raises `GuidanceError`, also where something else comes with a used `key`."""
    may_draft_guidance(actor, unit_id, on=_day(at)).or_refuse()
    if there := _same_draft(key, unit_id, written, actor):
        return there
    if Guidance.objects.filter(key=key).exists():
        raise GuidanceError(_("This page was sent before; open a new one."))
    draft = Guidance(key=key, unit_id=unit_id, state=GuidanceState.DRAFT, made_at=at, made_by=actor)
    _write(draft, written, at, is_new=True)
    _record("draft", draft, actor, at)
    return draft


@transaction.atomic
def change_guidance(guidance: Guidance, written: Written, *, actor: User, at: datetime.datetime) -> Guidance:
    """Until it is published. Raises `GuidanceError`."""
    guidance = _locked(guidance, "change", actor, at)
    _write(guidance, written, at, is_new=False)
    _record("change", guidance, actor, at)
    return guidance


@transaction.atomic
def publish_guidance(guidance: Guidance, *, actor: User, at: datetime.datetime) -> Guidance:
    """Its readers are told; the one that it replaces is replaced from now on. Raises `GuidanceError`."""
    guidance = _locked(guidance, "publish", actor, at)
    if guidance.replaces_id:
        earlier = Guidance.objects.select_for_update().get(pk=guidance.replaces_id)
        if earlier.state != GuidanceState.PUBLISHED:
            raise GuidanceError(_("What it replaces is not in force any more; choose another or none."))
        earlier.state = GUIDANCE.find(earlier.state, "replace").end
        earlier.save(update_fields=["state"])
    guidance.state, guidance.published_at = GUIDANCE.find(guidance.state, "publish").end, at
    guidance.save(update_fields=["state", "published_at"])
    _record("publish", guidance, actor, at)
    readers = _unread(guidance, at) - {actor}
    _tell(GUIDANCE_PUBLISHED, guidance, readers, at, _("To be read and acknowledged: {title}"))
    return guidance


@transaction.atomic
def withdraw_guidance(guidance: Guidance, *, reason: str, actor: User, at: datetime.datetime) -> Guidance:
    """Raises `GuidanceError`."""
    guidance = _locked(guidance, "withdraw", actor, at)
    if not canonical(reason):
        raise GuidanceError(_("Say why it is taken back."))
    guidance.state, guidance.reason = GUIDANCE.find(guidance.state, "withdraw").end, canonical(reason)[:300]
    guidance.save(update_fields=["state", "reason"])
    _record("withdraw", guidance, actor, at)
    return guidance


@transaction.atomic
def acknowledge_guidance(guidance: Guidance, *, actor: User, at: datetime.datetime) -> None:
    """Read and understood, by oneself; a second time changes nothing. Raises `GuidanceError`."""
    guidance = _locked(guidance, "acknowledge", actor, at)
    _reading, is_new = GuidanceReading.objects.get_or_create(guidance=guidance, user=actor, defaults={"read_at": at})
    if is_new:
        _record("acknowledge", guidance, actor, at)


@transaction.atomic
def remind_of_guidance(guidance: Guidance, *, actor: User, at: datetime.datetime) -> int:
    """All who have not read it, in one action; returns how many. Raises `GuidanceError`."""
    guidance = _locked(guidance, "remind", actor, at)
    pause = datetime.timedelta(minutes=GUIDANCE_RULE.current().in_force(_day(at)).remind_again_minutes)
    if guidance.reminded_at and at < guidance.reminded_at + pause:
        words = _("They were reminded a short while ago; again after %(minutes)d minutes.")
        raise GuidanceError(words % {"minutes": pause.total_seconds() // 60})
    readers = _unread(guidance, at)
    if not readers:
        raise GuidanceError(_("Everybody has read it."))
    guidance.reminded_at = at
    guidance.save(update_fields=["reminded_at"])
    _record("remind", guidance, actor, at, people=sorted(user.pk for user in readers))
    return _tell(GUIDANCE_REMINDED, guidance, readers, at, _("Still to be read: {title}"))


def file_content(attached: GuidanceFile) -> bytes:
    return decrypt(bytes(attached.content))


def _same_draft(key: uuid.UUID, unit_id: int, written: Written, actor: User) -> Guidance | None:
    """That this person wrote, for the same units and with the same file."""
    found = Guidance.objects.filter(
        Q(key=key) | Q(state=GuidanceState.DRAFT),
        unit_id=unit_id,
        title=canonical(written.title),
        number=canonical(written.number),
        text=canonical_text(written.text),
        effective_on=written.effective_on,
        replaces=written.replaces,
        made_by=actor,
    ).select_related("attached")
    content = written.attached.content if written.attached else b""
    digest = hashlib.sha256(content).hexdigest() if content else ""
    targets = set(written.target_ids)
    for one in found:
        has_same_file = digest == (one.attached.sha256 if hasattr(one, "attached") else "")
        if has_same_file and set(one.targets.values_list("pk", flat=True)) == targets:
            return one
    return None


def _write(guidance: Guidance, written: Written, at: datetime.datetime, *, is_new: bool) -> None:
    title, text, number = canonical(written.title), canonical_text(written.text), canonical(written.number)
    if not (title and text):
        raise GuidanceError(_("Guidance needs a title and a text."))
    tree = all_tree_on(_day(at))
    below = {node.id for node in tree.below(guidance.unit_id)} if guidance.unit_id in tree else set()
    if not written.target_ids or not set(written.target_ids) <= below:
        raise GuidanceError(_("Choose for which units it is."))
    if written.replaces and written.replaces.state != GuidanceState.PUBLISHED:
        raise GuidanceError(_("What it replaces is not in force any more; choose another or none."))
    _check_day(written.effective_on, at)
    guidance.title, guidance.text, guidance.number = title, text, number
    guidance.search_text, guidance.effective_on = folded(f"{number} {title} {text}"), written.effective_on
    guidance.replaces = written.replaces
    guidance.version = written.replaces.version + 1 if written.replaces else 1
    guidance.save(force_insert=is_new)
    guidance.targets.set(written.target_ids)
    if written.is_file_removed or written.attached:
        GuidanceFile.objects.filter(guidance=guidance).delete()
    if written.attached:
        _attach(guidance, written.attached, at)


def _check_day(effective_on: datetime.date, at: datetime.datetime) -> None:
    today, rule = _day(at), GUIDANCE_RULE.current().in_force(_day(at))
    first, last = today - rule.oldest_days * ONE_DAY, today + rule.furthest_days * ONE_DAY
    if not first <= effective_on <= last:
        words = _("%(day)s is too far away, it is a day between %(first)s and %(last)s: look at the year.")
        raise GuidanceError(
            words % {"day": day_words(effective_on), "first": day_words(first), "last": day_words(last)}
        )


def _attach(guidance: Guidance, attached: Attached, at: datetime.datetime) -> None:
    largest = GUIDANCE_RULE.current().in_force(_day(at)).largest_mb
    if len(attached.content) > largest * 1024 * 1024:
        raise GuidanceError(_("The file is larger than %(size)d MB.") % {"size": largest})
    try:
        media_type = media_type_of(attached.content)
    except AttachedFileError as error:
        raise GuidanceError(str(error)) from error
    GuidanceFile.objects.create(
        guidance=guidance,
        name=safe_name(attached.name, ENDINGS[media_type], otherwise="van-ban"),
        media_type=media_type,
        content=encrypt(attached.content),
        sha256=hashlib.sha256(attached.content).hexdigest(),
        size_bytes=len(attached.content),
    )


def _locked(guidance: Guidance, verb: str, actor: User, at: datetime.datetime) -> Guidance:
    guidance = Guidance.objects.select_for_update().get(pk=guidance.pk)
    try:
        may_move_guidance(actor, guidance, verb, on=_day(at)).or_refuse()
    except NoSuchMoveError as error:
        words = _("The guidance stands otherwise by now: %(state)s.")
        raise GuidanceError(words % {"state": guidance.get_state_display()}) from error
    return guidance


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()


def _unread(guidance: Guidance, at: datetime.datetime) -> set[User]:
    found = all_readings(guidance, on=_day(at), tree=all_tree_on(_day(at)))
    return {reader.user for one in found for reader in one.missing}


def _record(verb: str, guidance: Guidance, actor: User, at: datetime.datetime, **detail: object) -> None:
    action = f"directing.{verb}_guidance"
    detail = {"version": guidance.version, **detail}
    record(action, actor=actor, at=at, subject=guidance, unit_id=guidance.unit_id, detail=detail)


def _tell(topic: str, guidance: Guidance, told: set[User], at: datetime.datetime, words: Promise) -> int:
    message = Message(
        topic=topic,
        key=f"{topic}:{guidance.pk}:{at.isoformat()}",
        title=format_lazy(words, title=guidance.title),
        address=reverse("directing:guidance_page", args=[guidance.pk]),
    )
    return notify(message, told, at=at)
