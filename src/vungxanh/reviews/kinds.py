"""The kinds of papers that the reviews draft."""

import datetime

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from vungxanh.documents.content import Content
from vungxanh.documents.kinds import Kind, Subject
from vungxanh.reviews.enums import ReviewKind


class NotDraftedHereError(LookupError):
    """A review needs its figures, which only its own page counts and keeps."""


def code_of(kind: str) -> str:
    return f"reviews.{kind.lower()}"


def made_anew_at(subject: Subject) -> str:
    campaign, _colon, report = subject.key.partition(":")
    return reverse("reviews:review_draft", args=[campaign, report])


def _refused(subject: Subject, at: datetime.datetime) -> Content:
    raise NotDraftedHereError(f"{subject.key}, {at}")


NAMES = {
    ReviewKind.LAUNCH: pgettext_lazy("paper", "Report on the launch of a movement"),
    ReviewKind.INTERIM: pgettext_lazy("paper", "Interim review of a movement"),
    ReviewKind.ANNUAL: pgettext_lazy("paper", "Annual report of a movement"),
    ReviewKind.FINAL: pgettext_lazy("paper", "Final review of a movement"),
}
KINDS = {
    kind: Kind(code_of(kind), name, 30 + place, _refused, again=made_anew_at)
    for place, (kind, name) in enumerate(NAMES.items())
}
