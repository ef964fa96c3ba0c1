"""The scans of a gate that was without network, merged: each named, judged by its own moment, kept once."""

import datetime
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission import pass_keys
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.operations.gate import refuse_at_gate, tell_of_held
from vungxanh.admission.queries.gate import all_listed, is_fever, rule_at
from vungxanh.admission.queries.passes import all_tag_of
from vungxanh.admission.queries.visitors import all_ended_visitors, all_visits_coded, shut_reason, visit_code
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Person, Place
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.models import Declaration, PresenceEvent
from vungxanh.screening.operations import Kept, NewPresence, PresenceOutcome, record_presence
from vungxanh.screening.rulebook import PRESENCE

OUT_OF_TIME = ("EARLY", "EXPIRED")
NOBODY = _("Nobody is known by this tag or code.")
AGAINST = _("Kept. As is known now, this person should have been held.")


@dataclass(frozen=True, slots=True)
class OfflineScan:
    """One scan as the device kept it. Named by the text of a pass, a tag of the shift's list, or a typed code of staff
    or of a visit.

    `said` is what the gate answered to somebody who came in. With `reason` and without any name it is the note that
    somebody or something was refused.
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


@dataclass(frozen=True, slots=True)
class _Span:
    """From when until when the gate should have opened for somebody."""

    begins: datetime.datetime
    ends: datetime.datetime

    def has(self, at: datetime.datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(slots=True)
class _Named:
    """Whom a scan names, or why nobody: in words, and the code under which it is written down."""

    subject: uuid.UUID | None
    fault: str | Promise
    log: str


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

    @transaction.atomic
    def run(self, scans: Sequence[OfflineScan]) -> list[ScanResult]:
        """Answered one by one in their order; one transaction and a flat number of queries for all of them."""
        named = self.named(scans)
        answered = self.answered(scans)
        known = [(scan, one.subject) for scan, one in zip(scans, named, strict=True) if one.subject]
        spans = self.spans_of({subject for _scan, subject in known})
        new = [self.new(scan, subject, spans.get(subject, ())) for scan, subject in known]
        fresh = [one for one in new if (one.client_uuid, one.subject, one.direction) not in answered]
        outcomes = record_presence(fresh, actor=self.actor, at=self.at)
        results = {id(one): _result(one, outcome) for one, outcome in zip(fresh, outcomes, strict=True)}
        tell_of_held(self.new_today(fresh, outcomes), at=self.at)
        self.note_refused(scans, named)
        known_results = iter(results.get(id(one)) or ScanResult(one.client_uuid, "AGAIN") for one in new)
        return [
            next(known_results) if one.subject else ScanResult(scan.client_uuid, "REFUSED", one.fault)
            for scan, one in zip(scans, named, strict=True)
        ]

    def new_today(self, fresh: Sequence[NewPresence], outcomes: Sequence[PresenceOutcome]) -> Iterator[NewPresence]:
        """What was not known yet; scans of an earlier day come too late to be returned at once."""
        for one, outcome in zip(fresh, outcomes, strict=True):
            day = self.moment(one.device_at or self.at).astimezone(ZONE).date()
            if isinstance(outcome, Kept) and not outcome.is_replay and day == self.at.astimezone(ZONE).date():
                yield one

    def answered(self, scans: Sequence[OfflineScan]) -> set[tuple[uuid.UUID, uuid.UUID, str]]:
        """What the console had decided with network already, but whose answer never reached the device."""
        rows = PresenceEvent.objects.filter(
            pk__in=[scan.client_uuid for scan in scans], place_id=self.place.pk, device=""
        )
        return set(rows.values_list("client_uuid", "subject", "direction"))

    def note_refused(self, scans: Sequence[OfflineScan], named: Sequence[_Named]) -> None:
        pairs = zip(scans, named, strict=True)
        refused = {scan.client_uuid: one.log for scan, one in pairs if one.subject is None}
        refuse_at_gate(self.place, refused, actor=self.actor, at=self.at)

    def named(self, scans: Sequence[OfflineScan]) -> list[_Named]:
        """Whom each names; the tags, codes and passes of all are looked up together."""
        tags = self.tags() if any(scan.tag for scan in scans) else {}
        codes = {scan.code for scan in scans if scan.code}
        staff = dict(
            Person.objects.filter(staff_code__in={code.upper() for code in codes}).values_list(
                "staff_code", "pseudonym"
            )
        )
        visits = all_visits_coded({visit_code(code) for code in codes}) if codes else {}
        read = [self.claims(scan) if scan.token else "" for scan in scans]
        keys = [claims["jti"] for claims in read if isinstance(claims, dict)]
        passes = {row.jti.hex: row.subject for row in GatePass.objects.filter(jti__in=keys)}
        named = []
        for scan, claims in zip(scans, read, strict=True):
            if isinstance(claims, dict):
                named.append(self.as_named(passes.get(claims["jti"]), "FORGED"))
            elif claims:
                named.append(self.as_named(None, claims))
            elif subject := tags.get(scan.tag) or staff.get(scan.code.upper()):
                named.append(self.as_named(subject, ""))
            elif visit := visits.get(visit_code(scan.code)):
                named.append(self.of_visit(visit, scan))
            else:
                named.append(self.as_named(None, "" if scan.tag or scan.code else scan.reason))
        return named

    def of_visit(self, visit: Visit, scan: OfflineScan) -> _Named:
        """Its code is good as long as its pass: what came before or after names nobody, the rest is judged."""
        reason = shut_reason(visit, self.place.site, at=self.moment(scan.device_at))
        return self.as_named(None if reason in OUT_OF_TIME else visit.visitor.pseudonym, reason)

    def as_named(self, subject: uuid.UUID | None, reason: str) -> _Named:
        """`reason`: a code of the gate's reasons; anything else is only that nobody is known."""
        known = next((one for one in rule_at(self.at).reason if one.code == reason), None)
        words = known.in_language(get_language() or "vi") if known else NOBODY
        return _Named(subject, words, known.code if known else "UNKNOWN")

    def tags(self) -> Mapping[str, uuid.UUID]:
        """Of everybody on the list that the device was given, whatever has become of their visits since."""
        listed = all_listed(self.place.site, day=self.list_day, at=self.at)
        ended = all_ended_visitors(self.place.site, since=self.list_day)
        return {all_tag_of(one, self.list_day): one for one in {*ended, *(one.subject for one in listed)}}

    def claims(self, scan: OfflineScan) -> dict[str, str] | str:
        """Of a pass that was good at the moment of the scan; otherwise the code of the reason."""
        try:
            return pass_keys.verified(scan.token, at=self.moment(scan.device_at))
        except pass_keys.PassFaultError as error:
            return error.reason

    def moment(self, device_at: datetime.datetime) -> datetime.datetime:
        return device_at + self.correction

    def spans_of(self, subjects: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Collection[_Span]]:
        """While passes for this gate were good. The first one of a declaration counts from the time that stands on the
        form, so that paper which is entered later speaks for the morning; that of a visit counts until the guest left,
        however late a gate told of it."""
        rule = PRESENCE.current().in_force(self.at.astimezone(ZONE).date())
        root = all_tree_on(self.at.astimezone(ZONE).date()).root_of(self.place.site.unit_id)
        since = self.at - datetime.timedelta(hours=rule.oldest_hours)
        rows = GatePass.objects.filter(subject__in=subjects, expires_at__gte=since).order_by("issued_at")
        passes = [row for row in rows if row.opens_gates_of(self.place.site, root.id if root else None)]
        forms = Declaration.objects.filter(pk__in={row.declaration_id for row in passes})
        written: dict[int | None, datetime.datetime] = dict(forms.values_list("pk", "declared_at"))
        visits = Visit.objects.filter(pk__in={row.visit_id for row in passes}, ended_at__isnull=False)
        left: dict[int | None, datetime.datetime | None] = dict(visits.values_list("pk", "ended_at"))
        found: dict[uuid.UUID, list[_Span]] = {}
        for row in passes:
            begins = min(written.pop(row.declaration_id, row.good_from), row.good_from)
            ends = (row.expires_at, row.revoked_at or row.expires_at, left.get(row.visit_id) or row.expires_at)
            span = _Span(begins, min(ends))
            found.setdefault(row.subject, []).append(span)
        return found

    def new(self, scan: OfflineScan, subject: uuid.UUID, spans: Collection[_Span]) -> NewPresence:
        said = (scan.said or GateState.ALLOWED) if scan.direction == Direction.IN else None
        at = self.moment(scan.device_at)
        was_welcome = any(span.has(at) for span in spans) and not is_fever(scan.temperature_c, at=at)
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
            rule_decision=GateState.HOLD if said == GateState.ALLOWED and not was_welcome else None,
            temperature_c=scan.temperature_c,
            device=self.device,
        )


def _result(new: NewPresence, outcome: PresenceOutcome) -> ScanResult:
    if isinstance(outcome, Kept):
        words = AGAINST if outcome.event.rule_decision else ""
        return ScanResult(new.client_uuid, "AGAIN" if outcome.is_replay else "KEPT", words)
    return ScanResult(new.client_uuid, "REFUSED", outcome.reason)
