"""Photographs that come in: only pictures, upright, no larger than needed, and without what the camera wrote beside."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from vungxanh.common.encryption import encrypt

FORMATS = ("JPEG", "PNG", "WEBP")
"""Told by the first bytes of the content, never by the name of the file."""
MOST_PIXELS = 40_000_000
QUALITY = 75


class PhotographError(ValueError):
    """What came is no photograph that is taken; the text says why."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG that holds its pixels and nothing else: no place, no time, no device, no comment.

    `received_sha256` is of the file as it came, by which the same file is known again.
    """

    content: bytes
    width: int
    height: int
    received_sha256: str

    @property
    def columns(self) -> dict[str, Any]:
        """What a row keeps of it: the content encrypted, by `sha256` checked to be the same JPEG when it is opened."""
        return {
            "content": encrypt(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "received_sha256": self.received_sha256,
            "width": self.width,
            "height": self.height,
        }


def cleaned_photograph(content: bytes, *, longest_edge: int) -> Photograph:
    """Encoded anew from its pixels. The size is known before the first pixel is unpacked, so that a small file that
    unpacks to a huge picture costs nothing. Raises `PhotographError`."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            opened.draft("RGB", (longest_edge, longest_edge))  # A JPEG is unpacked no larger than this needs.
            if opened.width * opened.height > MOST_PIXELS:
                words = _("The picture has more than %(count)d million pixels; take a smaller one.")
                raise PhotographError(words % {"count": MOST_PIXELS // 1_000_000})
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((longest_edge, longest_edge))
            pixels = upright.convert("RGBA")
    except PhotographError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotographError(_("This is no photograph that can be read: JPEG, PNG or WebP.")) from error
    clean = Image.new("RGB", pixels.size, "white")
    clean.paste(pixels, mask=pixels.getchannel("A"))
    written = io.BytesIO()
    clean.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Photograph(written.getvalue(), clean.width, clean.height, hashlib.sha256(content).hexdigest())
