"""Evidence of the demonstration agency, drawn when it is needed: a list of those who took part, PDF or picture."""

import datetime
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from vungxanh import documents
from vungxanh.common.formats import day as day_words

FONTS = Path(documents.__file__).parent / "fonts"
WIDTH, MARGIN, LINE = 620, 40, 30
SAMPLE = "Dữ liệu mẫu để trình diễn"


def list_of_people(title: str, unit: str, names: Sequence[str], day: datetime.date, *, kind: str) -> bytes:
    """One page; `kind`: PDF or JPEG."""
    lines = [unit, "", f"Ngày {day_words(day)}", "", *(f"{number}.  {name}" for number, name in enumerate(names, 1))]
    page = Image.new("L", (WIDTH, 2 * MARGIN + (len(lines) + 4) * LINE), 255)
    pen = ImageDraw.Draw(page)
    pen.text((MARGIN, MARGIN), title, font=_font("Bold", 22), fill=0)
    for row, line in enumerate(lines, start=1):
        pen.text((MARGIN, MARGIN + row * LINE), line, font=_font("Regular", 20), fill=0)
    pen.text((MARGIN, page.height - MARGIN - LINE), SAMPLE, font=_font("Italic", 16), fill=110)
    written, made = io.BytesIO(), day.timetuple()
    dated = {"title": title, "creationDate": made, "modDate": made} if kind == "PDF" else {"quality": 70}
    page.save(written, kind, **dated)
    return written.getvalue()


def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"Tinos-{style}.ttf", size)
