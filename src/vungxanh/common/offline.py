"""What an own device holds so that it opens without network: built files, and a page for each part that works alone.

A module registers its shell in `apps.ready()`: a page that is the same for everybody, holds nothing personal, and is
shown in the place of addresses that cannot be reached.
"""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse

PREFIX = "/static/dist/"
HELD_KINDS = (".js", ".css", ".svg", ".woff2")
"""A reader of QR codes of a megabyte is held only by those who have used it."""

_shells: dict[str, str] = {}


def register_shell(prefix: str, *, url_name: str) -> None:
    """`prefix`: addresses that begin with it, or `/` for the first page alone."""
    _shells[prefix] = url_name


def worker_source() -> str:
    """The service worker, with the list of what it holds in front."""
    dist = _dist()
    return f"self.HELD = {json.dumps(_held(dist))};\n{(dist / 'worker.js').read_text(encoding='utf-8')}"


def _held(dist: Path) -> dict[str, object]:
    manifest = json.loads((dist / ".vite/manifest.json").read_text(encoding="utf-8"))
    parts = [(part["file"], *part.get("css", ()), *part.get("assets", ())) for part in manifest.values()]
    names = {name for part in parts for name in part}
    files = sorted(f"{PREFIX}{name}" for name in names if name.endswith(HELD_KINDS))
    shells = {prefix: reverse(name) for prefix, name in sorted(_shells.items())}
    whole = json.dumps([files, shells]) + (dist / "worker.js").read_text(encoding="utf-8")
    return {"version": hashlib.sha256(whole.encode()).hexdigest()[:16], "files": files, "shells": shells}


def _dist() -> Path:
    return Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).parents[1]
