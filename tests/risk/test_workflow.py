"""The workflow of the daily return: its states are those of the record, every cell is as meant, the drawing is new."""

from pathlib import Path

from vungxanh.common.workflow import draw
from vungxanh.organization.enums import Role
from vungxanh.organization.roles import UNIT_STAFF
from vungxanh.risk.enums import FindingState, ReturnState
from vungxanh.risk.queries.findings import READERS
from vungxanh.risk.workflow import DUTY_OFFICER, FINDING, RETURN, REVIEWERS, SUBMITTERS, SYSTEM

DRAWING = Path(__file__).resolve().parents[2] / "docs/dev/workflows/daily_return.md"


def test_states_are_those_of_the_record() -> None:
    assert list(RETURN.states) == ReturnState.values


def test_every_cell_of_state_and_verb() -> None:
    verbs = list(dict.fromkeys(move.verb for move in RETURN.moves))
    open_cells = {
        (state, verb): RETURN.find(state, verb).end
        for state in ("", *RETURN.states)
        for verb in verbs
        if RETURN.allows(state, verb)
    }
    assert open_cells == {
        ("", "prepare"): "PREPARED",
        ("", "open_unusual"): "PREPARED",
        ("", "submit_amended"): "SUBMITTED",
        ("PREPARED", "refresh"): "PREPARED",
        ("PREPARED", "submit"): "SUBMITTED",
        ("SUBMITTED", "amend"): "REPLACED",
    }


def test_roles_of_the_moves_exist_and_are_those_of_the_unit() -> None:
    assert {role for move in RETURN.moves for role in move.by} <= {*Role.values, DUTY_OFFICER, SYSTEM}
    assert set(SUBMITTERS) == {*UNIT_STAFF, DUTY_OFFICER}


def test_every_cell_of_a_finding() -> None:
    assert list(FINDING.states) == FindingState.values
    verbs = list(dict.fromkeys(move.verb for move in FINDING.moves))
    cells = {(state, verb) for state in ("", *FINDING.states) for verb in verbs if FINDING.allows(state, verb)}
    assert cells == {("", "find"), ("WITHDRAWN", "find_again"), ("OPEN", "withdraw"), ("OPEN", "review")}
    assert set(REVIEWERS) == {str(role) for role in READERS}


def test_drawing_is_drawn_from_the_table() -> None:
    assert DRAWING.read_text(encoding="utf-8") == draw(RETURN)
