"""Accepting declarations: checked, judged, counted and audited in one transaction per batch."""

import dataclasses
import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.models import GatePass
from vungxanh.admission.operations.passes import issue_passes_for
from vungxanh.admission.permissions import CLOSED, Entering, may_correct
from vungxanh.admission.queries.staff import held_by
from vungxanh.admission.submission import (
    CONFLICT,
    Accepted,
    Correction,
    FieldFault,
    NewDeclaration,
    Refused,
    faults_of,
    invalid,
)
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.areas.queries import all_areas_by_code, all_levels_of
from vungxanh.audit import operations as audit
from vungxanh.audit.models import AuditEvent
from vungxanh.common.bulk import Select, insert, update
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables.editions import Editions
from vungxanh.common.verdict import Verdict
from vungxanh.organization.models import Site
from vungxanh.organization.queries.people import all_unit_ids
from vungxanh.organization.read_once import read_once
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.operations import assess_people, unit_days
from vungxanh.risk.operations.decisions import lock_people
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import AcceptedUuid, DayWindows, Declaration, PersonDay
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries.days import all_is_open
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS, DerivedFacts, Questionnaire, WindowTimes, derived

Outcome = Accepted | Refused
OTHER_CONTENT = _("This declaration was sent before with other content; the first one stands.")
DECLARED_ALREADY = _("You have already declared for this window today; nothing was changed.")
CORRECTED_MEANWHILE = _("This declaration was corrected meanwhile; look at the newest version first.")
OTHERS_DECLARED_ALREADY = _("There is a declaration for this window already; nothing was changed.")
DERIVED = tuple(field.name for field in dataclasses.fields(DerivedFacts))
MEANS_TO_KEEP = ("arrival_id", "arrival_at", "arrival_timeliness", "leaving_id", "leaving_at", "leaving_timeliness")

accepted_uuids = Select(
    AcceptedUuid, ["client_uuid", "content_hash", "declaration_id", "assessment_id"], among=["client_uuid"]
)
locked_days = Select(PersonDay, among=["subject", "day"], order=["id"], lock="FOR UPDATE")
windows_of = Select(DayWindows, among=["id"])


def submit_declarations(batch: Sequence[NewDeclaration], *, at: datetime.datetime) -> list[Outcome]:
    """Accept what can be accepted, in order; the accepted ones are one commit, a refused one keeps nothing.

    The same `client_uuid` with the same content gets the first answer again, with other content a refusal. Two that
    race for one window wait for each other at the person-day; where there is none yet, or one uuid comes from two
    people, they meet in a constraint, and the batch is halved down to the one that was second.
    """
    for new in batch:
        new.prepare()
    try:
        return _submit_at_once(batch, at)
    except IntegrityError:
        if len(batch) == 1:
            return _submit_at_once(batch, at)
        half = len(batch) // 2
        return submit_declarations(batch[:half], at=at) + submit_declarations(batch[half:], at=at)


@transaction.atomic
@read_once()
def _submit_at_once(batch: Sequence[NewDeclaration], at: datetime.datetime) -> list[Outcome]:
    """A declaration changes no unit and no role."""
    outcomes: dict[int, Outcome] = {}
    rounds = _rounds(batch)
    for places in rounds:
        round_ = [batch[place] for place in places]
        outcomes |= zip(places, _Batch(round_, at).submit(), strict=True)
    # A later round may have taken back the pass that an earlier one made: it is looked for again.
    is_last_word = len(rounds) < 2
    return [
        one if is_last_word or isinstance(one, Refused) else dataclasses.replace(one, new_pass=None)
        for one in map(outcomes.__getitem__, range(len(batch)))
    ]


def _rounds(batch: Sequence[NewDeclaration]) -> list[list[int]]:
    """Places in the batch, so that a round holds no uuid and no person twice: whoever comes again sees the first."""
    rounds: list[list[int]] = []
    last: dict[uuid.UUID, int] = {}
    for place, new in enumerate(batch):
        keys = (new.client_uuid, new.person.pseudonym)
        number = max(last.get(key, -1) for key in keys) + 1
        last |= dict.fromkeys(keys, number)
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(place)
    return rounds


