"""Accepting declarations: checked, judged, counted and audited in one transaction per batch."""

import dataclasses
import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.permissions import may_declare_for
from vungxanh.admission.submission import CONFLICT, Accepted, FieldFault, NewDeclaration, Refused, faults_of, invalid
from vungxanh.areas.queries import all_areas_by_code, all_levels_of
from vungxanh.audit import operations as audit
from vungxanh.audit.models import AuditEvent
from vungxanh.common.clock import ZONE
from vungxanh.common.encryption import encrypt
from vungxanh.organization.models import Site
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.operations import assess_people
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay
from vungxanh.screening.operations import open_day
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS, Questionnaire, WindowTimes, derived

Outcome = Accepted | Refused
LEVELS = ("GREEN", "YELLOW", "ORANGE", "RED")
MEANS_TO_KEEP = ("arrival_id", "arrival_at", "arrival_timeliness", "leaving_id", "leaving_at", "leaving_timeliness")


def submit_declarations(batch: Sequence[NewDeclaration], *, at: datetime.datetime) -> list[Outcome]:
    """Accept what can be accepted, in order; the accepted ones are one commit, a refused one keeps nothing.

    The same `client_uuid` with the same content gets the first answer again, with other content a refusal. Two that
    race for one uuid or one window meet in a constraint; the batch is then halved down to the one that has to wait.
    """
    try:
        with transaction.atomic():
            return _Batch(batch, at).submit()
    except IntegrityError:
        if len(batch) == 1:
            with transaction.atomic():
                return _Batch(batch, at).submit()
        half = len(batch) // 2
        return submit_declarations(batch[:half], at=at) + submit_declarations(batch[half:], at=at)


@dataclass(slots=True)
class _Line:
    """One declaration of a batch on its way: its outcome, or the person-day that it belongs to."""

    new: NewDeclaration
    outcome: Outcome | None = None
    person_day: PersonDay | None = None
    declaration: Declaration | None = None
    site: Site | None = None


