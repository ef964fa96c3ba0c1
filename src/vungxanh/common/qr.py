"""QR codes: as SVG in a page, so that print is sharp and no request is made for them; as pictures for papers."""

import io
from typing import Literal

import segno
from django.utils.safestring import SafeString, mark_safe

DOTS = 8
"""Of a module, in a picture of dots."""


def qr_picture(text: str, *, error: str = "m") -> SafeString:
    """As wide as its frame. `error` is how much may be dirty or torn: l 7 %, m 15 %, q 25 %, h 30 %."""
    made = segno.make(text, error=error, micro=False)
    return mark_safe(made.svg_inline(omitsize=True, border=2, svgclass="vx-qr", lineclass=None))


def qr_file(text: str, kind: Literal["svg", "png"]) -> bytes:
    """A picture with an edge of one module, for white paper. The same bytes for the same text."""
    buffer = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(buffer, kind=kind, border=1, scale=1 if kind == "svg" else DOTS)
    return buffer.getvalue()
