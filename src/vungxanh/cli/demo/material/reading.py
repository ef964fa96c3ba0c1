"""Reads the files of `data/`."""

from pathlib import Path
from typing import TypeVar

import msgspec

DATA = Path(__file__).parent.parent / "data"
T = TypeVar("T")


def read(name: str, shape: type[T]) -> T:
    return msgspec.toml.decode((DATA / name).read_bytes(), type=shape)