@dataclass(slots=True)
class _Batch:
    """The steps of one batch; each looks at all lines that are still open, with a flat number of queries."""

    batch: Sequence[NewDeclaration]
    at: datetime.datetime
    lines: list[_Line] = field(init=False)
    form: Questionnaire = field(init=False)
    times: WindowTimes = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        day = self.at.astimezone(ZONE).date()
        self.lines = [_Line(new) for new in self.batch]
        self.form = QUESTIONNAIRE.current().in_force(day)
        self.times = WINDOWS.current().in_force(day)
        self.tree = all_tree_on(day)

    def open_lines(self) -> list[_Line]:
        return [line for line in self.lines if line.outcome is None]

    def submit(self) -> list[Outcome]:
        self.find_replays()
        self.check()
        self.find_sites()
        self.find_days()
        self.build()
        self.write()
        return [line.outcome for line in self.lines if line.outcome is not None]

    def find_replays(self) -> None:
        known = AcceptedUuid.objects.in_bulk([new.client_uuid for new in self.batch])
        same = list(known.values())
        declarations = Declaration.objects.in_bulk([row.declaration_id for row in same]) if same else {}
        assessments = PersonAssessment.objects.in_bulk([row.assessment_id for row in same]) if same else {}
        seen: set[uuid.UUID] = set()
        for line in self.lines:
            row = known.get(line.new.client_uuid)
            if row and row.content_hash == line.new.content_hash:
                line.outcome = _accepted(
                    declarations[row.declaration_id], assessments[row.assessment_id], is_replay=True
                )
            elif row or line.new.client_uuid in seen:
                line.outcome = _conflict("/client_uuid", _("Another declaration was sent under this identifier."))
            seen.add(line.new.client_uuid)

    def check(self) -> None:
        for line in self.open_lines():
            verdict = may_declare_for(line.new.actor, line.new.person)
            faults = faults_of(line.new, self.form, self.times, at=self.at)
            if not verdict:
                line.outcome = invalid("/person", verdict.reason)
            elif faults:
                line.outcome = Refused(422, tuple(faults))

    def find_sites(self) -> None:
        """A named site must exist, be open, and lie in the same agency as the person's unit."""
        codes = {line.new.site_code for line in self.open_lines() if line.new.site_code}
        sites = {site.code: site for site in Site.objects.filter(code__in=codes)} if codes else {}
        for line in self.open_lines():
            if not line.new.site_code:
                continue
            site = sites.get(line.new.site_code)
            if site is None or (site.closed_on and site.closed_on <= self.at.date()):
                line.outcome = invalid("/site", _("There is no such site."))
            else:
                line.site = site

    def find_days(self) -> None:
        """The day whose window is open for the moment of declaration: today's, or yesterday's for a night shift."""
        wanted = self.open_lines()
        days = {one for line in wanted for one in _candidate_days(line.new.declared_at)}
        found = self.person_days(wanted, days)
        missing = [line for line in wanted if (line.new.person.pseudonym, _day_of(line)) not in found]
        if missing:
            self.open_days(missing)
            found = self.person_days(wanted, days)
        for line in wanted:
            rows = [found.get((line.new.person.pseudonym, day)) for day in _candidate_days(line.new.declared_at)]
            line.person_day = next((row for row in rows if row and _is_open(row, line.new)), None)
            if line.person_day is None:
                line.outcome = invalid("/window", _closed_words(rows[0], line.new))
            elif getattr(line.person_day, f"{line.new.window.lower()}_id") is not None:
                line.outcome = _conflict("/window", _("You have already declared for this window today."))
            elif line.site and not self.is_own_site(line):
                line.outcome = invalid("/site", _("This site belongs to another agency."))

    def person_days(
        self, lines: Sequence[_Line], days: set[datetime.date]
    ) -> dict[tuple[uuid.UUID, datetime.date], PersonDay]:
        subjects = {line.new.person.pseudonym for line in lines}
        rows = PersonDay.objects.select_for_update(of=("self",)).filter(subject__in=subjects, day__in=days)
        return {(row.subject, row.day): row for row in rows.select_related("windows")}

    def open_days(self, lines: Sequence[_Line]) -> None:
        for day in {_day_of(line) for line in lines}:
            is_fresh = not PersonDay.objects.filter(day=day).exists()
            people = None if is_fresh else [line.new.person.pk for line in lines if _day_of(line) == day]
            open_day(day, at=self.at, people=people)

    def is_own_site(self, line: _Line) -> bool:
        assert line.person_day
        assert line.site
        return self.tree.root_of(line.site.unit_id) == self.tree.root_of(line.person_day.unit_id)

    def build(self) -> None:
        wanted = self.open_lines()
        worst = self.worst_levels(wanted)
        taken: set[tuple[uuid.UUID, datetime.date, str]] = set()
        for line in wanted:
            assert line.person_day
            place = (line.new.person.pseudonym, line.person_day.day, str(line.new.window))
            if place in taken:
                line.outcome = _conflict("/window", _("You have already declared for this window today."))
                continue
            taken.add(place)
            line.declaration = self.declaration(line, line.person_day, worst)

    def worst_levels(self, lines: Sequence[_Line]) -> Mapping[str, str]:
        """By code of an area that somebody names: the level in force there. An unknown code refuses its line."""
        key = self.form.places.link_id
        codes = {code for line in lines for code in line.new.answers.get(key) or []}
        areas = all_areas_by_code(codes, on=self.at.date()) if codes else {}
        for line in lines:
            if set(line.new.answers.get(key) or []) - set(areas):
                line.outcome = invalid(f"/answers/{key}", _("There is no area with this code."))
        levels = all_levels_of({area.pk for area in areas.values()}, on=self.at.date()) if areas else {}
        return {code: levels.get(area.pk, "") for code, area in areas.items()}

    def declaration(self, line: _Line, person_day: PersonDay, levels: Mapping[str, str]) -> Declaration:
        new = line.new
        places = new.answers.get(self.form.places.link_id) or []
        visited = [levels[code] for code in places if levels.get(code)]
        return Declaration(
            client_uuid=new.client_uuid,
            content_hash=new.content_hash,
            subject=new.person.pseudonym,
            unit_id=person_day.unit_id,
            site_id=line.site.pk if line.site else person_day.site_id,
            day=person_day.day,
            window=new.window,
            declared_at=new.declared_at,
            received_at=self.at,
            timeliness=timeliness(person_day, new.window, new.declared_at),
            channel=new.channel,
            entered_by_id=new.actor.pk,
            questionnaire="covid19",
            questionnaire_version=self.form.version,
            answers=encrypt(json.dumps(new.content, ensure_ascii=False).encode()),
            worst_visited_level=max(visited, key=LEVELS.index, default=""),
            **dataclasses.asdict(derived(self.form, new.answers, new.temperature_c)),
        )

    def write(self) -> None:
        kept = [(line, line.declaration, line.person_day) for line in self.open_lines()]
        rows = [declaration for _line, declaration, _day in kept if declaration]
        if not rows:
            return
        Declaration.objects.bulk_create(rows)
        for _line, declaration, person_day in kept:
            assert declaration
            assert person_day
            _note(person_day, declaration)
        days = {day.pk: day for _line, _declaration, day in kept if day}
        PersonDay.objects.bulk_update(days.values(), MEANS_TO_KEEP, batch_size=500)
        assessed = self.assess(rows)
        AcceptedUuid.objects.bulk_create(
            AcceptedUuid(
                client_uuid=row.client_uuid,
                content_hash=row.content_hash,
                declaration_id=row.pk,
                assessment_id=assessed[row.subject].pk,
                received_on=self.at.astimezone(ZONE).date(),
            )
            for row in rows
        )
        audit.record_all([self.audit_event(line, row) for line, row, _day in kept if row])
        for line, declaration, _day in kept:
            assert declaration
            line.outcome = _accepted(declaration, assessed[declaration.subject], is_replay=False)

    def assess(self, rows: Sequence[Declaration]) -> dict[uuid.UUID, PersonAssessment]:
        """By the day that each counts for; a batch of the fast door holds one day, a played fortnight several."""
        assessed: dict[uuid.UUID, PersonAssessment] = {}
        for day in sorted({row.day for row in rows}):
            ids = {row.subject: row.pk for row in rows if row.day == day}
            assessed |= assess_people(ids, day=day, at=self.at, cause=Cause.DECLARATION, declaration_ids=ids)
        return assessed

    def audit_event(self, line: _Line, row: Declaration) -> AuditEvent:
        return audit.event(
            "admission.submit_declaration",
            actor=line.new.actor,
            at=self.at,
            subject=("screening.declaration", row.pk),
            subject_name=line.new.person.full_name,
            unit_id=row.unit_id,
            detail={"window": str(row.window), "timeliness": str(row.timeliness), "channel": str(row.channel)},
        )


