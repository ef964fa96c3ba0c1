"""What people wrote into the version before: what stays of it when a review is drafted anew."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vungxanh.documents.content import Content
from vungxanh.reviews.models import Review

HEADS = ("recipients", "signature")


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that people changed: their text, and what would be proposed now. `is_gone`: the rule has no such part any
    more, so that the text stays in the version before alone."""

    label: str
    written: str
    proposed: str
    is_gone: bool


def proposed_of(content: Content) -> dict[str, Any]:
    """What is kept of a draft, so that later it is known what people changed."""
    texts = {part.label: part.text for _at, part in content.free_parts}
    return {"texts": texts, "signer": content.signer, **{name: list(getattr(content, name)) for name in HEADS}}


def written_texts(before: Review | None) -> dict[str, str]:
    """By label, the texts that people changed; what stands in several parts under one label, as those that were added
    in Word, is one text."""
    if before is None:
        return {}
    drafted, written = before.proposed["texts"], dict[str, str]()
    for _at, part in before.paper.parts.free_parts:
        written[part.label] = f"{written[part.label]}\n{part.text}" if part.label in written else part.text
    return {label: text for label, text in written.items() if text != drafted.get(label)}


def differences(before: Review | None, proposed: Content) -> list[Difference]:
    """In the order of the version before; a text that would be proposed as it was written is none."""
    now = {part.label: part.text for _at, part in proposed.free_parts}
    return [
        Difference(label, text, now.get(label, ""), label not in now)
        for label, text in written_texts(before).items()
        if now.get(label) != text
    ]


def carried_over(before: Review | None, proposed: Content, take_new: Collection[str]) -> Content:
    """The proposed paper with the texts that people wrote before, but for the labels in `take_new`; who signs and who
    gets it as people left them."""
    if before is None:
        return proposed
    written, then = written_texts(before), before.paper.parts
    texts = {at: written[part.label] for at, part in proposed.free_parts
             if part.label in written and part.label not in take_new}  # fmt: skip
    heads: dict[str, Any] = {
        name: getattr(then, name) for name in HEADS if list(getattr(then, name)) != before.proposed[name]
    }
    if then.signer != before.proposed["signer"]:
        heads["signer"] = then.signer
    return proposed.edited(texts, **heads)
