"""No template carries what would be dropped unseen: a script, a style or a handler of its own by the policy of
contents, a value with a filter outside braces by the components."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/vungxanh"
TEMPLATES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("templates/**/*.html"))
DROPPED = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style": re.compile(r"<style|\sstyle=", re.I),
    "handler": re.compile(r"\son[a-z]+=[\"']", re.I),
    "address of a script": re.compile(r"javascript:", re.I),
    "filter outside braces": re.compile(r"\s:[\w-]+=\"[^\"{]*\|"),
    "foreign address": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I),
}


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("kind", sorted(DROPPED))
def test_no_template_has_what_is_dropped_unseen(kind: str) -> None:
    found = [name for name in TEMPLATES if DROPPED[kind].search((SOURCE / name).read_text(encoding="utf-8"))]
    assert found == []