@dataclass(slots=True)
class _Line:
    """One declaration of a batch on its way: its outcome, or the person-day that it belongs to."""

    new: NewDeclaration
    declared_at: datetime.datetime
    content_hash: str
    form: Questionnaire
    days: tuple[datetime.date, datetime.date] = field(init=False)
    """The day of declaring, and the one before it, whose night shift may be ending."""
    outcome: Outcome | None = None
    person_day: PersonDay | None = None
    declaration: Declaration | None = None
    site: Site | None = None

    def __post_init__(self) -> None:
        day = self.declared_at.astimezone(ZONE).date()
        self.days = day, day - datetime.timedelta(days=1)

    @property
    def subject(self) -> uuid.UUID:
        return self.new.person.pseudonym

    @property
    def corrected(self) -> Declaration | None:
        """The version that this one replaces."""
        return self.new.correction.of if self.new.correction else None

    @property
    def places(self) -> Sequence[str]:
        """Codes of areas that the answers name."""
        return self.new.answers.get(self.form.places.link_id) or []

    @property
    def is_by_another(self) -> bool:
        return self.new.actor.pk != self.new.person.user_id


@dataclass(slots=True)
class _Batch:
    """The steps of one round; each looks at all lines that are still open, with a flat number of queries."""

    batch: Sequence[NewDeclaration]
    at: datetime.datetime
    lines: list[_Line] = field(init=False)
    times: WindowTimes = field(init=False)
    tree: Tree = field(init=False)
    today: datetime.date = field(init=False)
    sites: Mapping[str, Site] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today = self.at.astimezone(ZONE).date()
        forms = QUESTIONNAIRE.current()
        self.lines = [self.line(new, forms) for new in self.batch]
        self.times = WINDOWS.current().in_force(self.today)
        self.tree = all_tree_on(self.today)

    def line(self, new: NewDeclaration, forms: Editions[Questionnaire]) -> _Line:
        """With the form of the day of declaring, which what waited on a phone or on paper answers; a time that is
        refused for itself is looked at with today's."""
        declared_at = new.declared_at or self.at
        day = declared_at.astimezone(ZONE).date()
        is_possible = forms.editions[0].in_force_from <= day <= self.today
        return _Line(new, declared_at, new.content_hash, forms.in_force(day if is_possible else self.today))

    def open_lines(self) -> list[_Line]:
        return [line for line in self.lines if line.outcome is None]

    def submit(self) -> list[Outcome]:
        self.find_replays(self.open_lines())
        self.check()
        self.find_days()
        self.refuse_taken()
        self.build()
        self.write()
        return [line.outcome for line in self.lines if line.outcome]

    def find_replays(self, lines: Sequence[_Line]) -> None:
        known = {row[0]: row[1:] for row in accepted_uuids([line.new.client_uuid for line in lines])}
        if not known:
            return
        declarations = Declaration.objects.in_bulk([declaration for _hash, declaration, _assessment in known.values()])
        assessments = PersonAssessment.objects.in_bulk([assessment for *_rest, assessment in known.values()])
        for line in lines:
            content_hash, declaration, assessment = known.get(line.new.client_uuid, (None, 0, 0))
            if content_hash == line.content_hash:
                line.outcome = _accepted(line, declarations[declaration], assessments[assessment], is_replay=True)
            elif content_hash:
                line.outcome = _conflict("/client_uuid", OTHER_CONTENT)

    def check(self) -> None:
        lines = self.open_lines()
        self.find_sites(lines)
        others = [line.new.person.pk for line in lines if line.is_by_another]
        places = {code: site.unit_id for code, site in self.sites.items()}
        entering = Entering(self.today, all_unit_ids(others, on=self.today) if others else {}, places)
        for line in lines:
            new = line.new
            channel = entering.rules.channel.get(new.channel)
            verdict = self.verdict(new, entering)
            if channel is None:
                line.outcome = invalid("/channel", CLOSED)
            elif not verdict:
                line.outcome = invalid("/person", verdict.reason)
            elif faults := faults_of(new, line.form, self.times, channel, at=self.at):
                line.outcome = Refused(422, tuple(faults))
            elif new.site_code and not line.site:
                line.outcome = invalid("/site", _("There is no such site."))

    def verdict(self, new: NewDeclaration, entering: Entering) -> Verdict:
        if new.correction:
            return may_correct(new.actor, new.person, new.correction.of, at=self.at)
        return entering.may_declare_for(new.actor, new.person, new.channel, site_code=new.site_code)

    def find_sites(self, lines: Sequence[_Line]) -> None:
        """A named site must exist, be open, and lie in the same agency as the person's unit."""
        codes = {line.new.site_code for line in lines if line.new.site_code}
        found = Site.objects.filter(code__in=codes) if codes else []
        self.sites = {site.code: site for site in found if not (site.closed_on and site.closed_on <= self.today)}
        for line in lines:
            line.site = self.sites.get(line.new.site_code or "")

    def find_days(self) -> None:
        """The day whose window is open for the moment of declaration: today's, or yesterday's for a night shift."""
        wanted = self.open_lines()
        found = self.person_days(wanted)
        missing = [line for line in wanted if (line.subject, line.days[0]) not in found]
        if missing:
            self.open_days(missing, wanted)
            found = self.person_days(wanted)
        for line in wanted:
            rows = [found.get((line.subject, day)) for day in line.days]
            line.person_day = next((row for row in rows if row and _is_open(row, line)), None)
            if line.person_day is None:
                line.outcome = invalid("/window", _closed_words(rows[0], line.new))
            elif line.site and not self.is_own_site(line.site, line.person_day):
                line.outcome = invalid("/site", _("This site belongs to another agency."))

    def person_days(self, lines: Sequence[_Line]) -> dict[tuple[uuid.UUID, datetime.date], PersonDay]:
        """Locked in one order, so that two batches never wait for each other in a ring."""
        subjects, days = {line.subject for line in lines}, {day for line in lines for day in line.days}
        found = locked_days.models(subjects, days)
        # Many people share few windows.
        windows = {row.pk: row for row in windows_of.models({row.windows_id for row in found})}
        for row in found:
            row.windows = windows[row.windows_id]
        return {(row.subject, row.day): row for row in found}

    def open_days(self, lines: Sequence[_Line], wanted: Sequence[_Line]) -> None:
        for day in sorted({line.days[0] for line in lines}):
            is_fresh = not all_is_open(day)
            if not is_fresh:
                # Before the counts, which opening changes; a whole day locks everybody itself.
                lock_people(line.subject for line in wanted)
            people = None if is_fresh else [line.new.person.pk for line in lines if line.days[0] == day]
            open_day(day, at=self.at, people=people)

    def refuse_taken(self) -> None:
        """One declaration for a window, and each correction of the newest version. Who won a race for the lock may have
        sent this very one: that is a replay."""
        taken = [line for line in self.open_lines() if _counting_id(line) != (line.corrected and line.corrected.pk)]
        if taken:
            self.find_replays(taken)
        for line in taken:
            already = OTHERS_DECLARED_ALREADY if line.is_by_another else DECLARED_ALREADY
            words = CORRECTED_MEANWHILE if line.corrected else already
            line.outcome = line.outcome or _conflict("/window", words)

    def is_own_site(self, site: Site, person_day: PersonDay) -> bool:
        """In the agency where the person stands, which for a secondment is the host's."""
        root = self.tree.root_of(site.unit_id)
        return root is not None and root == self.tree.root_of(person_day.unit_id)

    def build(self) -> None:
        worst = self.worst_levels(self.open_lines())
        for line in self.open_lines():
            assert line.person_day
            line.declaration = self.declaration(line, line.person_day, worst)

    def worst_levels(self, lines: Sequence[_Line]) -> Mapping[str, str]:
        """By code of an area that somebody names: the level in force there. An unknown code refuses its line."""
        codes = {code for line in lines for code in line.places}
        areas = all_areas_by_code(codes, on=self.today) if codes else {}
        for line in lines:
            if set(line.places) - set(areas):
                line.outcome = invalid(f"/answers/{line.form.places.link_id}", _("There is no area with this code."))
        levels = all_levels_of({area.pk for area in areas.values()}, on=self.today) if areas else {}
        return {code: levels.get(area.pk, "") for code, area in areas.items()}

    def declaration(self, line: _Line, person_day: PersonDay, levels: Mapping[str, str]) -> Declaration:
        new, form = line.new, line.form
        facts = derived(form, new.answers, new.temperature_c)
        made = Declaration(
            client_uuid=new.client_uuid,
            content_hash=line.content_hash,
            subject=new.person.pseudonym,
            unit_id=person_day.unit_id,
            site_id=line.site.pk if line.site else person_day.site_id,
            names_site=line.site is not None,
            day=person_day.day,
            window=new.window,
            declared_at=line.declared_at,
            received_at=self.at,
            timeliness=timeliness(person_day, new.window, line.declared_at),
            channel=new.channel,
            entered_by_id=new.actor.pk if line.is_by_another else None,
            questionnaire=form.code,
            questionnaire_version=form.version,
            answers=new.sealed,
            answers_digest=new.answers_digest,
            worst_visited_level=EpidemicLevel.worst_of(levels.get(code, "") for code in line.places),
            **{name: getattr(facts, name) for name in DERIVED},
        )
        return _as_correction(made, new.correction) if new.correction else made

    def write(self) -> None:
        kept = [(line, line.declaration, line.person_day) for line in self.open_lines()]
        rows = [declaration for _line, declaration, _day in kept if declaration]
        if not rows:
            return
        insert(rows)
        counts = unit_days.Changes()
        for _line, declaration, person_day in kept:
            assert declaration
            assert person_day
            counts.take_out(person_day)
            _note(person_day, declaration)
            counts.put_in(person_day)
        days = {day.pk: day for _line, _declaration, day in kept if day}
        update(PersonDay, MEANS_TO_KEEP, map(attrgetter(*MEANS_TO_KEEP, "pk"), days.values()))
        # Before their units' counts, as whoever judges people or decides on a level locks them.
        lock_people(row.subject for row in rows)
        unit_days.note_declared(counts)
        assessed = self.assess(rows)
        insert(
            [
                AcceptedUuid(
                    client_uuid=row.client_uuid,
                    content_hash=row.content_hash,
                    declaration_id=row.pk,
                    assessment_id=assessed[row.subject].pk,
                    received_on=self.today,
                )
                for row in rows
            ]
        )
        audit.record_all([self.audit_event(line, row) for line, row, _day in kept if row])
        # What comes in, or is corrected, for a day that is over opens no gate today.
        of_today = [row for row in rows if row.declared_at.astimezone(ZONE).date() >= self.today]
        issued = issue_passes_for(of_today, held_by(assessed, on=self.today), self.tree, at=self.at)
        passes = {one.declaration_id: one for one in issued}
        for line, declaration, _day in kept:
            assert declaration
            assessment, new_pass = assessed[declaration.subject], passes.get(declaration.pk)
            line.outcome = _accepted(line, declaration, assessment, new_pass, is_replay=False)

    def assess(self, rows: Sequence[Declaration]) -> dict[uuid.UUID, PersonAssessment]:
        """By the day that each counts for, earlier days first; a batch of the fast door holds one day, a played
        fortnight several. A correction says what is known today; what comes in for a day that is over is judged for
        that day and for today, so that it does not hide what was declared since."""
        days = {row.pk: self.today if row.version > 1 else row.day for row in rows}
        assessed: dict[uuid.UUID, PersonAssessment] = {}
        for day in sorted(set(days.values())):
            ids = {row.subject: row.pk for row in rows if days[row.pk] == day}
            assessed |= assess_people(ids, day=day, at=self.at, cause=Cause.DECLARATION, declaration_ids=ids)
        past = {row.subject: row.pk for row in rows if days[row.pk] < self.today}
        return assessed | assess_people(past, day=self.today, at=self.at, cause=Cause.DECLARATION, declaration_ids=past)

    def audit_event(self, line: _Line, row: Declaration) -> AuditEvent:
        """Names the person, not the row: the trail is no bridge from a name to the answers."""
        detail = {"window": str(row.window), "timeliness": str(row.timeliness), "channel": str(row.channel)}
        if line.corrected:
            detail |= {"day": row.day.isoformat(), "version": str(row.version), "reason": str(row.correction_reason)}
        return audit.event(
            "admission.correct_declaration" if line.corrected else "admission.submit_declaration",
            actor=line.new.actor,
            at=self.at,
            subject=line.new.person,
            unit_id=row.unit_id,
            detail=detail,
        )


