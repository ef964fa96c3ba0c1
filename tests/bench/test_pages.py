"""Pages while many declare, in small; what is no page of ours is no measurement."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.intake import pages
from tests.bench.test_intake import answering

WRONG = b"HTTP/1.1 302 Found\r\nLocation: /tai-khoan/dang-nhap/\r\nContent-Length: 0\r\n\r\n"


def test_each_page_is_looked_at_with_and_without_a_crowd(tmp_path: Path) -> None:
    small = ["--people", "2000", "--seconds", "1", "--repeats", "1", "--connections", "0,8", "--results", str(tmp_path)]
    done = CliRunner().invoke(pages.main, small)
    assert done.exit_code == 0, done.output
    [file] = tmp_path.glob("pages-sqlite-*.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert {(one["page"], one["connections"]) for one in kept["looks"]} == {
        (name, connections) for name in pages.SAYS for connections in (0, 8)
    }
    idle, crowded = (one["per_second"] for one in kept["rates"])
    assert idle == 0 < crowded
    assert (tmp_path / "pages.md").read_text(encoding="utf-8").count("| a unit's day |") == 2


def test_another_answer_than_the_page_ends_the_measurement() -> None:
    with answering([WRONG]) as (port, _seen), pytest.raises(RuntimeError, match="GET /dieu-hanh/2021-09-20/: 302"):
        list(pages.looks(port, {"office": "x", "head": "x"}, iter([]), 1))
