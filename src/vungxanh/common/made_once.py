"""Files that are made at their first use, such as keys."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, content: Callable[[], bytes]) -> bytes:
    """What is in the file, made where there is none: readable by its owner only, and whole whenever it is there, also
    where several processes come to it at once."""
    if not path.exists():
        descriptor, made = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content())
            file.flush()
            # What is encrypted with it must not outlive it.
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        os.unlink(made)
    return path.read_bytes()