def timeliness(person_day: PersonDay, window: Window, moment: datetime.datetime) -> Timeliness:
    name = window.lower()
    if moment < getattr(person_day.windows, f"{name}_starts_at"):
        return Timeliness.EARLY
    return Timeliness.LATE if moment > getattr(person_day.windows, f"{name}_due_at") else Timeliness.ON_TIME


def _counting_id(line: _Line) -> int | None:
    """The declaration of the window that counts now."""
    found: int | None = getattr(line.person_day, f"{line.new.window.lower()}_id")
    return found


def _is_open(row: PersonDay, line: _Line) -> bool:
    if line.corrected:
        return row.day == line.corrected.day
    name = line.new.window.lower()
    opens, closes = getattr(row.windows, f"{name}_opens_at"), getattr(row.windows, f"{name}_closes_at")
    return bool(opens <= line.declared_at < closes)


def _closed_words(row: PersonDay | None, new: NewDeclaration) -> str:
    if row is None:
        return str(_("You have no post on this day; tell Personnel."))
    name = new.window.lower()
    opens = getattr(row.windows, f"{name}_opens_at").astimezone(ZONE)
    closes = getattr(row.windows, f"{name}_closes_at").astimezone(ZONE)
    words = _("This window is open from %(opens)s to %(closes)s; nothing was kept.")
    return str(words % {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"})


def _as_correction(made: Declaration, correction: Correction) -> Declaration:
    """The next version: where and when it counts stays as it was, whenever the correction comes."""
    made.version = correction.of.version + 1
    made.unit_id, made.site_id, made.names_site = correction.of.unit_id, correction.of.site_id, correction.of.names_site
    made.timeliness = correction.of.timeliness
    made.correction_reason, made.correction_note = correction.reason, correction.note.strip()
    return made


def _note(person_day: PersonDay, declaration: Declaration) -> None:
    name = declaration.window.lower()
    setattr(person_day, f"{name}_id", declaration.pk)
    setattr(person_day, f"{name}_at", declaration.declared_at)
    setattr(person_day, f"{name}_timeliness", declaration.timeliness)


def _accepted(
    line: _Line,
    declaration: Declaration,
    assessment: PersonAssessment,
    new_pass: GatePass | None = None,
    *,
    is_replay: bool,
) -> Accepted:
    return Accepted(
        declaration_id=declaration.pk,
        person_name=line.new.person.full_name,
        received_at=declaration.received_at,
        day=declaration.day,
        window=Window(declaration.window),
        timeliness=Timeliness(declaration.timeliness),
        assessment=assessment,
        is_replay=is_replay,
        new_pass=new_pass,
    )


def _conflict(pointer: str, message: object) -> Refused:
    return Refused(CONFLICT, (FieldFault(pointer, str(message)),))
