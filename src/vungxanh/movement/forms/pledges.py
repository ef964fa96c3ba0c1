"""Forms of pledges."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PledgeForm(forms.Form):
    lines = forms.CharField(
        label=_("What is pledged"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("A line each. The text can be changed before it is confirmed."),
        error_messages={"required": _("Write at least one line that is pledged.")},
    )


class WithdrawPledgeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Say why it is taken back.")}
    )
