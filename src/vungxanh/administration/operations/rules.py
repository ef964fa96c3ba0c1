"""New editions of the rules taken in, and coming ones withdrawn: the same checks as `load-rules`, and who did it."""

import contextlib
import datetime
import fcntl
import hashlib
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.administration.permissions import may_change_settings
from vungxanh.administration.rulebook import SETTINGS
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import far_day_words
from vungxanh.common.decision_tables import Fault, RuleFile, RuleFileError, rule_files
from vungxanh.common.decision_tables.editions import read_raw
from vungxanh.common.decision_tables.faults import syntax_fault
from vungxanh.common.decision_tables.overlay import RulesRefusedError, check_rules, keep_whole
from vungxanh.common.decision_tables.registry import overlay_path
from vungxanh.common.decision_tables.writing import (
    Segments,
    WritingError,
    begun_on,
    edition_text,
    put_together,
    taken_apart,
)
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.queries.rule_trials import Effect, effect_on_today

LONGEST = 200_000


class NewEditionError(ValueError):
    """Nothing was taken in; `faults` say why, each with its place in what was given."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be kept: `text` is the whole file of the installation, `days` the first days of its new editions.

    `current` is what the file would then be; `digest` is of the installation's file that it was made from.
    """

    file: RuleFile[Any]
    text: str
    days: tuple[datetime.date, ...]
    current: Any
    digest: str


def rule_file(name: str) -> RuleFile[Any] | None:
    return next((file for file in rule_files() if file.name == name), None)


def propose(file: RuleFile[Any], text: str, *, on: datetime.date, starts: datetime.date | None = None) -> Proposal:
    """What becomes of the file with the editions of `text`; nothing is kept. `starts`: the first day of its one new
    edition, where it is not the one in the text. Raises `NewEditionError`."""
    if len(text) > LONGEST:
        raise NewEditionError([Fault("", _("The text is too long."))])
    kept, (text, added) = _kept(file), _with_head(file, text)
    try:
        _check(file, text, on, alone=True)
        head, given = _apart(text)
    except NewEditionError as error:
        raise NewEditionError([_moved_up(fault, added) for fault in error.faults]) from error
    given = {day: segment for day, segment in given.items() if not _is_known(file, day, segment)}
    if not given:
        raise NewEditionError([Fault("", _("Nothing new: every edition of this text is there already."))])
    if starts is not None and len(given) == 1:
        [(_day, segment)] = given.items()
        given = {starts: begun_on(segment, starts)}
    past = [day for day in given if day < on]
    own_head, own = _apart(kept) if kept else (head, {})
    whole = put_together(own_head, {**own, **given})
    current = _check(file, whole, on, alone=False)
    if past:
        raise NewEditionError([Fault("in_force_from", _("This day is over; a rule begins today or later."))])
    furthest = datetime.timedelta(days=SETTINGS.current().in_force(on).furthest_days)
    if words := far_day_words(max(given), today=on, furthest=furthest):
        raise NewEditionError([Fault("in_force_from", words)])
    return Proposal(file, whole, tuple(sorted(given)), current, _digest(kept))


def preview_effect(proposal: Proposal, *, actor: User, at: datetime.datetime) -> Effect | None:
    """What the first of the new editions would make of today, as far as it decides levels of people or zones of units.
    Nothing is kept but that somebody looked, and at which text: it tells something of people."""
    on = at.astimezone(ZONE).date()
    may_change_settings(actor, on=on).or_refuse()
    most = SETTINGS.current().in_force(on).effect_people
    effect = effect_on_today(proposal.current, proposal.days[0], on=on, at=at, tree=all_tree_on(on), most=most)
    if effect:
        record(
            "administration.preview_rules",
            actor=actor,
            at=at,
            subject=("rules", proposal.file.name),
            subject_name=_title(proposal.file),
            is_read=True,
            detail={"day": proposal.days[0].isoformat(), "sha256": _digest(proposal.text)},
        )
    return effect


def take_rules(proposal: Proposal, *, reason: str, actor: User, at: datetime.datetime, seen: str | None = None) -> None:
    """Keeps what was proposed, where the installation's file is still the one that it was made from, or the one whose
    digest the actor has `seen`: nobody writes over what a colleague kept since."""
    on = at.astimezone(ZONE).date()
    may_change_settings(actor, on=on).or_refuse()
    with _alone(proposal.file) as path:
        if digest_of(proposal.file) != (proposal.digest if seen is None else seen):
            raise NewEditionError([Fault("", _("Somebody changed this file meanwhile. Look at it again."))])
        _check(proposal.file, proposal.text, on, alone=False)
        detail = {
            "days": [day.isoformat() for day in proposal.days],
            "reason": reason,
            "sha256": _digest(proposal.text),
        }
        _write(path, proposal.text, "administration.take_rules", proposal.file, detail, actor, at)


