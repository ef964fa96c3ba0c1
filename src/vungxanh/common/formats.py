"""Dates, figures, money and names in words and signs: the only place where a screen or a paper gets them from.

Dates stay dd/mm/yyyy and the clock 24-hour in both languages, because the papers show them so; the signs that group
and part a figure follow the language.
"""

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats as locale_formats
from django.utils.translation import get_language, gettext, ngettext, pgettext

from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical

NOTHING = "–"
NO_BREAK = "\u00a0"
WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}

Figure = int | float | Decimal


def day(value: datetime.date | None) -> str:
    """06/10/2021; of a moment, its day in Viet Nam."""
    return _local_date(value).strftime("%d/%m/%Y") if value else NOTHING


def short_day(value: datetime.date | None) -> str:
    """06/10, for heads of narrow columns."""
    return _local_date(value).strftime("%d/%m") if value else NOTHING


def clock_time(value: datetime.datetime | datetime.time | None) -> str:
    """07:31."""
    if value is None:
        return NOTHING
    return (value.astimezone(ZONE) if isinstance(value, datetime.datetime) else value).strftime("%H:%M")


def moment(value: datetime.datetime | None) -> str:
    """07:31 06/10/2021."""
    return f"{clock_time(value)}{NO_BREAK}{day(value)}" if value else NOTHING


def weekday(value: datetime.date | None) -> str:
    """Thứ Tư, 06/10/2021."""
    return f"{WEEKDAYS[_language()][_local_date(value).weekday()]}, {day(value)}" if value else NOTHING


def short_weekday(value: datetime.date | None) -> str:
    """T4, for heads of narrow columns."""
    return SHORT_WEEKDAYS[_language()][_local_date(value).weekday()] if value else NOTHING


def number(value: Figure | None, decimals: int | None = None) -> str:
    """1.234,5 in Vietnamese and 1,234.5 in English; without `decimals` as many as the value has, two at most."""
    if value is None:
        return NOTHING
    # Most of what a board of thousands of figures shows.
    if type(value) is int and decimals is None and 0 <= value < 1000:
        return str(value)
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-(2 if decimals is None else decimals)), rounding=ROUND_HALF_UP)
    if decimals is None:
        rounded = rounded.quantize(Decimal(1)) if rounded == rounded.to_integral() else rounded.normalize()
    return str(locale_formats.number_format(rounded, use_l10n=True, force_grouping=True)).replace("-", "−")


def money(value: Figure | None) -> str:
    """1.490.000 đ, whole đồng."""
    return f"{number(value, 0)}{NO_BREAK}đ" if value is not None else NOTHING


def percent(ratio: Figure | None, decimals: int = 1) -> str:
    """95,5% of a ratio between 0 and 1, rounded towards less: what is not whole is never shown as 100%."""
    if ratio is None:
        return NOTHING
    step = 10**decimals
    # One ten-thousandth of a step forgives binary fractions such as 0.29 * 100.
    return f"{number(math.floor(float(ratio) * 100 * step + 1e-4) / step)}%"


def duration(span: datetime.timedelta) -> str:
    """2 giờ 5 phút: the two largest parts of a span, its sign left out, whole minutes rounded down."""
    minutes = int(abs(span.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest} if rest and not days else "",
    ]
    return " ".join(part for part in parts if part) or gettext("under a minute")


def time_left(due: datetime.datetime, now: datetime.datetime) -> str:
    """còn 1 giờ 12 phút, or quá hạn 12 phút."""
    span = due - now
    template = (
        pgettext("deadline", "%(span)s left")
        if span >= datetime.timedelta()
        else pgettext("deadline", "%(span)s overdue")
    )
    return template % {"span": duration(span)}


def person_name(value: object) -> str:
    """The full name of a person, or of anything that has `full_name`, in one spelling."""
    return canonical(str(getattr(value, "full_name", None) or value or "")) or NOTHING


def _local_date(value: datetime.date) -> datetime.date:
    return value.astimezone(ZONE).date() if isinstance(value, datetime.datetime) else value


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
