"""Input of one's own wishes: which topic through which channel, quiet hours, once a day."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.notifications.channels import Channel
from vungxanh.notifications.push import is_device_key, is_device_secret
from vungxanh.notifications.queries import is_wished
from vungxanh.notifications.rulebook import Sending, Times
from vungxanh.notifications.topics import SCREEN, Topic

ON_SCREEN = pgettext_lazy("channel", "On screen")


class WishForm(forms.Form):
    """A field for each topic follows those of the times."""

    is_digest = forms.BooleanField(
        label=_("One message a day is enough"),
        required=False,
        help_text=_("By e-mail and text message. What is urgent comes at once all the same."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(
        label=_("Quiet until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Messages that are not urgent wait until then. Twice the same time: no quiet hours."),
    )

    def __init__(
        self,
        given: Mapping[str, Any] | None,
        *,
        topics: Collection[Topic],
        channels: Collection[Channel],
        chosen: Mapping[tuple[str, str], bool],
        times: Times,
    ) -> None:
        own = {"is_digest": times.is_digest, "quiet_from": times.quiet_from, "quiet_to": times.quiet_to}
        super().__init__(given, initial=own)
        self.topics = topics
        for topic in topics:
            offered = {one.code: one.name for one in channels}
            if not topic.is_urgent:
                offered = {SCREEN: ON_SCREEN, **offered}
            if offered:
                self.fields[_field_of(topic)] = forms.MultipleChoiceField(
                    label=str(topic.name),
                    required=False,
                    choices=list(offered.items()),
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("Urgent: always on screen, at any hour.") if topic.is_urgent else "",
                    initial=[code for code in offered if is_wished(topic, code, chosen.get((topic.code, code)))],
                )

    @property
    def topic_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for topic in self.topics if (name := _field_of(topic)) in self.fields)

    @property
    def wished(self) -> dict[tuple[str, str], bool]:
        """By topic and channel, of everything that was offered."""
        return {
            (topic.code, code): code in self.cleaned_data[name]
            for topic in self.topics
            if (name := _field_of(topic)) in self.fields
            for code, _words in self.fields[name].choices  # type: ignore[attr-defined]
        }

    @property
    def times(self) -> Times:
        return Times(**{name: self.cleaned_data[name] for name in ("quiet_from", "quiet_to", "is_digest")})


class DeviceForm(forms.Form):
    """What the browser says of its subscription; the address is that of a push service that the rule names."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https")
    public_key = forms.CharField(max_length=100)
    secret = forms.CharField(max_length=40)

    def __init__(self, given: Mapping[str, Any], *, rule: Sending) -> None:
        super().__init__(given)
        self.rule = rule

    def clean_endpoint(self) -> str:
        endpoint = str(self.cleaned_data["endpoint"])
        parts = urlsplit(endpoint)
        is_known = self.rule.is_push_host(parts.hostname or "") and parts.port in (None, 443)
        if parts.scheme != "https" or parts.username or not is_known:
            raise forms.ValidationError(_("Messages are not sent to this push service."))
        return endpoint

    def clean_public_key(self) -> str:
        text = str(self.cleaned_data["public_key"])
        if not is_device_key(text):
            raise forms.ValidationError(_("This is no key of a browser."))
        return text

    def clean_secret(self) -> str:
        text = str(self.cleaned_data["secret"])
        if not is_device_secret(text):
            raise forms.ValidationError(_("This is no key of a browser."))
        return text


def _field_of(topic: Topic) -> str:
    return "topic-" + topic.code.replace(".", "-")
