"""The scans of a gate that was without network, merged: each named, judged by its own moment, kept once."""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission import pass_keys
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.operations.gate import refusal, tell_of_held
from vungxanh.admission.queries.gate import all_listed_subjects, is_fever, rule_at
from vungxanh.admission.queries.passes import all_tag_of
from vungxanh.admission.queries.visitors import all_ended_visitors, all_visits_coded, shut_reason, visit_code
from vungxanh.admission.rulebook import GateReason
from vungxanh.audit import operations as audit
from vungxanh.common.clock import ZONE
from vungxanh.common.verdict import Verdict
from vungxanh.organization.models import Person, Place, Site
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.models import Declaration, PresenceEvent
from vungxanh.screening.operations import Kept, NewPresence, PresenceOutcome, Seen, record_all_presence
from vungxanh.screening.permissions import may_keep_gates
from vungxanh.screening.rulebook import PRESENCE, PresenceRule

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
    """From when until when a pass should have opened its gates."""

    of: GatePass
    begins: datetime.datetime
    ends: datetime.datetime

    def has(self, at: datetime.datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class ScanBatch:
    """What one device of a place sends at once. `offset` is how far its clock was behind ours when it sent."""

    place: Place
    list_day: datetime.date
    offset: datetime.timedelta
    device: str
    actor: User
    scans: Sequence[OfflineScan]


def merge_scans(batches: Sequence[ScanBatch], *, at: datetime.datetime) -> list[list[ScanResult] | Verdict]:
    """Each batch is answered scan by scan in their order, or refused where its actor keeps no gate there.

    One transaction for all of them: they are judged as if one had sent them all, in a flat number of queries, and a few
    more for each list of a day whose people they name, and for each visitor.
    """
    verdicts = may_keep_gates([(one.actor, one.place.site.unit_id) for one in batches], on=at.astimezone(ZONE).date())
    kept = [one for one, verdict in zip(batches, verdicts, strict=True) if verdict]
    results = iter(_Merge(kept, at).run() if kept else [])
    return [next(results) if verdict else verdict for verdict in verdicts]


@dataclass(slots=True)
class _Line:
    """One scan on its way; `at` is its moment by our clock. `subject` is whom it names; where that is nobody, `log` is
    the code under which it is written down."""

    batch: ScanBatch
    scan: OfflineScan
    at: datetime.datetime
    subject: uuid.UUID | None = None
    log: str = ""
    result: ScanResult | None = None


@dataclass(slots=True)
class _Merge:
    batches: Sequence[ScanBatch]
    at: datetime.datetime
    today: datetime.date = field(init=False)
    rule: PresenceRule = field(init=False)
    reasons: Mapping[str, GateReason] = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.at.astimezone(ZONE).date()
        self.rule = PRESENCE.current().in_force(self.today)
        self.reasons = {one.code: one for one in rule_at(self.at).reason}
        self.tree = all_tree_on(self.today)

    @transaction.atomic
    def run(self) -> list[list[ScanResult]]:
        parts = [self.lines(batch) for batch in self.batches]
        lines = list(chain.from_iterable(parts))
        self.name(lines)
        self.find_answered(lines)
        self.record(parts)
        self.note_refused(lines)
        return [[line.result for line in part if line.result] for part in parts]

    def lines(self, batch: ScanBatch) -> list[_Line]:
        is_off = abs(batch.offset) > datetime.timedelta(seconds=self.rule.clock_skew_seconds)
        correction = batch.offset if is_off else datetime.timedelta()
        return [_Line(batch, scan, scan.device_at + correction) for scan in batch.scans]

    def find_answered(self, lines: Sequence[_Line]) -> None:
        """What the console had decided with network already, but whose answer never reached the device."""
        rows = PresenceEvent.objects.filter(pk__in=[line.scan.client_uuid for line in lines], device="")
        answered = set(rows.values_list("client_uuid", "subject", "direction", "place_id"))
        for line in lines:
            if (line.scan.client_uuid, line.subject, line.scan.direction, line.batch.place.pk) in answered:
                line.result = ScanResult(line.scan.client_uuid, "AGAIN")

    def record(self, parts: Sequence[Sequence[_Line]]) -> None:
        spans = self.spans_of({line.subject for part in parts for line in part if line.subject})
        fresh = [
            [
                (line, self.new(line, line.subject, spans.get(line.subject, ())))
                for line in part
                if line.subject and not line.result
            ]
            for part in parts
        ]
        seen = [
            Seen(batch.actor, [new for _line, new in part], is_permitted=True)
            for batch, part in zip(self.batches, fresh, strict=True)
        ]
        outcomes = chain.from_iterable(record_all_presence(seen, at=self.at))
        of_today = []
        for (line, new), outcome in zip(chain.from_iterable(fresh), outcomes, strict=True):
            line.result = _result(line.scan, outcome)
            # Scans of an earlier day, and what was known already, come too late to be returned at once.
            is_new = isinstance(outcome, Kept) and not outcome.is_replay
            if is_new and line.at.astimezone(ZONE).date() == self.today:
                of_today.append(new)
        tell_of_held(of_today, at=self.at)

    def note_refused(self, lines: Sequence[_Line]) -> None:
        """In one order, so that two who note the same never wait for each other in a ring."""
        refused = sorted((line for line in lines if not line.subject), key=lambda line: line.scan.client_uuid)
        audit.record_once(
            refusal(line.batch.place, line.scan.client_uuid, line.log, actor=line.batch.actor, at=self.at)
            for line in refused
        )

    def name(self, lines: Sequence[_Line]) -> None:
        """Whom each names; the tags, codes and passes of all are looked up together."""
        tags = self.tags({(line.batch.place.site, line.batch.list_day) for line in lines if line.scan.tag})
        codes = {line.scan.code for line in lines if line.scan.code}
        staff = dict(
            Person.objects.filter(staff_code__in={code.upper() for code in codes}).values_list(
                "staff_code", "pseudonym"
            )
        )
        visits = all_visits_coded({visit_code(code) for code in codes}) if codes else {}
        read = [self.claims(line) if line.scan.token else "" for line in lines]
        keys = [claims["jti"] for claims in read if isinstance(claims, dict)]
        passes = {row.jti.hex: row.subject for row in GatePass.objects.filter(jti__in=keys)}
        for line, claims in zip(lines, read, strict=True):
            scan, place = line.scan, line.batch.place
            if isinstance(claims, dict):
                self.note(line, passes.get(claims["jti"]), "FORGED")
            elif claims:
                self.note(line, None, claims)
            elif subject := tags.get((place.site_id, line.batch.list_day, scan.tag)) or staff.get(scan.code.upper()):
                self.note(line, subject, "")
            elif visit := visits.get(visit_code(scan.code)):
                # Its code is good as long as its pass: what came before or after names nobody, the rest is judged.
                reason = shut_reason(visit, place.site, at=line.at)
                self.note(line, None if reason in OUT_OF_TIME else visit.visitor.pseudonym, reason)
            else:
                self.note(line, None, "" if scan.tag or scan.code else scan.reason)

    def note(self, line: _Line, subject: uuid.UUID | None, reason: str) -> None:
        """`reason`: a code of the gate's reasons; anything else is only that nobody is known."""
        line.subject = subject
        if subject is None:
            known = self.reasons.get(reason)
            line.log = known.code if known else "UNKNOWN"
            words = known.in_language(get_language() or "vi") if known else NOBODY
            line.result = ScanResult(line.scan.client_uuid, "REFUSED", words)

    def tags(self, lists: Collection[tuple[Site, datetime.date]]) -> Mapping[tuple[int, datetime.date, str], uuid.UUID]:
        """Of everybody on a list that a device was given, whatever has become of their visits since."""
        found = {}
        for site, day in lists:
            for one in {*all_ended_visitors(site, since=day), *all_listed_subjects(site, day=day, at=self.at)}:
                found[site.pk, day, all_tag_of(one, day)] = one
        return found

    def claims(self, line: _Line) -> dict[str, str] | str:
        """Of a pass that was good at the moment of the scan; otherwise the code of the reason."""
        try:
            return pass_keys.verified(line.scan.token, at=line.at)
        except pass_keys.PassFaultError as error:
            return error.reason

    def spans_of(self, subjects: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[_Span]]:
        """While passes were good. The first one of a declaration counts from the time that stands on the form, so that
        paper which is entered later speaks for the morning; that of a visit counts until the guest left, however late
        a gate told of it."""
        since = self.at - datetime.timedelta(hours=self.rule.oldest_hours)
        passes = list(GatePass.objects.filter(subject__in=subjects, expires_at__gte=since).order_by("issued_at"))
        forms = Declaration.objects.filter(pk__in={row.declaration_id for row in passes})
        written: dict[int | None, datetime.datetime] = dict(forms.values_list("pk", "declared_at"))
        visits = Visit.objects.filter(pk__in={row.visit_id for row in passes}, ended_at__isnull=False)
        left: dict[int | None, datetime.datetime | None] = dict(visits.values_list("pk", "ended_at"))
        # Backwards, so that the first of an agency is the one that stays.
        first = {(row.declaration_id, row.agency_id): row.jti for row in reversed(passes)}
        found: dict[uuid.UUID, list[_Span]] = {}
        for row in passes:
            is_first = first[row.declaration_id, row.agency_id] == row.jti
            said = written.get(row.declaration_id, row.good_from) if is_first else row.good_from
            ends = (row.expires_at, row.revoked_at or row.expires_at, left.get(row.visit_id) or row.expires_at)
            found.setdefault(row.subject, []).append(_Span(row, min(said, row.good_from), min(ends)))
        return found

    def new(self, line: _Line, subject: uuid.UUID, spans: Sequence[_Span]) -> NewPresence:
        scan, batch = line.scan, line.batch
        said = (scan.said or GateState.ALLOWED) if scan.direction == Direction.IN else None
        was_welcome = any(self.opened(span, line) for span in spans) and not is_fever(scan.temperature_c, at=line.at)
        return NewPresence(
            client_uuid=scan.client_uuid,
            place=batch.place,
            subject=subject,
            direction=scan.direction,
            means=Means.SCAN if scan.token else Means.TYPED,
            device_at=scan.device_at,
            clock_offset=batch.offset,
            decision=said,
            reason=(scan.reason or str(said)) if said and said != GateState.ALLOWED else "",
            rule_decision=GateState.HOLD if said == GateState.ALLOWED and not was_welcome else None,
            temperature_c=scan.temperature_c,
            device=batch.device,
        )

    def opened(self, span: _Span, line: _Line) -> bool:
        site = line.batch.place.site
        root = self.tree.root_of(site.unit_id)
        return span.has(line.at) and span.of.opens_gates_of(site, root.id if root else None)


def _result(scan: OfflineScan, outcome: PresenceOutcome) -> ScanResult:
    if isinstance(outcome, Kept):
        words = AGAINST if outcome.event.rule_decision else ""
        return ScanResult(scan.client_uuid, "AGAIN" if outcome.is_replay else "KEPT", words)
    return ScanResult(scan.client_uuid, "REFUSED", outcome.reason)
