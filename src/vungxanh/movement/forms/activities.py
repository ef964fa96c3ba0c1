"""The form of an activity: what was done, who took part, and what came of it in figures, a row each."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from vungxanh.movement.forms.writing import PICTURES, Pictures, PicturesField, WrittenForm, day_field
from vungxanh.movement.operations.activities import (
    LONGEST_MEASURE,
    LONGEST_PLACE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WHAT,
    MOST_FIGURES,
    MOST_NAMED,
    MOST_PRESENT,
    Told,
)
from vungxanh.movement.operations.pledges import lines_of
from vungxanh.movement.queries.activities import Result

ROWS = range(1, MOST_FIGURES + 1)


class ActivityForm(WrittenForm):
    title = forms.CharField(label=_("What it was"), max_length=LONGEST_TITLE)
    held_on = day_field(_("Day"))
    until = day_field(_("Until the day, where it lasted longer"), required=False)
    place = forms.CharField(label=_("Place"), max_length=LONGEST_PLACE)
    text = forms.CharField(
        label=_("What the group did"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )
    took_part = forms.IntegerField(
        label=_("How many took part"), min_value=1, max_value=MOST_PRESENT, widget=forms.NumberInput
    )
    people = forms.CharField(
        label=_("Who of the staff took part"),
        required=False,
        max_length=MOST_NAMED * 80,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A line each: staff code or full name. Those who are named read it on their own page."),
    )
    pictures = PicturesField(label=_("Pictures"), required=False, widget=Pictures(attrs=PICTURES))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in ROWS:
            self.fields[f"what_{number}"] = forms.CharField(label=_("Result"), required=False, max_length=LONGEST_WHAT)
            self.fields[f"amount_{number}"] = forms.DecimalField(
                label=_("How many"),
                required=False,
                min_value=0,
                max_digits=14,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
            self.fields[f"measured_in_{number}"] = forms.CharField(
                label=_("Unit of measure"), required=False, max_length=LONGEST_MEASURE
            )

    @property
    def before_figures(self) -> Iterator[BoundField]:
        return (field for field in self if field.name in self.base_fields and field.name != "pictures")

    @property
    def figure_rows(self) -> list[tuple[int, list[BoundField]]]:
        return [(number, [self[name] for name in _names(number)]) for number in ROWS]

    def clean(self) -> dict[str, Any]:
        """A row says all three or nothing."""
        clean = super().clean() or {}
        for number in ROWS:
            values = {name: clean.get(name) for name in _names(number)}
            empty = [name for name, value in values.items() if value in (None, "")]
            if 0 < len(empty) < len(values):
                for name in empty:
                    if name not in self.errors:
                        self.add_error(name, _("Say what, how many and in which unit of measure."))
        return clean

    @property
    def told(self) -> Told:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        rows = [[clean[name] for name in _names(number)] for number in ROWS]
        return Told(
            title=clean["title"],
            held_on=clean["held_on"],
            until=clean["until"],
            place=clean["place"],
            text=clean["text"],
            took_part=clean["took_part"],
            people=lines_of(clean["people"]),
            figures=[Result(*row) for row in rows if row[0]],
        )


def figures_initial(figures: Sequence[Result]) -> dict[str, Any]:
    """What stands in the rows of one that is changed."""
    pairs = [zip(_names(number), one, strict=True) for number, one in enumerate(figures, start=1)]
    return {name: value for pair in pairs for name, value in pair}


def _names(number: int) -> list[str]:
    return [f"what_{number}", f"amount_{number}", f"measured_in_{number}"]
