"""Plays the reports of the movement through the pages of papers, and reads the registers, the page of checking and the
tables of the issued papers."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.forms import form_with
from vungxanh.cli.simulate.played.movement import CODE, TAKING_PART
from vungxanh.cli.simulate.played.papers import INTERIM, LAUNCH
from vungxanh.cli.simulate.played.world import ROOT, Act
from vungxanh.cli.simulate.wire import Browser, File
from vungxanh.cli.simulate.words import CHECKED

PAPER = re.compile(r"/van-ban/(\d+)/")
TEXT_FILE = b"Khong phai ban quet\n"
SCANNED = b"\n% ban quet co chu ky\n%%EOF\n"
CODE_ON_PAPER = re.compile(r"Mã kiểm tra: (\S+)")
COLUMNS = {"launch": 7, "days": 6, "score": 3}
"""Of the tables that have a row for each unit."""


@dataclass
class PapersPlay(Play):
    """`papers`: by code of the report, the number of its page. Each answers with the status of the page."""

    papers: dict[str, str] = field(default_factory=dict)

    def draft_report(self, act: Act) -> str:
        report = act.body["report"]
        answer = self.browsers[act.who].fill(f"/phong-trao/{CODE}/bao-cao/{report}/soan/", {})
        drafted = PAPER.search(answer.headers.get("Location", ""))
        if drafted:
            self.papers[report] = drafted[1]
        return str(answer.status)

    def edit_report(self, act: Act) -> str:
        """Some of its parts, named as on the page; the others stay."""
        path, browser = f"{self._paper(act)}sua/", self.browsers[act.who]
        page = browser.get(path)
        form = form_with(page.page, name="signer")
        if form is None:
            return str(page.status)
        names = {words: name for name, words in form.labels.items()}
        typed = {_named(names, label): text for label, text in act.body["texts"].items()}
        return str(browser.post(path, {**form.fields, **typed}).status)

    def issue_report(self, act: Act) -> str:
        """With what the page has of the number: all of it typed, or the symbol alone."""
        fields = {name: value for name, value in act.body.items() if name != "report"}
        return str(self.browsers[act.who].fill(f"{self._paper(act)}ban-hanh/", fields).status)

    def sign_report(self, act: Act) -> str:
        """The sheet comes back scanned."""
        path, browser = self._paper(act), self.browsers[act.who]
        content = browser.get(f"{path}pdf/").content + SCANNED if act.body["file"] == "PDF" else TEXT_FILE
        return str(browser.post_files(f"{path}ban-ky/", {}, [File("signed", "ban-ky.pdf", content)]).status)

    def choose_numbers(self, act: Act) -> str:
        path = f"/van-ban/so-van-ban/{act.body['unit']}/{act.body['year']}/"
        return str(self.browsers[act.who].post(path, {"numbering": "OWN"}).status)

    def _paper(self, act: Act) -> str:
        return f"/van-ban/{self.papers.get(act.body['report'], '0')}/"


def _named(names: dict[str, str], label: str) -> str:
    """A field whose label begins so: behind it may stand that it may be left empty."""
    return next((name for words, name in names.items() if words.startswith(label)), label)


def found(play: PapersPlay, office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    registers = {f"register {year}": _register(office, year) for year in (2021, 2022)}
    return {
        "papers": registers | {f"check {report}": _checked(play, office, report) for report in (LAUNCH, INTERIM)},
        "tables": {key: rows for report in (LAUNCH, INTERIM) for key, rows in _tables(play, office, report)},
    }


def _register(office: Browser, year: int) -> list[list[str]]:
    rows = office.get(f"/van-ban/so-di/xlsx/?don-vi={ROOT}&nam={year}").sheet()
    heads = next(index for index, row in enumerate(rows) if "Trích yếu" in row or "Ký hiệu" in row)
    return [[str(number), str(symbol), f"{day:%d/%m/%Y}"] for number, symbol, day, *_rest in rows[heads + 1 :]]


def _checked(play: PapersPlay, office: Browser, report: str) -> list[str]:
    """Somebody without an account types the code that stands on the paper, and compares files: the issued PDF, the
    signed one, and one that was changed."""
    path, anybody = f"/van-ban/{play.papers.get(report, '0')}/", Browser(play.port, address="127.0.2.1")
    code = CODE_ON_PAPER.search("\n".join(_words(office.get(f"{path}docx/").content)))
    if code is None:
        return []
    typed = anybody.get(f"/van-ban/kiem-tra/?ma={code[1]}")
    address = typed.headers.get("Location", "")
    page = anybody.get(address).text
    facts = re.findall(r"<dd>\s*(.*?)\s*</dd>", page, re.DOTALL)[:2]
    issued = office.get(f"{path}pdf/").content
    files = (issued, issued + SCANNED, issued + b"\n")
    answers = (anybody.post_files(address, {}, [File("file", "van-ban.pdf", one)]).text for one in files)
    return [*facts, *(next((name for words, name in CHECKED.items() if words in one), "nothing") for one in answers)]


def _tables(play: PapersPlay, office: Browser, report: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Of each unit its rows, told apart by how many columns they have."""
    path = f"/van-ban/{play.papers.get(report, '0')}/docx/"
    rows = list(_rows(office.get(path).content))
    for unit in TAKING_PART:
        name = play.world.unit(unit).name
        own = [row for row in rows if len(row) > 1 and row[1] == name]
        kinds = {kind: row for kind, count in COLUMNS.items() for row in own if len(row) == count}
        # Behind the name; of the points the place stands in front of it.
        cells = {kind: [row[0], row[2]] if kind == "score" else row[2:] for kind, row in kinds.items()}
        yield f"{report} {unit}", cells


def _rows(document: bytes) -> Iterator[list[str]]:
    """Of every table of a DOCX, the words of its cells."""
    for row in re.findall(r"<w:tr[ >].*?</w:tr>", _xml(document), re.DOTALL):
        yield ["".join(_said(cell)) for cell in re.findall(r"<w:tc>.*?</w:tc>", row, re.DOTALL)]


def _words(document: bytes) -> list[str]:
    """A line for each paragraph."""
    return ["".join(_said(one)) for one in re.findall(r"<w:p[ >].*?</w:p>", _xml(document), re.DOTALL)]


def _said(part: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<w:t(?: [^>]*)?>(.*?)</w:t>", part, re.DOTALL)]


def _xml(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as opened:
        return opened.read("word/document.xml").decode()
