"""What a change changed, as the trail keeps it."""

from collections.abc import Mapping


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Of every field that differs its value before and after; of a list how many stood in it; of `text` only that it
    was changed."""
    differ = [key for key in after if key != "text" and before[key] != after[key]]
    found: dict[str, object] = {}
    if differ:
        found["before"] = {key: _short(before[key]) for key in differ}
        found["after"] = {key: _short(after[key]) for key in differ}
    if before["text"] != after["text"]:
        found["text_changed"] = True
    return found


def _short(value: object) -> object:
    return len(value) if isinstance(value, list) else value
