"""Every action that the sources record has words."""

import re
from pathlib import Path

from vungxanh.audit.actions import ACTIONS

SOURCES = Path(__file__).parents[2] / "src/vungxanh"
RECORDED = re.compile(r'\b_?(?:record|event|announce)\(\s*(?:f?"([^"]+)"(?: if [^"\n]* else "([^"]+)")?)', re.S)


def recorded() -> set[str]:
    """Actions in calls of `record` and `event`; an f-string stands for all its words."""
    found: set[str] = set()
    for file in SOURCES.rglob("*.py"):
        for one, other in RECORDED.findall(file.read_text(encoding="utf-8")):
            found |= {name for name in (one, other) if name and "{" not in name and "." in name}
    return found


def test_every_recorded_action_has_words_in_the_list() -> None:
    """Add yours to `vungxanh/audit/actions.py` when this fails."""
    assert sorted(recorded() - set(ACTIONS)) == []


def test_list_finds_the_actions_at_all() -> None:
    assert {"accounts.sign_in", "accounts.open_account", "accounts.close_account"} <= recorded()


def test_words_are_a_verb_and_not_a_code() -> None:
    assert [code for code, words in ACTIONS.items() if "." in str(words) or str(words) == code] == []