def withdraw_edition(file: RuleFile[Any], day: datetime.date, *, actor: User, at: datetime.datetime) -> None:
    """An edition of the installation that has not begun goes as if it had never come; the trail keeps its text."""
    on = at.astimezone(ZONE).date()
    may_change_settings(actor, on=on).or_refuse()
    with _alone(file) as path:
        head, own = _apart(_kept(file)) if _kept(file) else ("", {})
        if day not in own or day <= on:
            raise NewEditionError(
                [Fault("", _("Only an edition that has not begun, and was taken in here, is withdrawn."))]
            )
        rest = {other: segment for other, segment in own.items() if other != day}
        if rest:
            _check(file, put_together(head, rest), on, alone=False)
        detail = {"day": day.isoformat(), "text": own[day][:2000]}
        text = put_together(head, rest) if rest else None
        _write(path, text, "administration.withdraw_rules", file, detail, actor, at)


def edition_with(file: RuleFile[Any], values: Mapping[str, Any], *, starts: datetime.date, source: str) -> str:
    """The edition before `starts` with other values, from `starts` on, as text for `propose`."""
    before = raw_before(file, starts)
    made = {**before, **values, "in_force_from": starts, "source": source, "status": "internal"}
    made.pop("in_force_to", None)
    return edition_text(made)


def raw_before(file: RuleFile[Any], day: datetime.date) -> dict[str, Any]:
    """The plain values of the edition that holds the day before, or that began last by then."""
    editions = _raw(file)
    begun = [one for one in editions if one["in_force_from"] < day]
    return dict(max(begun, key=lambda one: one["in_force_from"])) if begun else {}


def _raw(file: RuleFile[Any]) -> tuple[dict[str, Any], ...]:
    return read_raw(file.path, over=overlay_path(file.name)).editions


def _is_known(file: RuleFile[Any], day: datetime.date, segment: str) -> bool:
    [edition] = tomllib.loads(segment)["edition"]
    return edition in _raw(file)


def _with_head(file: RuleFile[Any], text: str) -> tuple[str, int]:
    """A text without a head continues the shipped one; with the count of lines that this puts before it."""
    if not text.lstrip().startswith("[["):
        return text, 0
    head, _segments = taken_apart(file.path.read_text(encoding="utf-8"))
    return f"{head}\n{text}", head.count("\n") + 1


def _moved_up(fault: Fault, added: int) -> Fault:
    """Its line in the text that was given."""
    return replace(fault, line=fault.line - added) if fault.line and fault.line > added else fault


def _apart(text: str) -> tuple[str, Segments]:
    try:
        return taken_apart(text)
    except WritingError as error:
        raise NewEditionError([error.fault]) from error
    except tomllib.TOMLDecodeError as error:
        raise NewEditionError([syntax_fault(error, text)]) from error


def _check(file: RuleFile[Any], text: str, on: datetime.date, *, alone: bool) -> Any:
    """By itself, so that faults have their places; then as `load-rules` does it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_text(text, encoding="utf-8")
        try:
            current = file.check(path)
            if not alone:
                into = overlay_path(file.name)
                assert into
                check_rules(Path(folder), into=into.parent, on=on)
        except RuleFileError as error:
            raise NewEditionError(list(error.faults)) from error
        except RulesRefusedError as error:
            raise NewEditionError([fault for one in error.errors for fault in one.faults]) from error
    return current


def _kept(file: RuleFile[Any]) -> str:
    path = overlay_path(file.name)
    return path.read_text(encoding="utf-8") if path and path.exists() else ""


def digest_of(file: RuleFile[Any]) -> str:
    """Of the installation's file as it is now; another one when somebody kept an edition meanwhile."""
    return _digest(_kept(file))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def _alone(file: RuleFile[Any]) -> Iterator[Path]:
    """One writer at a time, whichever process it is in."""
    path = overlay_path(file.name)
    assert path
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def _write(
    path: Path,
    text: str | None,
    action: str,
    file: RuleFile[Any],
    detail: Mapping[str, object],
    actor: User,
    at: datetime.datetime,
) -> None:
    """The row of the trail and the file together: where one does not come about, the other does not stay."""
    before = path.read_bytes() if path.exists() else None
    try:
        with transaction.atomic():
            record(action, actor=actor, at=at, subject=("rules", file.name), subject_name=_title(file), detail=detail)
            _put(path, None if text is None else text.encode())
    except BaseException:
        _put(path, before)
        raise


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != content:
        keep_whole(content, path)


def _title(file: RuleFile[Any]) -> str:
    return str(getattr(file.current(), "title", "") or file.title)
