"""The drill's own judgement: what it takes for a whole cluster, and that the manual tells the settings it tries."""

import re
from pathlib import Path

import pytest

from bench.failover import Node, are_whole, leader_of, settings

MANUAL = Path(__file__).parents[2] / "docs/vi/nhieu-may.md"
WHOLE = {"a": ("leader", "running"), "b": ("sync_standby", "streaming"), "c": ("replica", "streaming")}


@pytest.mark.parametrize(
    ("change", "is_whole"),
    [
        ({}, True),
        ({"c": ("sync_standby", "streaming"), "b": ("replica", "running")}, True),
        ({"b": ("replica", "streaming")}, False),
        ({"a": ("replica", "running")}, False),
        ({"c": ("replica", "starting")}, False),
    ],
)
def test_a_cluster_is_whole_with_a_leader_a_second_that_has_everything_and_a_third(
    change: dict[str, tuple[str, str]], is_whole: bool
) -> None:
    assert are_whole(WHOLE | change) == is_whole


def test_who_leads() -> None:
    assert (leader_of(WHOLE), leader_of({})) == ("a", "")


def test_the_manual_tells_what_the_drill_tries() -> None:
    node = Node(1, Path("/x"), "postgres")
    tried = settings(node, [node], Path("/y"))["bootstrap"]["dcs"]
    text = MANUAL.read_text(encoding="utf-8")
    for name in ("ttl", "loop_wait", "retry_timeout", "synchronous_mode", "synchronous_mode_strict"):
        [told] = re.findall(rf"^ +{name}: (\S+)$", text, re.M)
        assert told == str(tried[name]).lower()
    assert tried["ttl"] >= tried["loop_wait"] + 2 * tried["retry_timeout"]
