"""What the modules below `organization` ask of it: who administers what, and who an account is in words.

`organization` fills this in `apps.ready()`; without it nobody administers anything.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.common import clock
from vungxanh.common.verdict import Verdict, refused

Name = tuple[str, str]
"""A kind of thing and its id, as the audit trail names its subjects."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the person behind an account works and which roles it holds, in words."""

    unit: str = ""
    roles: tuple[str, ...] = ()


class Directory(Protocol):
    """Answers are for a day; `user` is an account."""

    def may_administer(self, user: Any, *, on: datetime.date) -> Verdict:
        """Whether the user administers anything at all."""

    def may_keep_areas(self, user: Any, *, on: datetime.date) -> Verdict:
        """Whether the user imports administrative units and their published levels."""

    def unit_ids_administered_by(self, user: Any, *, on: datetime.date) -> set[int] | None:
        """Units whose affairs the user administers; None where it is the whole installation."""

    def accounts_administered_by(self, user: Any, *, on: datetime.date) -> QuerySet[Any]:
        """Accounts that work and hold roles nowhere but in these units."""

    def standings(self, user_ids: Collection[int], *, on: datetime.date) -> dict[int, Standing]:
        """By account, in a flat number of queries."""

    def names_of(self, user: Any) -> list[Name]:
        """The names under which the trail speaks of the person behind the account."""


_filled: list[Directory] = []


def fill(directory: Directory) -> None:
    """Filling it again replaces it, so that `ready()` may run twice."""
    _filled[:] = [directory]


def directory() -> Directory:
    return _filled[0]


def may_administer(user: Any, *, on: datetime.date) -> Verdict:
    if not _filled or not user.is_active:
        return refused(_("Only an administrator does this."))
    return _filled[0].may_administer(user, on=on)


def may_keep_areas(user: Any, *, on: datetime.date) -> Verdict:
    if not _filled or not user.is_active:
        return refused(_("Only the Office or an administrator imports areas and levels."))
    return _filled[0].may_keep_areas(user, on=on)


def is_administrator(request: HttpRequest) -> bool:
    """For the navigation; asked once a request."""
    known = getattr(request, "is_administrator", None)
    if known is None:
        user = getattr(request, "user", None)
        known = bool(user and user.is_authenticated and may_administer(user, on=clock.today()))
        request.is_administrator = known  # type: ignore[attr-defined]
    return bool(known)
