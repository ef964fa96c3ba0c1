"""`{% load vx %}`: dates, figures, names, badges and form controls as every page shows them."""

import datetime
import uuid
from functools import cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django_vite.templatetags.django_vite import vite_asset_url

from vungxanh.common import badges, formats

register = template.Library()

register.filter("day", formats.day)
register.filter("short_day", formats.short_day)
register.filter("moment", formats.moment)
register.filter("clock", formats.clock_time)
register.filter("weekday", formats.weekday)
register.filter("short_weekday", formats.short_weekday)
register.filter("number", formats.number)
register.filter("money", formats.money)
register.filter("percent", formats.percent)
register.filter("person", formats.person_name)
register.simple_tag(formats.time_left, name="time_left")
register.simple_tag(badges.badge, name="badge")
register.simple_tag(badges.drawn, name="drawn_badge")
register.simple_tag(uuid.uuid4, name="fresh_uuid")

SOON = datetime.timedelta(hours=1)
TICKED = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
@cache
def icon_sheet() -> str:
    """The address of the icons, which a page shows by the hundred."""
    return str(vite_asset_url("src/icons.svg"))


@register.filter
def iso(value: datetime.datetime | None) -> str:
    """For `datetime` attributes and for scripts."""
    return value.isoformat() if value else ""


@register.simple_tag
def deadline_state(due: datetime.datetime, now: datetime.datetime) -> str:
    """`calm`, `soon` in the last hour, `over`."""
    if now > due:
        return "over"
    return "soon" if due - now <= SOON else "calm"


@register.simple_tag
def deadline_words() -> str:
    """The words from which the script writes the time left, in the order that it expects."""
    return "|".join(
        (
            pgettext("deadline", "%(span)s left"),
            pgettext("deadline", "%(span)s overdue"),
            pgettext("deadline", "days"),
            pgettext("deadline", "hours"),
            pgettext("deadline", "minutes"),
            gettext("under a minute"),
        )
    )


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a form field with the classes of its kind; ticks and dots are drawn by our own styles alone."""
    widget = field.field.widget
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    kind = "" if isinstance(widget, TICKED) else kind
    own = str(widget.attrs.get("class", ""))
    names = [own, kind, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={**attrs, "class": " ".join(name for name in names if name)})


@register.filter
def is_ticked(field: BoundField) -> bool:
    """A lone checkbox: its label stands after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_choice(field: BoundField) -> bool:
    """Radios or checkboxes: shown as tiles in a fieldset."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.simple_tag
def next_sort(current: str | None, by: str) -> str:
    """The value of `sort` that a click on the head of column `by` asks for: ascending, then descending."""
    return f"-{by}" if current == by else by


@register.simple_tag
def sort_direction(current: str | None, by: str) -> str:
    """The value of aria-sort of the column `by`."""
    return {by: "ascending", f"-{by}": "descending"}.get(current or "", "none")
