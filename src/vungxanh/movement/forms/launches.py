"""Forms of launches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.movement.enums import LaunchForm as Form
from vungxanh.movement.forms.writing import PICTURES, Pictures, PicturesField, WrittenForm, day_field
from vungxanh.movement.operations.launches import LONGEST_TEXT, MOST_PRESENT, Launching
from vungxanh.movement.operations.pledges import lines_of


class LaunchForm(WrittenForm):
    launched_on = day_field(_("Day of the launch"))
    form = forms.ChoiceField(label=_("In which form"), choices=Form.choices)
    present = forms.IntegerField(
        label=_("How many took part"), min_value=1, max_value=MOST_PRESENT, widget=forms.NumberInput
    )
    text = forms.CharField(
        label=_("How it went"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    own_criteria = forms.CharField(
        label=_("Criteria of the unit beyond the common ones"),
        required=False,
        max_length=LONGEST_TEXT * 2,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line each."),
    )
    pictures = PicturesField(label=_("Pictures"), required=False, widget=Pictures(attrs=PICTURES))

    @property
    def told(self) -> Launching:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return Launching(
            launched_on=clean["launched_on"],
            form=clean["form"],
            present=clean["present"],
            text=clean["text"],
            own_criteria=lines_of(clean["own_criteria"]),
        )
