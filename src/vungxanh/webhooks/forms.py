"""Input of the pages of subscriptions: clean values, nothing saved."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.webhooks.events import types
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.reaching import LONGEST


class SubscriptionForm(forms.Form):
    """`key` makes a page that is sent twice one subscription. Whether an address may be sent to is decided later."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label=_("Who receives the events"),
        max_length=80,
        help_text=_("As you call the other system, for example “Provincial data platform”."),
        error_messages={"required": _("Give it a name that tells who receives the events.")},
    )
    url = forms.CharField(
        label=_("Address of the receiver"),
        max_length=LONGEST,
        help_text=_("Begins with https://, as whoever keeps the receiver gave it to you."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the address that the events are sent to.")},
    )
    unit = forms.ChoiceField(
        label=_("Events of"), help_text=_("This unit and all units below it; it gets nothing of the others.")
    )
    events = forms.MultipleChoiceField(
        label=_("Which events"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
    has_key_pair = forms.BooleanField(
        label=_("Sign with a pair of keys"),
        required=False,
        help_text=_(
            "The receiver gets a public key, which is no secret. A superior agency that keeps Vùng Xanh as well "
            "needs it; this is chosen once."
        ),
    )

    def __init__(self, *args: Any, units: Sequence[UnitNode], tree: Tree, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["has_key_pair"]
        named = [(node.code, f"{'· ' * tree.depth(node.id)}{node.name}") for node in units]
        self.fields["unit"].choices = named  # type: ignore[attr-defined]
        self.fields["events"].choices = [(one.code, one.name) for one in types()]  # type: ignore[attr-defined]


def initial_of(subscription: Subscription, tree: Tree) -> dict[str, Any]:
    """What the form shows of a subscription that is there."""
    code = tree[subscription.unit_id].code if subscription.unit_id in tree else ""
    return {
        "key": subscription.key,
        "name": subscription.name,
        "url": subscription.url,
        "unit": code,
        "events": subscription.events,
    }
