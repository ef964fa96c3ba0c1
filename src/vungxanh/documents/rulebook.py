"""How a paper is laid out: page, margins and letters of the decree; how large files may be; how many papers at once."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.common.decision_tables.editions import Status

RULES = Path(__file__).parent / "rules"
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
LARGEST_MB = 11
"""The server takes no larger request than 12 MB."""
MOST_UNITS, MOST_DAYS = 10_000, 60
MOST_UNPACKED_MB, MOST_LINES = 200, 50_000
LONGEST_CODE = 10


def unverified_in(title: str, edition: Edition) -> tuple[str, ...]:
    """What a paper says of an edition that nobody has compared with its source; nothing of any other."""
    return (f"{title} ({edition.source})",) if edition.status is Status.UNVERIFIED else ()


class Layout(Edition, frozen=True, kw_only=True):
    """Margins and indent in mm, letters and the space between paragraphs in points."""

    font: str
    margin_top: float
    margin_bottom: float
    margin_left: float
    margin_right: float
    motto_width: float
    national_size: float
    motto_size: float
    agency_size: float
    number_size: float
    place_size: float
    title_size: float
    subject_size: float
    body_size: float
    table_size: float
    dense_table_size: float
    recipients_head_size: float
    recipients_size: float
    page_number_size: float
    indent: float
    paragraph_space: float
    check_size: float = 8
    check_width: float = 15

    @property
    def text_width(self) -> float:
        return PAGE_WIDTH - self.margin_left - self.margin_right

    def faults(self, at: str) -> Iterator[Fault]:
        if not 0 < self.motto_width < self.text_width:
            yield Fault(f"{at}.motto_width", "phải nằm trong bề rộng phần chữ")


LAYOUT = edition_file(RULES / "paper_layout.toml", title="Thể thức văn bản", schema=Layout)


class PaperFileRule(Edition, frozen=True, kw_only=True):
    """How large a signed paper may be."""

    largest_mb: int

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.largest_mb <= LARGEST_MB:
            yield Fault(f"{at}.largest_mb", f"phải từ 1 đến {LARGEST_MB}")


PAPER_FILES = edition_file(RULES / "paper_files.toml", title="Tệp của văn bản đã ban hành", schema=PaperFileRule)


class PaperBatchRule(Edition, frozen=True, kw_only=True):
    """For how many units papers are made at once, and for how many days their files are kept together."""

    most_units: int
    keep_days: int

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.most_units <= MOST_UNITS:
            yield Fault(f"{at}.most_units", f"phải từ 1 đến {MOST_UNITS}")
        if not 1 <= self.keep_days <= MOST_DAYS:
            yield Fault(f"{at}.keep_days", f"phải từ 1 đến {MOST_DAYS}")


PAPER_BATCHES = edition_file(RULES / "paper_batches.toml", title="Văn bản cho nhiều đơn vị", schema=PaperBatchRule)


class WordReturnRule(Edition, frozen=True, kw_only=True):
    """How large a draft may be that comes back from Word, as a file and unpacked."""

    largest_mb: int
    unpacked_mb: int
    most_lines: int

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.largest_mb <= LARGEST_MB:
            yield Fault(f"{at}.largest_mb", f"phải từ 1 đến {LARGEST_MB}")
        if not self.largest_mb <= self.unpacked_mb <= MOST_UNPACKED_MB:
            yield Fault(f"{at}.unpacked_mb", f"phải từ largest_mb đến {MOST_UNPACKED_MB}")
        if not 1 <= self.most_lines <= MOST_LINES:
            yield Fault(f"{at}.most_lines", f"phải từ 1 đến {MOST_LINES}")


WORD_RETURNS = edition_file(RULES / "word_returns.toml", title="Dự thảo sửa bằng Word", schema=WordReturnRule)


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One register of papers that arrive; the general one has an empty code."""

    code: str
    name: str


class IncomingRule(Edition, frozen=True, kw_only=True):
    """Which registers of papers that arrive there are, how late one may be written down, how large a scan may be."""

    days_back: int
    largest_mb: int
    register: tuple[Register, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        if not 0 <= self.days_back <= MOST_DAYS:
            yield Fault(f"{at}.days_back", f"phải từ 0 đến {MOST_DAYS}")
        if not 1 <= self.largest_mb <= LARGEST_MB:
            yield Fault(f"{at}.largest_mb", f"phải từ 1 đến {LARGEST_MB}")
        codes = [one.code for one in self.register]
        if "" not in codes or len(set(codes)) != len(codes) or any(len(code) > LONGEST_CODE for code in codes):
            yield Fault(f"{at}.register", f"phải có sổ chung, mỗi mã một lần, không quá {LONGEST_CODE} chữ")


INCOMING = edition_file(RULES / "incoming_papers.toml", title="Sổ đăng ký văn bản đến", schema=IncomingRule)
