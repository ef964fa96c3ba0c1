"""Workflow tables: looking up a move, refusing a faulty table, the drawing."""

import pytest

from vungxanh.common.workflow import Move, NoSuchMoveError, Workflow, draw

DOOR = Workflow(
    code="door",
    title="Cửa",
    states={"SHUT": "Đóng", "OPEN": "Mở", "GONE": "Bỏ"},
    moves=(
        Move("hang", "", "SHUT", by=("JOINER",)),
        Move("open", "SHUT", "OPEN", by=("ANYBODY", "GUARD")),
        Move("remove", "OPEN", "GONE", by=("JOINER",)),
    ),
)


def test_find_follows_the_table_and_refuses_the_rest() -> None:
    cells = {(state, verb): DOOR.allows(state, verb) for state in DOOR.states for verb in ("open", "remove")}
    assert [cell for cell, allowed in cells.items() if allowed] == [("SHUT", "open"), ("OPEN", "remove")]
    assert DOOR.find("SHUT", "open").end == "OPEN"
    with pytest.raises(NoSuchMoveError, match="Đóng"):
        DOOR.find("SHUT", "remove")
    assert (DOOR.verbs_from("OPEN"), DOOR.final_states) == (("remove",), ("GONE",))


@pytest.mark.parametrize(
    "moves",
    [
        (Move("open", "SHUT", "AJAR", by=()),),
        (Move("open", "SHUT", "OPEN", by=()), Move("open", "SHUT", "GONE", by=())),
    ],
)
def test_workflow_refuses_strange_states_and_ambiguous_verbs(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError, match="door"):
        Workflow("door", "Cửa", DOOR.states, moves)


def test_draw_shows_every_state_and_move() -> None:
    text = draw(DOOR)
    assert "    [*] --> SHUT: hang (JOINER)\n    SHUT --> OPEN: open (ANYBODY, GUARD)\n" in text
    assert "    GONE --> [*]\n" in text
    assert "| SHUT | open | OPEN | ANYBODY, GUARD |\n" in text
