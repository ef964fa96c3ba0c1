"""The forms of visits: a visitor's own, an invitation, a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.phones import PhoneError, normalized
from vungxanh.admission.forms.declaring import DeclarationForm
from vungxanh.admission.rulebook import VisitRule
from vungxanh.common.lists.columns import CellError
from vungxanh.organization.imports.columns import identity_number, name
from vungxanh.organization.models import Party


class GuestFields(forms.Form):
    """Who comes, from where, and what for."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Telephone"), max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )
    party_name = forms.CharField(
        label=_("Agency or enterprise"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    purpose = forms.CharField(label=_("Purpose of the visit"), max_length=200)
    group_size = forms.IntegerField(label=_("How many people, with you"), min_value=1, initial=1)
    group_list = forms.CharField(
        label=_("Names of the others"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name on a line."),
    )

    def __init__(self, *args: Any, rule: VisitRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit_rule = rule

    def clean_full_name(self) -> str:
        try:
            return name(self.cleaned_data["full_name"])
        except CellError as error:
            raise forms.ValidationError(str(error).capitalize()) from error

    def clean_phone(self) -> str:
        try:
            return normalized(self.cleaned_data["phone"])
        except PhoneError as error:
            raise forms.ValidationError(_("This is not a telephone number.")) from error

    def clean_group_size(self) -> int:
        size: int = self.cleaned_data["group_size"]
        if size > self.visit_rule.largest_group:
            words = _("At most %(most)d people at once; a larger group comes in parts.")
            raise forms.ValidationError(words % {"most": self.visit_rule.largest_group})
        return size

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        others = [line for line in cleaned.get("group_list", "").splitlines() if line.strip()]
        size = cleaned.get("group_size")
        if size and others and len(others) != size - 1:
            words = _("%(names)d names for %(others)d other people: which is right?")
            self.add_error("group_list", words % {"names": len(others), "others": size - 1})
        return cleaned


class InviteForm(GuestFields):
    """By the host: the site, and when. `parties`: whom what stands under *party* may mean, by code; the host chooses
    one or none."""

    party = forms.ChoiceField(
        label=_("Is it one of these?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("There is no outside party with this code.")},
    )
    site = forms.ChoiceField(label=_("Site"))
    planned_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    field_order = [
        "phone",
        "full_name",
        "party_name",
        "party",
        "purpose",
        "site",
        "planned_at",
        "group_size",
        "group_list",
    ]

    def __init__(self, *args: Any, sites: list[tuple[str, str]], parties: Mapping[str, Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        self.fields["site"].choices = sites  # type: ignore[attr-defined]
        known = [(code, f"{party.name} ({party.code})") for code, party in parties.items()]
        self.fields["party"].choices = [*known, ("", _("None of these"))]  # type: ignore[attr-defined]
        self.fields["party_name"].widget.attrs["autocomplete"] = "off"

    def clean_party(self) -> Party | None:
        return self.parties.get(self.cleaned_data["party"])


class VisitForm(GuestFields, DeclarationForm):
    """By the visitor, without an account. `website` is a field that nobody sees: only a machine fills it in."""

    identity_number = forms.CharField(
        label=_("Identity number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    host_name = forms.CharField(label=_("Whom you come to see"), max_length=160)
    website = forms.CharField(required=False, max_length=200)
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=600)
    question = forms.CharField(required=False, max_length=10)

    def __init__(self, *args: Any, is_invited: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_invited:
            del self.fields["host_name"]

    def clean_identity_number(self) -> str:
        text = self.cleaned_data["identity_number"]
        if not text:
            return ""
        try:
            return identity_number(text)
        except CellError as error:
            raise forms.ValidationError(str(error).capitalize()) from error

    @property
    def about(self) -> list[forms.BoundField]:
        """The fields before the questions, in the order of the page."""
        return [self[name] for name in ("full_name", "phone", "host_name", "purpose") if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """Those that may stay empty, or as they are."""
        return [self[name] for name in ("party_name", "identity_number", "group_size", "group_list")]
