"""How a paper is laid out: page, margins and letters of the decree; how large a signed paper may be."""

from collections.abc import Iterator
from pathlib import Path

from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
LARGEST_MB = 11
"""The server takes no larger request than 12 MB."""


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
