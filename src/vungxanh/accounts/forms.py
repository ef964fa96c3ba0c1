"""Input of the account pages."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.accounts.models import User


class SignInForm(AuthenticationForm):
    """Django's, with the words and the keyboard of this product."""

    username = forms.CharField(
        label=_("User name or telephone number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _(
            "The name or the password is not right. Look at capital letters and Vietnamese typing mode."
        ),
    }


class SlipForm(forms.Form):
    """The code of an activation slip, typed or filled in from its QR."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "placeholder": "abcd-2345-efgh",
            }
        ),
        error_messages={"required": _("Type the code that stands below the QR.")},
    )


class TokenForm(forms.Form):
    """Names an access token."""

    token = forms.UUIDField()


class AccountFilterForm(forms.Form):
    """Which accounts the administrator wants to see; anything unreadable is no wish."""

    q = forms.CharField(label=_("Name, user name or telephone number"), max_length=80, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("account", "all")),
            ("open", pgettext_lazy("account", "open")),
            ("closed", pgettext_lazy("account", "closed")),
            ("new", _("has not chosen an own password yet")),
        ],
    )

    @property
    def chosen(self) -> dict[str, str]:
        return {"search": self.cleaned_data.get("q", ""), "state": self.cleaned_data.get("state", "")}


class PasswordForm(forms.Form):
    """The old password, and a new one twice."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("New password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("The present password is not right."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two new passwords differ."))
        if cleaned.get("new") and cleaned["new"] == cleaned.get("old"):
            self.add_error("new", _("Choose a password other than the present one."))
        return cleaned
