"""Input about assignments to the front line."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.common.uploads import UploadField
from vungxanh.organization.enums import FrontLinePlace
from vungxanh.organization.forms import area_id, day_field, known_area
from vungxanh.organization.models import Person

FILES = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/jpeg,image/png,image/webp"

NO_HEALTH = _("Say nothing of anybody's health; an absence is there for that.")


class AssignForm(forms.Form):
    """`key` makes a page that is sent twice one assignment. `people`: those whom the unit may send."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none(), empty_label=_("choose"))
    order_number = forms.CharField(
        label=_("Number of the paper that sends"), max_length=80, help_text=_("As it stands there: 128/QĐ-SNN.")
    )
    order_date = day_field(_("Date of the paper"), required=False)
    place_kind = forms.ChoiceField(label=_("Kind of place"), choices=[("", _("choose")), *FrontLinePlace.choices])
    place = forms.CharField(label=_("Place"), max_length=200)
    area_code = forms.CharField(label=_("Code of the commune or district"), max_length=20, required=False)
    work = forms.CharField(label=_("Work there"), max_length=300)
    first_day = day_field(_("First day"))
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day_field("").widget,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        help_text=_("Leave it empty where nobody knows yet; it then lasts until you end it."),
    )
    declares_remotely = forms.BooleanField(
        label=_("Declares from afar; otherwise nothing is expected in these days"), required=False
    )

    def __init__(self, *args: Any, people: Any, on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_area_code(self) -> str:
        return known_area(self.cleaned_data["area_code"].strip(), on=self.on)

    @property
    def area_id(self) -> int | None:
        return area_id(self.cleaned_data["area_code"], on=self.on)


class ConfirmForm(forms.Form):
    """What the receiver confirmed: by a scan, by words, or by both."""

    name = forms.CharField(label=_("Who confirms"), max_length=160)
    post = forms.CharField(label=_("Post of the receiver"), max_length=120)
    organisation = forms.CharField(label=_("Organisation of the receiver"), max_length=200)
    day = day_field(_("Day of the confirmation"))
    note = forms.CharField(
        label=_("What is confirmed"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    scan = UploadField(
        label=_("Scan of the paper, PDF or photograph"),
        required=False,
        widget=forms.FileInput(attrs={"accept": FILES}),
        error_messages={"empty": _("The file is empty.")},
    )


class ExtendForm(forms.Form):
    last_day = day_field(_("Serves until the day"), required=False)
    reason = forms.CharField(label=_("By which paper, or why"), max_length=300)


class EndForm(forms.Form):
    last_day = day_field(_("Last day served"))
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=NO_HEALTH)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=NO_HEALTH)
