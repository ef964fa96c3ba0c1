"""What came from below: who signed it, whether it is theirs and adds up, and that the same version stands once."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.posting import body_of, digest_of
from vungxanh.federation.models import ReceivedRollup, RollupSender
from vungxanh.federation.queries.received import all_live_senders
from vungxanh.federation.rulebook import FEDERATION, FederationRule
from vungxanh.federation.sums import faults_of
from vungxanh.webhooks.signing import Signed, is_signed_by


class RefusedError(Exception):
    """Nothing was kept; `faults` are JSON pointers into the sums with words."""

    def __init__(self, words: str | Promise, faults: list[tuple[str, Promise]] | None = None) -> None:
        super().__init__(words)
        self.words, self.faults = words, faults or []


class UnknownSignatureError(RefusedError):
    """Nobody whom we receive from signed this, or not now."""


class WrongSenderError(RefusedError):
    """It is signed by one and speaks of another."""


class WrongSumsError(RefusedError):
    """The day or the sums cannot be."""


class OtherContentError(RefusedError):
    """This version of the day stands already, with other sums."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`is_new`: it was not there before; `is_current`: it is what the board shows."""

    rollup: ReceivedRollup
    is_new: bool

    @property
    def is_current(self) -> bool:
        return self.rollup.is_current


def sender_of(signed: Signed, *, real: datetime.datetime) -> RollupSender:
    """Whose key signed it; the real moment, since signatures go by it. Raises `UnknownSignatureError`."""
    rule = FEDERATION.current().in_force(real.astimezone(ZONE).date())
    if abs(real.timestamp() - signed.timestamp) > rule.tolerance_seconds:
        raise UnknownSignatureError(_("The signature is of another time: compare the clocks of both servers."))
    found = next((one for one in all_live_senders() if is_signed_by(one.public_key, signed)), None)
    if found is None:
        raise UnknownSignatureError(_("Nobody whom this installation receives from has signed this."))
    return found


def receive_rollup(sender: RollupSender, content: Mapping[str, Any], *, at: datetime.datetime) -> Receipt:
    """`content`: the sums of one day, of the shape that the API describes. The same again stands once, whatever came
    in between. A refusal is kept with the sender, for those who look at the board. Raises `RefusedError`."""
    try:
        return _received(sender, content, at)
    except RefusedError as error:
        _note_refusal(sender, error, at)
        raise


@transaction.atomic
def _received(sender: RollupSender, content: Mapping[str, Any], at: datetime.datetime) -> Receipt:
    locked = RollupSender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    if locked.ended_at or content["sender"] != locked.code:
        raise WrongSenderError(_("What was signed speaks of another agency than the one that signed it."))
    day, version = datetime.date.fromisoformat(content["day"]), content["version"]
    digest = digest_of(body_of(content))
    rows = ReceivedRollup.objects.filter(sender=locked, day=day)
    if there := rows.filter(version=version).first():
        if there.digest != digest:
            raise OtherContentError(_("This version of the day stands already, with other sums."))
        return Receipt(there, is_new=False)
    today = at.astimezone(ZONE).date()
    _check(content, day, today, FEDERATION.current().in_force(today))
    newest = rows.filter(is_current=True).first()
    is_current = newest is None or newest.version < version
    if newest and is_current:
        newest.is_current = False
        newest.save(update_fields=["is_current"])
    made = ReceivedRollup.objects.create(
        sender=locked,
        day=day,
        version=version,
        sums={name: content[name] for name in ("total", "health", "others")},
        agencies=content["agencies"],
        digest=digest,
        counted_at=datetime.datetime.fromisoformat(content["counted_at"]),
        received_at=at,
        is_current=is_current,
    )
    if locked.refused_at:
        # What stands beside a sender is the last word on it.
        locked.refused_at, locked.refusal = None, ""
        locked.save(update_fields=["refused_at", "refusal"])
    detail = {"code": locked.code, "day": day.isoformat(), "version": version}
    record("federation.receive_rollup", actor=None, at=at, subject=made, subject_name=locked.name, detail=detail)
    return Receipt(made, is_new=True)


def _check(content: Mapping[str, Any], day: datetime.date, today: datetime.date, rule: FederationRule) -> None:
    if day > today:
        raise WrongSumsError(_("The day has not come yet."), [("/day", _("The day has not come yet."))])
    if day < today - datetime.timedelta(days=rule.back_days):
        words = _("The day is longer ago than sums are received.")
        raise WrongSumsError(words, [("/day", words)])
    if faults := list(faults_of(content)):
        raise WrongSumsError(_("The sums contradict one another."), faults)


@transaction.atomic
def _note_refusal(sender: RollupSender, error: RefusedError, at: datetime.datetime) -> None:
    words = str(error.words)[:300]
    RollupSender.objects.filter(pk=sender.pk).update(refused_at=at, refusal=words)
    record("federation.refuse_rollup", actor=None, at=at, subject=sender, detail={"code": sender.code, "words": words})
