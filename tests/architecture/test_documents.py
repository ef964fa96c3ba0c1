"""What people look up is written down: settings, faults, commands, and decisions under numbers of their own."""

import re
from collections import Counter
from pathlib import Path

from vungxanh.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/vungxanh"
MANUAL = (ROOT / "docs/vi/van-hanh.md").read_text(encoding="utf-8")
READ = re.compile(r"""(?:environ(?:\.get)?[(\[]|environment\.(?:text|names)\()\s*"([A-Z][A-Z_]+)\"""")
OF_OTHERS = {"PATH", "DJANGO_SETTINGS_MODULE", "CHROMIUM", "VUNGXANH_REQUIRE_ALL"}
"""Read, but no settings of an installation."""


def rows() -> set[str]:
    """What stands in the first column of a table of the manual."""
    first = [line.split("|")[1] for line in MANUAL.splitlines() if line.startswith("| `")]
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


def test_manual_has_every_setting() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    read = set(READ.findall(code)) - OF_OTHERS
    assert {"DATABASE_URL", "PORT", "SECRET_KEY"} <= read
    assert read - rows() == set()


def test_manual_has_every_numbered_fault() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "config").glob("*.py"))
    numbered = set(re.findall(r"vungxanh\.[EW]\d{3}", code))
    assert len(numbered) >= 9
    assert numbered == {row for row in rows() if row.startswith("vungxanh.")}


def test_manual_has_every_command() -> None:
    assert set(COMMANDS) - rows() == set()


def test_decisions_have_numbers_of_their_own() -> None:
    names = [path.name for path in (ROOT / "docs/adr").glob("*.md")]
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert [number for number, count in Counter(name[:4] for name in names).items() if count > 1] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
