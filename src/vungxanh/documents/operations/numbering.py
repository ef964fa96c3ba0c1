"""Chooses who numbers the papers of a unit in a year, and gives the numbers."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.documents.models import NumberBook, NumberSeries
from vungxanh.documents.operations.moves import day_of, lock_unit
from vungxanh.documents.permissions import may_choose_numbering
from vungxanh.documents.queries import all_highest_numbers, all_own_book

LONGEST_NUMBER = 6


class NumberingRefusedError(ValidationError):
    """The year is over, or the number was given already."""


@transaction.atomic
def choose_numbering(unit_id: int, year: int, *, is_own: bool, actor: User, at: datetime.datetime) -> NumberBook:
    """Own series go on behind every number that was typed in the year. Raises `NumberingRefusedError`."""
    _check(unit_id, year, actor, at)
    chosen = {"is_own": is_own, "chosen_at": at, "chosen_by": actor}
    book, is_new = NumberBook.objects.get_or_create(unit_id=unit_id, year=year, defaults=chosen)
    if not is_new and book.is_own == is_own:
        return book
    for name, value in chosen.items():
        setattr(book, name, value)
    book.save()
    if is_own:
        for code, highest in all_highest_numbers(unit_id, year).items():
            series = _series(book, code)
            series.last_number = max(series.last_number, highest)
            series.save(update_fields=["last_number"])
    _record("documents.choose_numbering", book, actor, at, own_numbers=is_own)
    return book


@transaction.atomic
def start_series(
    unit_id: int, year: int, type_code: str, number: int, *, actor: User, at: datetime.datetime
) -> NumberSeries:
    """`number` is the first that will be given: for an agency that changes over within the year. Only before the series
    gave one, and beyond every number that papers of the year bear. Raises `NumberingRefusedError`."""
    _check(unit_id, year, actor, at)
    book = all_own_book(unit_id, year)
    if book is None:
        raise NumberingRefusedError(_("Numbers of %(year)d are typed, not given here.") % {"year": year})
    if not 1 <= number < 10**LONGEST_NUMBER:
        raise NumberingRefusedError({"number": _("A number lies between 1 and 999999.")})
    series = _series(book, type_code)
    if series.papers.exists():
        raise NumberingRefusedError(_("This series has given numbers; it goes on without gaps."))
    highest = all_highest_numbers(unit_id, year).get(type_code, 0)
    if number <= highest:
        words = _("Number %(number)d of this type is already given this year; begin behind it.")
        raise NumberingRefusedError({"number": words % {"number": highest}})
    series.last_number = number - 1
    series.save(update_fields=["last_number"])
    _record("documents.start_series", book, actor, at, symbol=type_code, first_number=number)
    return series


def take_number(book: NumberBook, type_code: str) -> NumberSeries:
    """The series with its `last_number` just taken. Call it within the transaction that uses the number, with the unit
    locked: whoever comes next waits until that is over, and what is rolled back gives the number back."""
    series = _series(book, type_code)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series


def _series(book: NumberBook, type_code: str) -> NumberSeries:
    """Locked; made at its first use, behind what was typed in the year."""
    found = NumberSeries.objects.select_for_update(no_key=True).filter(book=book, type_code=type_code).first()
    if found:
        return found
    highest = all_highest_numbers(book.unit_id, book.year).get(type_code, 0)
    return NumberSeries.objects.create(book=book, type_code=type_code, last_number=highest)


def _check(unit_id: int, year: int, actor: User, at: datetime.datetime) -> None:
    day = day_of(at)
    may_choose_numbering(actor, unit_id, on=day).or_refuse()
    if not day.year <= year <= day.year + 1:
        raise NumberingRefusedError(_("Chosen for this year or the next one."))
    lock_unit(unit_id)


def _record(action: str, book: NumberBook, actor: User, at: datetime.datetime, **detail: object) -> None:
    detail = {"year": str(book.year), **detail}
    record(action, actor=actor, at=at, subject=book, unit_id=book.unit_id, detail=detail)
