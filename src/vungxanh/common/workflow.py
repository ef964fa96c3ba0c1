"""Workflows as tables: from which state which verb leads where, and who may say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Move:
    """One arrow. `start` is empty where the thing comes into being; `by` are the roles that may make the move."""

    verb: str
    start: str
    end: str
    by: tuple[str, ...]


class NoSuchMoveError(LookupError):
    """That verb leads nowhere from that state."""


@dataclass(frozen=True)
class Workflow:
    """All states and moves of one kind of thing. `code` names its drawing, `title` is Vietnamese."""

    code: str
    title: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        strangers = {state for move in self.moves for state in (move.start, move.end)} - {*self.states, ""}
        pairs = [(move.start, move.verb) for move in self.moves]
        if strangers:
            raise ValueError(f"{self.code}: moves name unknown states {sorted(strangers)}")
        if len(set(pairs)) != len(pairs):
            raise ValueError(f"{self.code}: two moves with the same state and verb")

    @cached_property
    def _table(self) -> Mapping[tuple[str, str], Move]:
        return {(move.start, move.verb): move for move in self.moves}

    def find(self, state: str, verb: str) -> Move:
        if move := self._table.get((state, verb)):
            return move
        raise NoSuchMoveError(f"{self.code}: không có bước “{verb}” từ “{self.states.get(state, state)}”")

    def allows(self, state: str, verb: str) -> bool:
        return (state, verb) in self._table

    def verbs_from(self, state: str) -> tuple[str, ...]:
        return tuple(move.verb for move in self.moves if move.start == state)

    @property
    def final_states(self) -> tuple[str, ...]:
        return tuple(state for state in self.states if not self.verbs_from(state))


def draw(workflow: Workflow) -> str:
    """The page `docs/dev/workflows/<code>.md`: a Mermaid state diagram and the same as a table."""
    arrows = [
        f"    {move.start or '[*]'} --> {move.end}: {move.verb} ({', '.join(move.by)})" for move in workflow.moves
    ]
    ends = [f"    {state} --> [*]" for state in workflow.final_states]
    names = [f"    {state}: {label}" for state, label in workflow.states.items()]
    rows = [f"| {move.start or '-'} | {move.verb} | {move.end} | {', '.join(move.by)} |" for move in workflow.moves]
    return "\n".join(
        [
            f"# {workflow.title}",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *names,
            *arrows,
            *ends,
            "```",
            "",
            "| from | verb | to | by |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


_registered: dict[str, Workflow] = {}


def register_workflows(*workflows: Workflow) -> None:
    """Called in `apps.ready()`, so that the drawings and their check know every workflow."""
    for workflow in workflows:
        if _registered.setdefault(workflow.code, workflow) != workflow:
            raise ValueError(f"workflow {workflow.code} is registered twice")


def registered_workflows() -> Iterable[Workflow]:
    return tuple(_registered.values())


def drawings() -> dict[str, str]:
    """File name → text, for `./run diagrams` and for the test that compares."""
    return {f"{workflow.code}.md": draw(workflow) for workflow in registered_workflows()}
