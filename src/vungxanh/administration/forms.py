"""Input of the settings pages: clean values, nothing saved."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.administration.queries.reminders import who_is_told
from vungxanh.common import formats
from vungxanh.common.decision_tables import Fault
from vungxanh.common.uploads import UploadField
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree

LARGEST = 200_000
WINDOWS = ("arrival", "leaving")
MOMENTS = {
    "opens": pgettext_lazy("window", "Accepted from"),
    "starts": pgettext_lazy("window", "On time from (early before)"),
    "due": pgettext_lazy("window", "On time until (late after)"),
    "closes": pgettext_lazy("window", "Accepted until"),
}
LAST = ("starts", "source")


class RoleFilterForm(forms.Form):
    """What the list of roles is narrowed to; everything may be left empty."""

    role = forms.ChoiceField(label=_("Role"), required=False)
    unit = forms.ChoiceField(label=_("Unit, with everything below"), required=False)
    name = forms.CharField(label=_("Name or account"), required=False, max_length=80)

    def __init__(self, *args: object, tree: Tree, unit_ids: set[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        every = pgettext_lazy("filter", "all")
        units = [(one.code, f"{'· ' * tree.depth(one.id)}{one.name}") for one in tree if one.id in unit_ids]
        self.fields["role"].choices = [("", every), *Role.choices]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", every), *units]  # type: ignore[attr-defined]


class DayInput(forms.DateInput):
    """The browser's own calendar; its value is 2021-09-20 whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def time_field(label: Any) -> forms.TimeField:
    """A box of the browser would show a time as its own language does, some with AM and PM."""
    attributes = {"inputmode": "numeric", "size": 5, "pattern": "[0-2]?[0-9]:[0-5][0-9]"}
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs=attributes, format="%H:%M"))


class RuleTextForm(forms.Form):
    """An edition as text, typed or from a file; a file replaces what was typed. `starts` is its first day where that
    is not the one in the text."""

    upload = UploadField(label=_("Rule file"), required=False, help_text=_("A TOML file; or write below."))
    text = forms.CharField(
        label=_("Text of the edition"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )
    starts = forms.DateField(label=_("In force from"), required=False, widget=DayInput())
    reason = forms.CharField(label=_("Why, or by which paper"), max_length=300)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("upload")
        if upload is not None and upload.size > LARGEST:
            self.add_error("upload", _("The file is too large for a rule file."))
        elif upload is not None:
            try:
                given["text"] = upload.read().decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError:
                self.add_error("upload", _("The file is not written in UTF-8."))
        if not self.errors and not given.get("text", "").strip():
            self.add_error("text", _("Choose a file, or write the edition here."))
        return given


class EditionForm(forms.Form):
    """What every new edition that is made of fields needs."""

    starts = forms.DateField(label=_("In force from"), widget=DayInput())
    source = forms.CharField(label=_("Source: paper, number, day"), max_length=300)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, earliest: datetime.date, seen: str, **kwargs: Any) -> None:
        """`seen`: the digest of the file whose values are shown, so that nobody writes over what came since."""
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen
        self.earliest = earliest
        self.fields["starts"].initial = earliest
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])

    def add_fault(self, fault: Fault) -> None:
        """At the field that makes this place of the rule file, else over the form."""
        field = self.field_at(fault.where)
        self.add_error(field if field in self.fields else None, capfirst(str(fault.what)))

    def field_at(self, where: str) -> str:
        """The field of a place like `edition[2].arrival`, or nothing."""
        return {"in_force_from": "starts", "source": "source"}.get(where.rpartition(".")[2], "")

    def clean_starts(self) -> datetime.date:
        starts: datetime.date = self.cleaned_data["starts"]
        if starts < self.earliest:
            raise forms.ValidationError(_("The earliest day is %(day)s.") % {"day": formats.day(self.earliest)})
        return starts


class WindowRuleForm(EditionForm):
    """The times of the general rule of declaring."""

    def __init__(self, *args: Any, values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for window in WINDOWS:
            for name, label in MOMENTS.items():
                field = time_field(label)
                field.initial = values.get(window, {}).get(name)
                self.fields[f"{window}_{name}"] = field
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])

    def field_at(self, where: str) -> str:
        window, _dot, moment = where.partition(".")[2].partition(".")
        return f"{window}_{moment or next(iter(MOMENTS))}" if window in WINDOWS else super().field_at(where)

    def times_of(self, window: str) -> list[forms.BoundField]:
        return [self[f"{window}_{name}"] for name in MOMENTS]

    @property
    def arrival(self) -> list[forms.BoundField]:
        return self.times_of("arrival")

    @property
    def leaving(self) -> list[forms.BoundField]:
        return self.times_of("leaving")

    @property
    def values(self) -> dict[str, Any]:
        return {w: {name: self.cleaned_data[f"{w}_{name}"] for name in MOMENTS} for w in WINDOWS}


class ReminderForm(EditionForm):
    """Each reminder of a rule file on or off, when, and its sentence in both languages; what else it holds stays."""

    def __init__(self, *args: Any, values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[dict[str, Any]] = list(values.get("reminder", []))
        for row in self.rows:
            code = row["code"]
            self.fields[f"{code}_is_on"] = forms.BooleanField(label=_("Switched on"), required=False)
            self.fields[f"{code}_is_on"].initial = row.get("is_on", True)
            if "at" in row:
                self.fields[f"{code}_at"] = time_field(_("At"))
                self.fields[f"{code}_at"].initial = row["at"]
            else:
                self.fields[f"{code}_after_minutes"] = forms.IntegerField(
                    label=_("After so many minutes"), min_value=0, max_value=1440, initial=row["after_minutes"]
                )
            for language, label in (("vi", _("Sentence in Vietnamese")), ("en", _("Sentence in English"))):
                self.fields[f"{code}_{language}"] = forms.CharField(label=label, max_length=200, initial=row[language])
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])

    def field_at(self, where: str) -> str:
        found = re.search(r"\.reminder\[(\d+)\](?:\.(\w+))?$", where)
        if found is None:
            return super().field_at(where)
        return f"{self.rows[int(found[1]) - 1]['code']}_{found[2] or 'vi'}"

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each reminder by its code and whom it tells, with its fields."""
        names = {row["code"]: [name for name in self.fields if name.startswith(f"{row['code']}_")] for row in self.rows}
        return [
            (f"{row['code']} · {who_is_told(row)}", [self[name] for name in names[row["code"]]]) for row in self.rows
        ]

    @property
    def values(self) -> dict[str, Any]:
        return {"reminder": [{**row, **self._given(row)} for row in self.rows]}

    def _given(self, row: Mapping[str, Any]) -> dict[str, Any]:
        names = ("is_on", "at", "after_minutes", "vi", "en")
        given = {
            name: self.cleaned_data[f"{row['code']}_{name}"] for name in names if f"{row['code']}_{name}" in self.fields
        }
        return {name: " ".join(value.split()) if name in ("vi", "en") else value for name, value in given.items()}
