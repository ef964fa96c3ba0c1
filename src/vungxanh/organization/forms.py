"""Input of the pages of the organization: clean values, nothing saved."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, DayPart, Role, RosterKind
from vungxanh.organization.models import Person, Shift
from vungxanh.organization.tree import UnitNode

LARGEST_UPLOAD = 12 * 1024 * 1024


class DayInput(forms.DateInput):
    """The browser's own calendar; its value is 2021-09-20 whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Staff list (XLSX or CSV)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB.") % {"size": LARGEST_UPLOAD // 1024 // 1024}
            )
        return file


class RoleForm(forms.Form):
    """`units`: those at which the one who grants may."""

    username = forms.CharField(label=_("User name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("choose")), *Role.choices])
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    valid_from = day_field(_("From the day"))
    valid_to = day_field(_("Until before the day"), required=False)
    basis = forms.CharField(label=_("Decision or reason"), max_length=200, required=False)

    def __init__(self, *args: Any, units: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(units)  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """`held`: the role and unit pairs that can be delegated, as (value, words)."""

    what = forms.ChoiceField(label=_("Role"))
    delegate = forms.CharField(label=_("User name of the one who acts"), max_length=60)
    first_day = day_field(_("First day"))
    last_day = day_field(_("Last day"))
    reason = forms.CharField(label=_("Why you are away"), max_length=200)
    handover = forms.CharField(
        label=_("What is pending"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, held: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = held  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("choose")), *AbsenceKind.choices])
    first_day = day_field(_("First day"))
    last_day = day_field(_("Last day"))
    part = forms.ChoiceField(label=_("Part of the day"), choices=DayPart.choices, initial=DayPart.WHOLE)
    declares_remotely = forms.BooleanField(label=_("Declares from afar (travel, at home)"), required=False)
    document_number = forms.CharField(label=_("Number of the paper"), max_length=80, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class CalendarForm(forms.Form):
    date = day_field(_("Day"))
    kind = forms.ChoiceField(label=_("Is a"), choices=CalendarDayKind.choices)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    reason = forms.CharField(label=_("Decision or reason"), max_length=200)

    def __init__(self, *args: Any, units: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(units)  # type: ignore[attr-defined]


class RosterForm(forms.Form):
    """`people` and `shifts` of the unit whose roster it is."""

    date = day_field(_("Day"))
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=RosterKind.choices, initial=RosterKind.DUTY)
    shift = forms.ModelChoiceField(label=_("Shift"), queryset=Shift.objects.none(), required=False)

    def __init__(self, *args: Any, people: Any, shifts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["shift"].queryset = shifts  # type: ignore[attr-defined]


def unit_choices(units: Iterable[UnitNode]) -> list[tuple[int, str]]:
    return [(node.id, f"{node.short_name} ({node.code})") for node in units]
