"""Papers for many units as the worker makes them: `python -m bench.papers [units …]`, seconds, papers a second, memory.

A letter of a page with fields, to each of so many units: ordered, made as DOCX and PDF and written down group by group
in one process, then packed into one ZIP. Before it the printers alone, in threads of the same process too.
"""

import resource
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import click

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

SIZES = (100, 1000)
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
    values = [_values(number) for number in range(size)]
    form = WordForm(_ready(LETTER))
    _timed("DOCX, each printed whole", min(size, 100), lambda number: word.word(_ready(filled(LETTER, values[number]))))
    _timed("DOCX, filled into one form", size, lambda number: form.filled(values[number]))
    _timed("PDF, one thread", size, lambda number: pdf.pdf(_ready(filled(LETTER, values[number]))))
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: pdf.pdf(_ready(filled(LETTER, one))), values))
    _say("PDF, two threads", size, time.perf_counter() - started)


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


def _timed(what: str, count: int, make: Callable[[int], object]) -> None:
    started = time.perf_counter()
    for number in range(count):
        make(number)
    _say(what, count, time.perf_counter() - started)


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
