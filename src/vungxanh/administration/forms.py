"""Input of the settings pages: clean values, nothing saved."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree


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
