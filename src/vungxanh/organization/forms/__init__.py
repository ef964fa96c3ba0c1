"""Input of the pages of the organization: clean values, nothing saved."""

import datetime
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.common.lists.columns import CellError, code
from vungxanh.common.uploads import UploadField
from vungxanh.organization.enums import (
    AbsenceKind,
    CalendarDayKind,
    ContractKind,
    DayPart,
    GroupKind,
    PartyKind,
    PlaceKind,
    Role,
    RosterKind,
    Sex,
    UnitKind,
)
from vungxanh.organization.imports import columns
from vungxanh.organization.models import Person, Shift, Site
from vungxanh.organization.tax_codes import tax_code
from vungxanh.organization.tree import UnitNode

Value = TypeVar("Value")
LARGEST_UPLOAD = 12 * 1024 * 1024


class DayInput(forms.DateInput):
    """The browser's own calendar; its value is 2021-09-20 whatever the language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DayInput(), input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class UploadForm(forms.Form):
    file = UploadField(
        label=_("File (XLSX or CSV)"),
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


class PartyListForm(UploadForm):
    """`agencies`: where the one who imports may keep parties."""

    agency = forms.TypedChoiceField(label=_("Agency"), coerce=int)

    def __init__(self, *args: Any, agencies: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = unit_choices(agencies)  # type: ignore[attr-defined]


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
    """`held`: the role and unit pairs that can be delegated, as (value, words); `deputies`: who is likely to act."""

    what = forms.ChoiceField(label=_("Role"))
    delegate = forms.CharField(label=_("User name of the one who acts"), max_length=60)
    first_day = day_field(_("First day"))
    last_day = day_field(_("Last day"))
    reason = forms.CharField(label=_("Why you are away"), max_length=200)
    handover = forms.CharField(
        label=_("What is pending"), widget=forms.Textarea(attrs={"rows": 3}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, held: list[tuple[str, str]], deputies: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = held  # type: ignore[attr-defined]
        names = ", ".join(f"{user.full_name}: {user.username}" for user in deputies)
        if names:
            self.fields["delegate"].help_text = _("Deputies and their user names: %(names)s.") % {"names": names}


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


class UnitForm(forms.Form):
    """`parents`: where the unit may hang; `is_new` asks for a code, `is_root` for no unit above."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(label=_("Short name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = forms.TypedChoiceField(label=_("Below"), coerce=int)
    position = forms.IntegerField(label=_("Place among its siblings"), min_value=0, max_value=10_000, initial=0)
    has_seal = forms.BooleanField(label=_("has a seal"), required=False)
    has_account = forms.BooleanField(label=_("has an account"), required=False)
    has_number_series = forms.BooleanField(label=_("numbers its own papers"), required=False)
    has_fund = forms.BooleanField(label=_("has a fund"), required=False)
    is_reporting_point = forms.BooleanField(label=_("answers on the national map"), required=False)
    area_code = forms.CharField(
        label=_("Code of the commune"), max_length=10, required=False, help_text=_("Of the statistics office: 08710")
    )
    valid_from = day_field(_("From the day"))
    basis = forms.CharField(label=_("Decision or reason"), max_length=200)

    def __init__(
        self, *args: Any, parents: Iterable[UnitNode], on: datetime.date, is_new: bool, is_root: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["parent"].choices = unit_choices(parents)  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["code"]
        if is_root:
            del self.fields["parent"]

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])

    def clean_area_code(self) -> str:
        return known_area(self.cleaned_data["area_code"], on=self.on)


class DissolveForm(forms.Form):
    into = forms.TypedChoiceField(label=_("People and units go to"), coerce=int, required=False, empty_value=None)
    valid_from = day_field(_("From the day"))
    basis = forms.CharField(label=_("Decision or reason"), max_length=200)

    def __init__(self, *args: Any, units: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = ("", _("nobody: the unit is empty"))
        self.fields["into"].choices = [nobody, *unit_choices(units)]  # type: ignore[attr-defined]


class SiteForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(label=_("Address"), max_length=250, required=False)
    area_code = forms.CharField(
        label=_("Code of the commune"), max_length=10, required=False, help_text=_("Of the statistics office: 08710")
    )

    def __init__(self, *args: Any, on: datetime.date, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        if not is_new:
            del self.fields["code"]

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])

    def clean_area_code(self) -> str:
        return known_area(self.cleaned_data["area_code"], on=self.on)


class PlaceForm(forms.Form):
    """A gate, room, vehicle or field post; what it is cannot be changed later."""

    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Stands in the QR code: short, such as CONG1"))
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=PlaceKind.choices)
    capacity = forms.IntegerField(label=_("How many people fit in"), min_value=1, max_value=32000, required=False)
    has_fixed_code = forms.BooleanField(
        label=_("A printed code instead of a screen"),
        required=False,
        help_text=_("Only where there is no network or screen: a printed code can be photographed, so it proves less."),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"], self.fields["kind"]

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])


class DayForm(forms.Form):
    """A day from which something holds or is over."""

    day = day_field(_("From the day"))


class ShiftForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    starts = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(
        label=_("Ends at"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("An end at or before the start is on the next day."),
    )

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])


