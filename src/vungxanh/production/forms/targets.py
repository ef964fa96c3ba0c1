"""Forms of targets."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.production.forms.figures import LONGEST, CellField, FigureField
from vungxanh.production.imports import month
from vungxanh.production.rulebook import ProductionTerm


class MonthField(CellField):
    """The first day of a month; `<input type=month>` sends 2021-09, and 09/2021 is what one types without it."""

    read = staticmethod(month)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "month", "maxlength": "10"}), **kwargs)


class ProposeForm(forms.Form):
    indicator = forms.ChoiceField(label=_("Indicator"))
    first_month = MonthField(label=_("From the month"))
    last_month = MonthField(label=_("To the month"))
    value = FigureField(
        label=_("Target given"), help_text=_("In the unit of measure that stands beside the indicator.")
    )
    basis = forms.CharField(label=_("On what it rests"), max_length=LONGEST, help_text=_("Number of a paper, or why."))

    def __init__(self, *args: Any, terms: Sequence[ProductionTerm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in terms:
            groups.setdefault(one.field, []).append((one.code, f"{one.name} ({one.unit})"))
        self.fields["indicator"].choices = [("", _("choose")), *groups.items()]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST, required=False)
