"""Papers for many units: `python -m bench.papers [units …]`, papers a second and peak memory.

A letter of a page with fields, to each of so many units. First the printers alone, by turns with docxtpl and
LibreOffice where they are there, medians of three; docxtpl fills the very DOCX that we print, LibreOffice turns it into
PDF in one call, and their texts must be ours. Then the whole order as the worker makes it: ordered, made as DOCX and
PDF, written down group by group in one process, packed into one ZIP.
"""

import io
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import click
import docx

from bench.control_room import NOW, Agency, found
from bench.prepared import installation
from vungxanh.common import clock
from vungxanh.documents.content import Content, Paragraph, Stamp
from vungxanh.documents.exports import pack_batch
from vungxanh.documents.fields import filled
from vungxanh.documents.models import PaperBatch
from vungxanh.documents.operations import make_next_papers, order_papers
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.filling import WordForm
from vungxanh.documents.printing.printed import Printed, printed
from vungxanh.documents.rulebook import LAYOUT
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import Unit, UnitVersion
from vungxanh.organization.tree import all_tree_on

SIZES, TURNS, FEW = (100, 1000), 3, 100
Contestant = tuple[list[dict[str, str]], Callable[[], Sequence[object]]]
SINCE = NOW.date().replace(month=1, day=1)
LETTER = Content(
    superior="UBND TỈNH VĨNH PHÚC",
    issuer="SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN",
    symbol="SNN-VP",
    place="Vĩnh Phúc",
    type_name="",
    summary="tăng cường phòng, chống dịch tại {tên ngắn}",
    addressees=("{tên đơn vị}",),
    body=(
        Paragraph(
            "\n".join(
                f"{number}. Đề nghị {{tên đơn vị}} quán triệt toàn thể cán bộ, công chức, viên chức và người lao động "
                "khai báo y tế trung thực hai lần mỗi ngày, cập nhật nguy cơ trước 15 giờ và báo cáo {cấp trên} khi có "
                "bất thường."
                for number in range(1, 8)
            )
        ),
    ),
    signature=("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"),
    signer="Nguyễn Thị Hồng Vân",
    recipients=("Như trên ({mã đơn vị})", "Lưu: VT, VP"),
)


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:] if one.isdecimal()] or SIZES
    with installation(), clock.at(NOW):
        agency = found()
        _grow(agency.root, max(sizes))
        for size in sizes:
            click.echo(f"{size} units, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB so far")
            _printers(size)
            _whole(agency, size)


def _grow(root: Unit, size: int) -> None:
    made = Unit.objects.bulk_create(Unit(code=f"TH{number:04}") for number in range(size))
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit=unit,
            parent=root,
            valid_from=SINCE,
            name=f"Trạm Thú y số {number}",
            short_name=f"TTY {number}",
            kind=UnitKind.SUBORDINATE_UNIT,
        )
        for number, unit in enumerate(made)
    )


def _printers(size: int) -> None:
    """Each kind by turns, the slow ones on fewer papers; a rate and how many times it is the other's."""
    values = [_values(number) for number in range(size)]
    form, few = WordForm(_ready(LETTER)), values[:FEW]
    words: dict[str, Contestant] = {
        "DOCX, filled into one form": (values, lambda: [form.filled(one) for one in values]),
        "DOCX, each printed whole": (few, lambda: [word.word(_ready(filled(LETTER, one))) for one in few]),
        **({"DOCX, docxtpl": (few, lambda: _by_docxtpl(few))} if find_spec("docxtpl") else {}),
    }
    pages: dict[str, Contestant] = {
        "PDF, one thread": (values, lambda: [_pdf(one) for one in values]),
        "PDF, two threads": (values, lambda: _by_threads(values)),
        **({"PDF, LibreOffice": (few, lambda: _by_office(form, few))} if shutil.which("soffice") else {}),
    }
    for contestants in (words, pages):
        seconds: dict[str, list[float]] = {what: [] for what in contestants}
        for _turn in range(TURNS):
            for what, (papers, make) in contestants.items():
                started = time.perf_counter()
                made = make()
                seconds[what].append((time.perf_counter() - started) / len(papers))
                if len(made) != len(papers):
                    raise click.ClickException(f"{what}: {len(made)} of {len(papers)}")
        ours = statistics.median(seconds[next(iter(seconds))])
        for what, turns in seconds.items():
            each = statistics.median(turns)
            click.echo(f"{what:32} {1 / each:10,.0f}/s   ours is {each / ours:8,.1f} times as fast")
    if find_spec("docxtpl") and _text(_by_docxtpl(few)[0]) != _text(form.filled(few[0])):
        raise click.ClickException("docxtpl: another text than ours")


def _pdf(values: dict[str, str]) -> bytes:
    return pdf.pdf(_ready(filled(LETTER, values)))


def _by_threads(values: list[dict[str, str]]) -> list[bytes]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_pdf, values))


def _by_docxtpl(values: list[dict[str, str]]) -> list[bytes]:
    """One template, kept, over the DOCX of the letter with names for fields."""
    from docxtpl import DocxTemplate  # noqa: PLC0415

    names = {field: f"f{number}" for number, field in enumerate(values[0])}
    letter = word.word(_ready(filled(LETTER, {field: f"{{{{ {name} }}}}" for field, name in names.items()})))
    template, made = DocxTemplate(io.BytesIO(letter)), []
    for one in values:
        paper = io.BytesIO()
        template.render({name: one[field] for field, name in names.items()})
        template.save(paper)
        made.append(paper.getvalue())
    return made


def _by_office(form: WordForm, values: list[dict[str, str]]) -> list[Path]:
    """All in one call, started cold once, as a script of an agency would."""
    with tempfile.TemporaryDirectory() as folder:
        for number, one in enumerate(values):
            (Path(folder) / f"{number}.docx").write_bytes(form.filled(one))
        names = sorted(map(str, Path(folder).glob("*.docx")))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *names]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return list(Path(folder).glob("*.pdf"))


def _text(paper: bytes) -> list[str]:
    read = docx.Document(io.BytesIO(paper))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [*cells, *(one.text for one in read.paragraphs)]


def _whole(agency: Agency, size: int) -> None:
    wanted = [node.id for node in all_tree_on(NOW.date()) if node.code.startswith("TH")][:size]
    started = time.perf_counter()
    batch = order_papers(uuid.uuid4(), agency.root.pk, LETTER, wanted, actor=agency.office, at=NOW)
    _say("checked and ordered", size, time.perf_counter() - started)
    started = time.perf_counter()
    while make_next_papers(at=NOW):
        pass
    _say("made, written down, encrypted", size, time.perf_counter() - started)
    started = time.perf_counter()
    with pack_batch(PaperBatch.objects.get(pk=batch.pk)) as packed:
        length = packed.seek(0, 2)
    _say(f"one ZIP of {length / 2**20:,.1f} MB", size, time.perf_counter() - started)


def _say(what: str, count: int, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"{what:32} {seconds:8.2f} s {count / seconds:10,.0f}/s   peak {peak:6,.0f} MB")


def _values(number: int) -> dict[str, str]:
    return {
        "tên đơn vị": f"Trạm Thú y số {number}",
        "tên ngắn": f"TTY {number}",
        "mã đơn vị": f"TH{number:04}",
        "cấp trên": "Sở Nông nghiệp và Phát triển nông thôn",
    }


def _ready(content: Content) -> Printed:
    return printed(content, Stamp(), LAYOUT.current().in_force(NOW.date()), day=NOW.date())


if __name__ == "__main__":
    main()
