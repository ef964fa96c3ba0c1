"""Importing outside parties from a list: new ones, what changed of known ones; the whole file or nothing."""

import datetime
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.lists.rows import CellFault, Row, read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization.enums import PartyKind
from vungxanh.organization.imports.columns import PARTY_COLUMNS
from vungxanh.organization.models import Party, PartyAlias, Unit
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.operations.parties import FIELDS, set_name
from vungxanh.organization.permissions import may_keep_parties
from vungxanh.organization.queries.parties import match_key

AT_ONCE = 500
TITLES = {column.key: column.title for column in PARTY_COLUMNS}
WRITTEN = ("name", "sort_key", "search_name", "match_key", "kind", *FIELDS)


def import_parties(
    content: bytes, *, agency: Unit, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line one party of the agency. An empty cell changes nothing, and other names are only added. A line that
    names a known party by a name or code that it no longer bears is as it was."""
    may_keep_parties(actor, agency.pk, on=at.date()).or_refuse()

    def keep(result: ImportResult) -> None:
        detail = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
        subject = ("organization.file", file_name[:60])
        record("organization.import_parties", actor=actor, at=at, subject=subject, unit_id=agency.pk, detail=detail)

    return whole_or_nothing(lambda result: _run(content, agency, result), keep, dry_run=dry_run)


def _run(content: bytes, agency: Unit, result: ImportResult) -> None:
    # Two who import at once: the second sees what the first wrote.
    agency = Unit.objects.select_for_update().get(pk=agency.pk)
    found = read_rows(read_sheet(content), PARTY_COLUMNS)
    known = Register.of(agency)
    meant: dict[int, Meant] = {}
    for row in found.rows:
        try:
            meant[row.line] = known.meant_by(row)
        except NotMeantError as error:
            found.faults.append(error.fault)
    found.faults += _repeated(found.rows, meant)
    result.rows = len(found.rows)
    result.refuse(found.sorted_faults)
    if not result.is_refused:
        _write(found.rows, meant, known, result)


@dataclass(frozen=True, slots=True)
class Meant:
    """The party of a line; None: a new one. `writes`: whether the line may change it."""

    party: Party | None
    writes: bool = True


class NotMeantError(ValueError):
    """The line cannot mean any party, or may mean several."""

    def __init__(self, fault: CellFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class Register:
    """The parties of an agency as a list refers to them; three queries. Codes and tax codes of merged ones lead to
    the party that was kept."""

    agency: Unit
    parties: dict[int, Party]
    codes: set[str]
    by_code: dict[str, Party] = field(default_factory=dict)
    by_tax_code: dict[str, Party] = field(default_factory=dict)
    by_name: dict[str, list[Party]] = field(default_factory=dict)
    by_alias: dict[str, list[Party]] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    added: list[PartyAlias] = field(default_factory=list)

    @classmethod
    def of(cls, agency: Unit) -> "Register":
        every = {party.pk: party for party in Party.objects.filter(agency=agency).order_by("pk")}
        codes = {code.upper() for code in Party.objects.values_list("code", flat=True)}
        known = cls(agency, every, codes)
        for party in sorted(every.values(), key=lambda one: one.merged_into_id is not None):
            kept = known._kept(party)
            known.by_code[party.code.upper()] = kept
            if party.tax_code:
                known.by_tax_code.setdefault(party.tax_code, kept)
            if kept is party:
                known.by_name.setdefault(party.match_key, []).append(party)
        for party_id, key in PartyAlias.objects.filter(party__agency=agency).values_list("party_id", "match_key"):
            known.aliases.setdefault(every[party_id].code, set()).add(key)
            if not every[party_id].merged_into_id:
                known.by_alias.setdefault(key, []).append(every[party_id])
        return known

    def meant_by(self, row: Row) -> Meant:
        """By its code, else by its tax code, else by its name or another name. Raises NotMeantError."""
        owner = self.by_tax_code.get(row["tax_code"] or "")
        if row["code"]:
            return self._by_code(row, owner)
        key = match_key(row["name"])
        if owner and key != owner.match_key and key not in self.aliases.get(owner.code, ()):
            raise NotMeantError(_tax_code_taken(row, owner))
        party = owner or self._by_name(row, key)
        return Meant(party, party is None or party.match_key == key)

    def call(self, party: Party, text: str) -> bool:
        """By another name, once; whether it is a new one."""
        key, names = match_key(text), self.aliases.setdefault(party.code, set())
        if key in names or key == party.match_key:
            return False
        names.add(key)
        self.added.append(PartyAlias(party=party, text=text, match_key=key))
        return True

    def free_code(self, name: str) -> str:
        """Made from the name, as in DT-SAOMAI, with a number where that is taken."""
        letters = f"DT-{re.sub(r'[^A-Z0-9]', '', match_key(name).upper())[:12]}".rstrip("-")
        numbered = (f"{letters}-{number}" for number in itertools.count(2))
        code = next(one for one in itertools.chain([letters], numbered) if one not in self.codes)
        self.codes.add(code)
        return code

    def _by_code(self, row: Row, owner: Party | None) -> Meant:
        party = self.by_code.get(row["code"])
        if party is None and row["code"] in self.codes:
            words = _("The code %(code)s is taken; codes are unique in the whole installation.")
            raise NotMeantError(row.fault("code", words % {"code": row["code"]}))
        if owner and owner is not party:
            raise NotMeantError(_tax_code_taken(row, owner))
        return Meant(party, party is None or party.code.upper() == row["code"])

    def _by_name(self, row: Row, key: str) -> Party | None:
        """One with another tax code is another: a branch, or somebody of the same name."""
        named = self.by_name.get(key) or self.by_alias.get(key, [])
        fitting = [one for one in named if not (row["tax_code"] and one.tax_code)]
        if len(fitting) > 1:
            words = _("“%(name)s” may be %(codes)s: write the code or the tax code")
            codes = ", ".join(one.code for one in fitting)
            raise NotMeantError(row.fault("name", words % {"name": row["name"], "codes": codes}))
        return fitting[0] if fitting else None

    def _kept(self, party: Party) -> Party:
        while party.merged_into_id:
            party = self.parties[party.merged_into_id]
        return party


def _tax_code_taken(row: Row, owner: Party) -> CellFault:
    words = _("“%(tax_code)s” belongs to %(name)s (%(code)s) in the register")
    return row.fault("tax_code", words % {"tax_code": row["tax_code"], "name": owner.name, "code": owner.code})


def _repeated(rows: Sequence[Row], meant: Mapping[int, Meant]) -> list[CellFault]:
    """The same code or tax code twice, the same name twice where nothing tells the two apart, or one party twice."""
    faults: dict[int, CellFault] = {}
    first: dict[tuple[str, object], Row] = {}
    for row in rows:
        told = meant.get(row.line)
        party = told.party.pk if told and told.party and told.writes else None
        keys = {"code": row["code"], "tax_code": row["tax_code"], "name": match_key(row["name"]), "party": party}
        for what, value in keys.items():
            earlier = first.setdefault((what, value), row) if value else row
            if earlier is row or (what == "name" and _is_told_apart(row) and _is_told_apart(earlier)):
                continue
            cell = "name" if what == "party" else what
            words = _("“%(value)s” stands already on line %(line)d")
            faults.setdefault(row.line, row.fault(cell, words % {"value": row[cell], "line": earlier.line}))
    return list(faults.values())


def _is_told_apart(row: Row) -> bool:
    return bool(row["code"] or row["tax_code"])


def _write(rows: Sequence[Row], meant: Mapping[int, Meant], known: Register, result: ImportResult) -> None:
    known.codes |= {row["code"] for row in rows if row["code"]}
    new: list[Party] = []
    changed: list[Party] = []
    for row in rows:
        party = meant[row.line].party
        if party is None:
            new.append(made := _made(row, known))
            words = _("line %(line)d, %(name)s: new, under the code %(code)s")
            result.changes.append(words % {"line": row.line, "name": made.name, "code": made.code})
        elif meant[row.line].writes and (differs := _changed(row, party, known)):
            changed.append(party)
            words = _("line %(line)d, %(name)s (%(code)s): %(changes)s")
            shown = {"line": row.line, "name": party.name, "code": party.code, "changes": "; ".join(differs)}
            result.changes.append(words % shown)
    Party.objects.bulk_create(new, batch_size=AT_ONCE)
    Party.objects.bulk_update(changed, WRITTEN, batch_size=AT_ONCE)
    PartyAlias.objects.bulk_create(known.added, batch_size=AT_ONCE)
    result.created, result.updated = len(new), len(changed)
    result.unchanged = result.rows - result.created - result.updated


def _made(row: Row, known: Register) -> Party:
    party = Party(agency=known.agency, code=row["code"] or known.free_code(row["name"]), kind=row["kind"])
    set_name(party, row["name"])
    for key in FIELDS:
        setattr(party, key, row[key] or "")
    for text in row["aliases"] or ():
        known.call(party, text)
    return party


def _changed(row: Row, party: Party, known: Register) -> list[str]:
    """What differs now, in words. The name changes only where the line names the party by its code; the old one stays
    as another name."""
    before = {key: getattr(party, key) for key in ("name", "kind", *FIELDS)}
    if row["code"] and row["name"] != party.name:
        set_name(party, row["name"])
        known.call(party, before["name"])
    for key in ("kind", *FIELDS):
        setattr(party, key, row[key] or before[key])
    differs = [
        f"{TITLES[key]}: {_shown(key, value)} → {_shown(key, getattr(party, key))}"
        for key, value in before.items()
        if getattr(party, key) != value
    ]
    return differs + [f"{TITLES['aliases']}: + {text}" for text in row["aliases"] or () if known.call(party, text)]


def _shown(key: str, value: str) -> str:
    return str(PartyKind(value).label) if key == "kind" else value or "–"
