"""No template carries a script, a style or a handler of its own: the policy of contents would refuse it unseen."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/vungxanh"
TEMPLATES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("templates/**/*.html"))
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "style": re.compile(r"<style|\sstyle=", re.I),
    "handler": re.compile(r"\son[a-z]+=[\"']", re.I),
    "address of a script": re.compile(r"javascript:", re.I),
    "foreign address": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I),
}


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("kind", sorted(INLINE))
def test_no_template_has_anything_inline(kind: str) -> None:
    found = [name for name in TEMPLATES if INLINE[kind].search((SOURCE / name).read_text(encoding="utf-8"))]
    assert found == []
