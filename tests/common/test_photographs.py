"""What is kept of a photograph that comes in, and what is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.factories.photographs import photograph_with_place, picture
from vungxanh.common.photographs import PhotographError, cleaned_photograph


def test_photograph_keeps_its_pixels_upright_and_nothing_else() -> None:
    given = photograph_with_place()
    assert b"Hang-dien-thoai" in given
    assert b"toa-do" in given
    clean = cleaned_photograph(given, longest_edge=2200)
    assert (clean.width, clean.height) == (40, 60)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert (image.format, image.size) == ("JPEG", (40, 60))
        assert dict(image.getexif()) == {}
        assert {"exif", "comment", "icc_profile", "xmp"} & image.info.keys() == set()
    assert b"toa-do" not in clean.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photograph_of_each_kind_comes_no_larger_than_asked(kind: str) -> None:
    clean = cleaned_photograph(picture(size=(900, 300), kind=kind), longest_edge=300)
    assert (clean.width, clean.height) == (300, 100)


def test_photograph_with_transparency_stands_on_white() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(content, "PNG")
    clean = cleaned_photograph(content.getvalue(), longest_edge=100)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.convert("L").getextrema()[0] > 250


def huge_png() -> bytes:
    """A few bytes that say they are 30,000 × 30,000 pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff\xe0 only the first bytes of a JPEG",
        picture()[:300],
        picture(kind="GIF"),
        huge_png(),
    ],
    ids=["nothing", "pdf", "svg", "magic", "cut", "gif", "bomb"],
)
def test_what_is_no_photograph_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(PhotographError, match=r"photograph|pixels|ảnh"):
        cleaned_photograph(content, longest_edge=2200)
