"""Photographs as a telephone makes them."""

import io

from PIL import Image


def picture(number: int = 0, size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more: object) -> bytes:
    """A file of one colour, a different one for each number; `more` is written beside the pixels."""
    content = io.BytesIO()
    Image.new("RGB", size, (number * 40 % 256, 120, 60)).save(content, kind, **more)
    return content.getvalue()


def photograph_with_place(size: tuple[int, int] = (60, 40)) -> bytes:
    """Lying on its side, with where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees to see it upright.
    exif[0x010F] = "Hang-dien-thoai"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    return picture(size=size, exif=exif, comment=b"toa-do 21.3, 105.6")
