"""The receivers of the returns as the settings page shows them, and a trial of one of them."""

import datetime
import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from vungxanh.common.connections import Connection, Moment, Source, TrialError
from vungxanh.common.decision_tables.editions import NoEditionInForceError
from vungxanh.common.posting import Outcome
from vungxanh.risk.enums import DeliveryState, DeliveryWay
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations.filing import NAME
from vungxanh.risk.posting import post
from vungxanh.risk.queries.deliveries import is_ready
from vungxanh.risk.rulebook import DELIVERIES, Receiver

OPEN = Q(state__in=[DeliveryState.WAITING, DeliveryState.FAILED])
TRIED = frozenset({DeliveryWay.FILE, DeliveryWay.HTTPS})
SETTINGS: dict[str, str] = {DeliveryWay.HTTPS: "NATIONAL_MAP_URL", DeliveryWay.DHIS2: "DHIS2_URL"}
SECONDS = 10.0
TRIAL = "TEST"
"""The kind of what is sent on trial: a receiver confirms its key and keeps nothing."""


def connections(today: datetime.date) -> list[Connection]:
    """Two queries, however many receivers there are."""
    given_up = Q(state=DeliveryState.GIVEN_UP)
    rows = Delivery.objects.order_by().values("receiver")
    counted = rows.annotate(
        waiting=Count("pk", filter=OPEN), given_up=Count("pk", filter=given_up), last=Max("delivered_at")
    )
    figures = {row["receiver"]: row for row in counted}
    faults = _last_faults()
    return [
        Connection(
            code=one.code,
            name=one.name,
            setting=SETTINGS.get(one.way, DELIVERIES.name),
            is_ready=is_ready(one),
            waiting=figures.get(one.code, {}).get("waiting", 0),
            given_up=figures.get(one.code, {}).get("given_up", 0),
            succeeded_at=figures.get(one.code, {}).get("last"),
            failure=faults.get(one.code, ""),
            may_be_tried=one.way in TRIED and is_ready(one),
            page="risk:map_today",
        )
        for one in _receivers(today)
    ]


def _receivers(day: datetime.date) -> tuple[Receiver, ...]:
    try:
        return DELIVERIES.current().in_force(day).receiver
    except NoEditionInForceError:
        return ()


def _last_faults() -> dict[str, str]:
    newest = Delivery.objects.exclude(last_error="").order_by().values("receiver").annotate(newest=Max("id"))
    return dict(Delivery.objects.filter(pk__in=[row["newest"] for row in newest]).values_list("receiver", "last_error"))


def attempt(code: str, _user: Any, moment: Moment) -> str:
    receiver = next((one for one in _receivers(moment.at.date()) if one.code == code), None)
    if receiver is None or receiver.way not in TRIED or not is_ready(receiver):
        raise TrialError(_("This connection is not set up."))
    if receiver.way == DeliveryWay.FILE:
        return _write_trial()
    key = str(uuid.uuid4())
    payload = {"key": key, "kind": TRIAL, "sent_at": moment.at.isoformat()}
    answer = post(
        settings.NATIONAL_MAP_URL,
        payload,
        secret=settings.NATIONAL_MAP_KEY,
        timestamp=int(moment.real.timestamp()),
        seconds=SECONDS,
    )
    if answer.outcome != Outcome.SENT:
        raise TrialError(answer.words)
    return _("The receiver confirmed the trial.")


def _write_trial() -> str:
    """Whether a file can be made where the receiver fetches them; nothing of it stays."""
    folder = Path(settings.HOME) / "outgoing" / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(TRIAL.encode())
            file.flush()
    except OSError as error:
        raise TrialError(_("The file could not be written: %(why)s.") % {"why": error.strerror}) from error
    return _("Files can be written there.")


SOURCE = Source("risk", 20, connections, attempt)