class PersonForm(forms.Form):
    """What a person is; the readers are those of the staff list."""

    full_name = forms.CharField(label=_("Full name"), max_length=160)
    birth_date = day_field(_("Birth date"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", _("choose")), *Sex.choices], required=False)
    identity_number = forms.CharField(label=_("Identity number"), max_length=20, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    residence_code = forms.CharField(
        label=_("Code of the commune of residence"),
        max_length=10,
        required=False,
        help_text=_("Of the statistics office: 08710"),
    )

    def __init__(self, *args: Any, on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_full_name(self) -> str:
        return read_by(columns.name, self.cleaned_data["full_name"])

    def clean_identity_number(self) -> str:
        typed: str = self.cleaned_data["identity_number"]
        return read_by(columns.identity_number, typed) if typed else ""

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        return read_by(columns.phone, typed) if typed else ""

    def clean_residence_code(self) -> str:
        return known_area(self.cleaned_data["residence_code"], on=self.on)

    @property
    def values(self) -> dict[str, Any]:
        """As `staff_rows.facts` takes them; what was emptied is emptied."""
        found = {key: self.cleaned_data[key] for key in PersonForm.base_fields if key != "residence_code"}
        return {**found, "residence_id": area_id(self.cleaned_data["residence_code"], on=self.on)}


class PostForm(forms.Form):
    """Where somebody goes: a transfer, or with an end a secondment."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    title = forms.CharField(label=_("Title"), max_length=120)
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.filter(closed_on__isnull=True).order_by("code"), required=False
    )
    valid_from = day_field(_("From the day"))
    valid_to = day_field(_("Until before the day"), required=False)
    basis = forms.CharField(label=_("Decision or reason"), max_length=200, required=False)

    def __init__(self, *args: Any, units: Iterable[UnitNode], has_end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(units)  # type: ignore[attr-defined]
        if not has_end:
            del self.fields["valid_to"]


class NewPersonForm(PostForm, PersonForm):
    """Somebody new: the person and the first post."""

    staff_code = forms.CharField(label=_("Staff code"), max_length=40)
    contract = forms.ChoiceField(label=_("Contract"), choices=[("", _("choose")), *ContractKind.choices])
    pattern = forms.CharField(
        label=_("Working days"),
        max_length=40,
        required=False,
        initial="Hành chính",
        help_text=_("“Hành chính”, “Theo ca”, or the days: T2, T4, CN"),
    )
    field_order = ["staff_code", *PersonForm.base_fields, "unit", "title", "contract", "pattern", "site"]

    def clean_staff_code(self) -> str:
        return read_by(code, self.cleaned_data["staff_code"])

    def clean_pattern(self) -> tuple[str, int]:
        return read_by(columns.pattern, self.cleaned_data["pattern"] or "Hành chính")


class GroupForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=GroupKind.choices)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)

    def __init__(self, *args: Any, units: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(units)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])


class MemberForm(forms.Form):
    staff_code = forms.CharField(label=_("Staff code"), max_length=40)
    valid_from = day_field(_("From the day"))

    def clean_staff_code(self) -> str:
        return read_by(code, self.cleaned_data["staff_code"])


class DecisionForm(forms.Form):
    """About two who may be one: which row stays, or that they are two."""

    decision = forms.ChoiceField(choices=[("FIRST", ""), ("SECOND", ""), ("TWO", "")])


def read_by(read: Callable[[str], Value], typed: str) -> Value:
    """A value by the reader of a column."""
    try:
        return read(typed)
    except CellError as error:
        raise forms.ValidationError(str(error)) from error


def area_id(code: str, *, on: datetime.date) -> int | None:
    found = all_areas_by_code([code], on=on).get(code) if code else None
    return found.pk if found else None


def known_area(code: str, *, on: datetime.date) -> str:
    if code and area_id(code, on=on) is None:
        raise forms.ValidationError(_("there is no area with this code"))
    return code


class PartyForm(forms.Form):
    """An outside party. `agencies`: where the one who writes may keep parties."""

    agency = forms.TypedChoiceField(label=_("Agency"), coerce=int)
    code = forms.CharField(label=_("Code"), max_length=20, help_text=_("Short, such as DN-SAOMAI"))
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=PartyKind.choices)
    tax_code = forms.CharField(label=_("Tax code"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=250, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=160, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=120, required=False)

    def __init__(self, *args: Any, agencies: Iterable[UnitNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agencies:
            self.fields["agency"].choices = unit_choices(agencies)  # type: ignore[attr-defined]
        else:
            del self.fields["agency"], self.fields["code"]

    def clean_code(self) -> str:
        return read_by(code, self.cleaned_data["code"])

    def clean_name(self) -> str:
        return read_by(columns.party_name, self.cleaned_data["name"])

    def clean_tax_code(self) -> str:
        return read_by(tax_code, self.cleaned_data["tax_code"]) if self.cleaned_data["tax_code"] else ""

    def clean_phone(self) -> str:
        return read_by(columns.phone, self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""

    def clean_email(self) -> str:
        return read_by(columns.email, self.cleaned_data["email"]) if self.cleaned_data["email"] else ""


class AliasForm(forms.Form):
    text = forms.CharField(label=_("Another name"), max_length=200)

    def clean_text(self) -> str:
        return read_by(columns.party_name, self.cleaned_data["text"])
