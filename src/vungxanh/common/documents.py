"""Where the documents of the product lie: packed with it in an installed wheel, in `docs/` of a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
PACKED, CHECKOUT = PACKAGE / "docs", PACKAGE.parents[1] / "docs"


def documents() -> Path:
    return PACKED if PACKED.is_dir() else CHECKOUT
