"""Forms of figures: those of a month, and the decision on several at once."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from vungxanh.common.lists.columns import CellError
from vungxanh.production.imports import figure
from vungxanh.production.models import ProductionFigure
from vungxanh.production.rulebook import ProductionTerm

LONGEST = 300


class CellField(forms.Field):
    """Read as a cell of the spreadsheet is, by `read`; None where it is left empty."""

    read: Callable[[str], Any]

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.read(text)
        except CellError as error:
            raise forms.ValidationError(capfirst(str(error))) from error


class FigureField(CellField):
    """A figure as it is written in Vietnamese."""

    read = staticmethod(figure)

    def __init__(self, **kwargs: Any) -> None:
        inputs = {"inputmode": "decimal", "maxlength": "30"}
        super().__init__(**{"widget": forms.TextInput(attrs=inputs), **kwargs})


def written(value: Decimal | None) -> str:
    """As one would type it."""
    if value is None:
        return ""
    whole = value.to_integral()
    return str(whole) if value == whole else format(value.normalize(), "f").replace(".", ",")


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator of which a figure is asked for; `latest`: the newest version."""

    term: ProductionTerm
    latest: ProductionFigure | None = None


@dataclass(frozen=True, slots=True)
class Given:
    indicator: str
    value: Decimal
    note: str
    seen: int


class MonthForm(forms.Form):
    """Three fields for each indicator, named by its code: value, source, and the version that was shown."""

    def __init__(self, *args: Any, asked: Sequence[Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked:
            code, latest = one.term.code, one.latest
            self.fields[f"v_{code}"] = FigureField(
                label=f"{one.term.name} ({one.term.unit})",
                help_text=one.term.says,
                required=False,
                initial=written(latest.value) if latest else "",
            )
            self.fields[f"g_{code}"] = forms.CharField(
                label=_("Source, evidence"), required=False, max_length=LONGEST, initial=latest.note if latest else ""
            )
            self.fields[f"s_{code}"] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=latest.number if latest else 0
            )

    def show_newest(self, codes: Collection[str]) -> None:
        """Of these indicators the newest version has been seen once the page is shown again."""
        numbers = {one.term.code: one.latest.number if one.latest else 0 for one in self.asked}
        seen = {f"s_{code}": str(numbers[code]) for code in codes if code in numbers}
        sent = {name: self.data[name] for name in self.data}
        self.data = MultiValueDict({name: [value] for name, value in {**sent, **seen}.items()})

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        for one in self.asked:
            code = one.term.code
            yield {
                "asked": one,
                "value": self[f"v_{code}"],
                "note": self[f"g_{code}"],
                "seen": self[f"s_{code}"],
            }

    @property
    def given(self) -> list[Given]:
        """Of those that are filled in."""
        clean = self.cleaned_data
        return [
            Given(code, clean[f"v_{code}"], clean[f"g_{code}"], clean[f"s_{code}"] or 0)
            for code in (one.term.code for one in self.asked)
            if clean.get(f"v_{code}") is not None
        ]


class CheckForm(forms.Form):
    """`figures`: keys that were ticked; `reason` where they are sent back."""

    figures = forms.TypedMultipleChoiceField(coerce=int, required=False)
    reason = forms.CharField(label=_("Why they are sent back"), max_length=LONGEST, required=False)

    def __init__(self, *args: Any, keys: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figures"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]
