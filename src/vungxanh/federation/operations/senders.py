"""From whom roll-ups are received: registered, changed, ended."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.federation.models import RollupSender
from vungxanh.federation.permissions import may_keep_senders
from vungxanh.federation.rulebook import FEDERATION
from vungxanh.webhooks.signing import KeyFaultError, checked_public_key


class SenderError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`code`: that of the agency at the top of the installation below, as it stands in what it sends."""

    code: str
    name: str
    public_key: str


def register_sender(key: uuid.UUID, wanted: Wanted, *, actor: User, at: datetime.datetime) -> RollupSender:
    """The same `key` again is the same tap. Raises `SenderError`."""
    today = at.astimezone(ZONE).date()
    may_keep_senders(actor, on=today).or_refuse()
    values = _checked(wanted)
    if there := RollupSender.objects.filter(key=key).first():
        return there
    if RollupSender.objects.filter(ended_at=None).count() >= FEDERATION.current().in_force(today).most_senders:
        raise SenderError(_("There are as many senders already as the rule allows; end one first."))
    try:
        with transaction.atomic():
            made = RollupSender.objects.create(key=key, created_at=at, created_by=actor, **values)
            _record("federation.register_sender", made, actor, at, values)
    except IntegrityError as error:
        raise _taken() from error
    return made


def change_sender(sender: RollupSender, wanted: Wanted, *, actor: User, at: datetime.datetime) -> RollupSender:
    """Another name or key; the code stays, since what was received goes by it. Raises `SenderError`."""
    may_keep_senders(actor, on=at.astimezone(ZONE).date()).or_refuse()
    values = _checked(wanted)
    try:
        with transaction.atomic():
            locked = _live(sender)
            values["code"] = locked.code
            locked.name, locked.public_key = values["name"], values["public_key"]
            locked.refused_at, locked.refusal = None, ""
            locked.save(update_fields=["name", "public_key", "refused_at", "refusal"])
            _record("federation.change_sender", locked, actor, at, values)
    except IntegrityError as error:
        raise _taken() from error
    return locked


@transaction.atomic
def end_sender(sender: RollupSender, *, actor: User, at: datetime.datetime) -> None:
    """Nothing is received any more; what came stays. What is ended already stays so."""
    may_keep_senders(actor, on=at.astimezone(ZONE).date()).or_refuse()
    locked = RollupSender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    if locked.ended_at:
        return
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    _record("federation.end_sender", locked, actor, at, {"code": locked.code})


def _live(sender: RollupSender) -> RollupSender:
    locked = RollupSender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    if locked.ended_at:
        raise SenderError(_("Nothing is received from this sender any more; register it anew."))
    return locked


def _checked(wanted: Wanted) -> dict[str, str]:
    code, name = canonical(wanted.code)[:40], canonical(wanted.name)[:200]
    if not code or not name:
        raise SenderError(_("Name the sender, and the code of its agency."))
    try:
        public_key = checked_public_key(wanted.public_key)
    except KeyFaultError as error:
        words = _("This is no public key: copy it whole, from whpk_ on, from the page of the subscription below.")
        raise SenderError({"public_key": words}) from error
    return {"code": code, "name": name, "public_key": public_key}


def _taken() -> SenderError:
    return SenderError(_("An agency of this code, or with this key, is registered already."))


def _record(action: str, sender: RollupSender, actor: User, at: datetime.datetime, values: dict[str, str]) -> None:
    detail = {("key" if name == "public_key" else name): value for name, value in values.items()}
    record(action, actor=actor, at=at, subject=sender, detail=detail)