def timeliness(person_day: PersonDay, window: Window, moment: datetime.datetime) -> Timeliness:
    name = window.lower()
    if moment < getattr(person_day.windows, f"{name}_starts_at"):
        return Timeliness.EARLY
    return Timeliness.LATE if moment > getattr(person_day.windows, f"{name}_due_at") else Timeliness.ON_TIME


def _candidate_days(moment: datetime.datetime) -> tuple[datetime.date, datetime.date]:
    day = moment.astimezone(ZONE).date()
    return day, day - datetime.timedelta(days=1)


def _day_of(line: _Line) -> datetime.date:
    return _candidate_days(line.new.declared_at)[0]


def _is_open(row: PersonDay, new: NewDeclaration) -> bool:
    name = new.window.lower()
    opens, closes = getattr(row.windows, f"{name}_opens_at"), getattr(row.windows, f"{name}_closes_at")
    return bool(opens <= new.declared_at <= closes)


def _closed_words(row: PersonDay | None, new: NewDeclaration) -> str:
    if row is None:
        return str(_("You have no post on this day; tell Personnel."))
    name = new.window.lower()
    opens = getattr(row.windows, f"{name}_opens_at").astimezone(ZONE)
    closes = getattr(row.windows, f"{name}_closes_at").astimezone(ZONE)
    words = _("This window is open from %(opens)s to %(closes)s; nothing was kept.")
    return str(words % {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"})


def _note(person_day: PersonDay, declaration: Declaration) -> None:
    name = declaration.window.lower()
    setattr(person_day, f"{name}_id", declaration.pk)
    setattr(person_day, f"{name}_at", declaration.declared_at)
    setattr(person_day, f"{name}_timeliness", declaration.timeliness)


def _accepted(declaration: Declaration, assessment: PersonAssessment, *, is_replay: bool) -> Accepted:
    return Accepted(
        declaration_id=declaration.pk,
        received_at=declaration.received_at,
        day=declaration.day,
        window=Window(declaration.window),
        timeliness=Timeliness(declaration.timeliness),
        assessment=assessment,
        is_replay=is_replay,
    )


def _conflict(pointer: str, message: object) -> Refused:
    return Refused(CONFLICT, (FieldFault(pointer, str(message)),))
