"""The scans of a gate that was without network, merged: each named, judged by its own moment, kept once."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission import pass_keys
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations.gate import refuse_at_gate
from vungxanh.admission.queries.gate import is_fever, rule_at
from vungxanh.admission.queries.passes import all_tag_of
from vungxanh.admission.subjects import sources
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Person, Place
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.operations import Kept, NewPresence, PresenceOutcome, record_presence
from vungxanh.screening.rulebook import PRESENCE

NOBODY = _("Nobody is known by this tag or code.")


@dataclass(frozen=True, slots=True)
class OfflineScan:
    """One scan as the device kept it. Named by the text of a pass, a tag of the shift's list, or a staff code.

    `said` is what the gate answered to somebody who came in.
    """

    client_uuid: uuid.UUID
    direction: Direction
    device_at: datetime.datetime
    token: str = ""
    tag: str = ""
    code: str = ""
    said: GateState | None = None
    reason: str = ""
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class ScanResult:
    """KEPT, AGAIN (it was there already) or REFUSED, with words."""

    client_uuid: uuid.UUID
    outcome: str
    words: str | Promise = ""


@dataclass(slots=True)
class _Named:
    """Whom a scan names, or why nobody."""

    subject: uuid.UUID | None = None
    fault: str | Promise = ""


@dataclass(slots=True)
class Merge:
    """One batch of one place. `offset` is how far the device's clock was behind ours when it sent."""

    place: Place
    list_day: datetime.date
    offset: datetime.timedelta
    device: str
    actor: User
    at: datetime.datetime
    correction: datetime.timedelta = field(init=False)

    def __post_init__(self) -> None:
        rule = PRESENCE.current().in_force(self.at.astimezone(ZONE).date())
        is_off = abs(self.offset) > datetime.timedelta(seconds=rule.clock_skew_seconds)
        self.correction = self.offset if is_off else datetime.timedelta()

    def run(self, scans: Sequence[OfflineScan]) -> list[ScanResult]:
        """Answered one by one in their order; one transaction and a flat number of queries for all of them."""
        named = self.named(scans)
        known = [(scan, one.subject) for scan, one in zip(scans, named, strict=True) if one.subject]
        passes = self.passes_of({subject for _scan, subject in known})
        new = [self.new(scan, subject, passes.get(subject, [])) for scan, subject in known]
        outcomes = iter(record_presence(new, actor=self.actor, at=self.at))
        for words in sorted({str(one.fault) for one in named if one.subject is None}):
            refuse_at_gate(self.place, words[:60], actor=self.actor, at=self.at)
        return [
            _result(scan, next(outcomes)) if one.subject else ScanResult(scan.client_uuid, "REFUSED", one.fault)
            for scan, one in zip(scans, named, strict=True)
        ]

    def named(self, scans: Sequence[OfflineScan]) -> list[_Named]:
        """Whom each names; the tags, codes and passes of all are looked up together."""
        tags = self.tags() if any(scan.tag for scan in scans) else {}
        codes = {scan.code.upper() for scan in scans if scan.code}
        staff = dict(Person.objects.filter(staff_code__in=codes).values_list("staff_code", "pseudonym"))
        read = [self.claims(scan) if scan.token else "" for scan in scans]
        keys = [claims["jti"] for claims in read if isinstance(claims, dict)]
        passes = {row.jti.hex: row.subject for row in GatePass.objects.filter(jti__in=keys)}
        named = []
        for scan, claims in zip(scans, read, strict=True):
            if isinstance(claims, dict):
                named.append(_Named(passes.get(claims["jti"]), rule_at(self.at).of("FORGED").vi))
            elif claims:
                named.append(_Named(None, claims))
            else:
                named.append(_Named(tags.get(scan.tag) or staff.get(scan.code.upper()), NOBODY))
        return named

    def tags(self) -> Mapping[str, uuid.UUID]:
        """Of everybody on the list that the device was given."""
        people = [one for source in sources() for one in source.expected(self.place.site, on=self.list_day)]
        return {all_tag_of(one.subject, self.list_day): one.subject for one in people}

    def claims(self, scan: OfflineScan) -> dict[str, str] | str:
        """Of a pass that was good at the moment of the scan; otherwise the words of the refusal."""
        try:
            return pass_keys.verified(scan.token, at=scan.device_at + self.correction)
        except pass_keys.PassFaultError as error:
            return rule_at(self.at).of(error.reason).vi

    def passes_of(self, subjects: set[uuid.UUID]) -> dict[uuid.UUID, list[GatePass]]:
        """Those for the gates of this agency that may have been good at the moment of a scan."""
        root = all_tree_on(self.at.astimezone(ZONE).date()).root_of(self.place.site.unit_id)
        rule = PRESENCE.current().in_force(self.at.astimezone(ZONE).date())
        oldest = self.at - datetime.timedelta(hours=rule.oldest_hours)
        found: dict[uuid.UUID, list[GatePass]] = {}
        for row in GatePass.objects.filter(subject__in=subjects, expires_at__gte=oldest):
            if row.opens_gates_of(self.place.site, root.id if root else None):
                found.setdefault(row.subject, []).append(row)
        return found

    def new(self, scan: OfflineScan, subject: uuid.UUID, passes: Sequence[GatePass]) -> NewPresence:
        said = (scan.said or GateState.ALLOWED) if scan.direction == Direction.IN else None
        against = said == GateState.ALLOWED and self.is_held(scan, passes)
        return NewPresence(
            client_uuid=scan.client_uuid,
            place=self.place,
            subject=subject,
            direction=scan.direction,
            means=Means.SCAN if scan.token else Means.TYPED,
            device_at=scan.device_at,
            clock_offset=self.offset,
            decision=said,
            reason=(scan.reason or str(said)) if said and said != GateState.ALLOWED else "",
            rule_decision=GateState.HOLD if against else None,
            temperature_c=scan.temperature_c,
            device=self.device,
        )

    def is_held(self, scan: OfflineScan, passes: Sequence[GatePass]) -> bool:
        """Whether the rules say something else of that moment: no pass was good then, or a fever was measured."""
        at = scan.device_at + self.correction
        was_good = any(
            row.good_from <= at < row.expires_at and (row.revoked_at is None or row.revoked_at > at) for row in passes
        )
        return not was_good or is_fever(scan.temperature_c, at=at)


def _result(scan: OfflineScan, outcome: PresenceOutcome) -> ScanResult:
    if isinstance(outcome, Kept):
        return ScanResult(scan.client_uuid, "AGAIN" if outcome.is_replay else "KEPT")
    return ScanResult(scan.client_uuid, "REFUSED", outcome.reason)
