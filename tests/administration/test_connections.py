"""How the connections stand, and a trial that sends something real."""

import datetime
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.factories.notifications import make_delivery, make_notification
from tests.factories.receivers import SECRET, accept, receiver, status
from tests.factories.risk import clock
from vungxanh.administration.operations.trials import TooManyTrialsError, try_connection
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common.connections import Connection, Moment, Source, TrialError, all_connections
from vungxanh.notifications.enums import DeliveryState
from vungxanh.risk.rulebook import DELIVERIES

pytestmark = pytest.mark.django_db
LIST = "/cai-dat/ket-noi/"
AT = clock(14)
NOW = Moment(AT, datetime.datetime(2026, 1, 5, 3, tzinfo=datetime.UTC))


@pytest.fixture(autouse=True)
def _nothing_was_tried() -> None:
    cache.clear()


def found(name: str) -> tuple[Source, Connection]:
    return next((source, one) for source, one in all_connections(AT.date()) if one.code == name)


def send(client: Client, name: str) -> str:
    source, one = found(name)
    with clocks.at(AT):
        return client.post(f"{LIST}thu/", {"connection": f"{source.name}:{one.code}"}, follow=True).content.decode()


def test_every_channel_and_receiver_stands_there_set_up_or_not(agency: SimpleNamespace, settings: Settings) -> None:
    settings.NATIONAL_MAP_URL, settings.TEXT_GATEWAY = "", "file"
    is_ready = {one.code: one.is_ready for _source, one in all_connections(AT.date())}
    receivers = [one.code for one in DELIVERIES.current().in_force(AT.date()).receiver]
    assert set(is_ready) == {"EMAIL", "TEXT", "PUSH", "clamd", *receivers}
    assert {code for code, ready in is_ready.items() if ready} == {"TEXT", "BAN-DO"}
    assert found("HTTPS")[1].setting == "NATIONAL_MAP_URL"


def test_figures_are_of_the_channel(agency: SimpleNamespace) -> None:
    first, second = (make_notification(agency.administrator, key, at=clock(8)) for key in ("1", "2"))
    make_delivery(first, "EMAIL", state=DeliveryState.SENT, sent_at=clock(9))
    make_delivery(second, "EMAIL", state=DeliveryState.GIVEN_UP, error="Máy chủ thư không nhận.")
    make_delivery(second, "TEXT")
    one, other = found("EMAIL")[1], found("TEXT")[1]
    assert (one.waiting, one.given_up, one.succeeded_at, one.failure) == (0, 1, clock(9), "Máy chủ thư không nhận.")
    assert (other.waiting, other.given_up, other.succeeded_at, other.failure) == (1, 0, None, "")


def test_number_of_queries_is_flat(agency: SimpleNamespace, client: Client) -> None:
    client.force_login(agency.administrator)
    counts = []
    for round_of in ("a", "b"):
        for number in "123":
            told = make_notification(agency.office, f"{round_of}{number}", at=clock(8))
            make_delivery(told, "EMAIL", state=DeliveryState.GIVEN_UP, error=f"Lỗi {number}")
        with clocks.at(AT), CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_trial_message_goes_to_whoever_asks(agency: SimpleNamespace, client: Client, settings: Settings) -> None:
    settings.TEXT_GATEWAY = "file"
    agency.administrator.phone = "+84912345678"
    agency.administrator.save()
    client.force_login(agency.administrator)
    assert "Đã chuyển đi" in send(client, "TEXT")
    file = Path(settings.HOME) / "outgoing/text/000000000000.json"
    assert json.loads(file.read_text(encoding="utf-8"))["to"] == "+84912345678"
    file.unlink()
    event = AuditEvent.objects.get(action="administration.try_connection")
    assert (event.actor_id, event.subject_id, event.detail["through"]) == (
        agency.administrator.pk,
        "notifications:TEXT",
        True,
    )


def test_trial_without_an_address_of_ones_own_says_so(
    agency: SimpleNamespace, client: Client, settings: Settings
) -> None:
    settings.TEXT_GATEWAY = "file"
    client.force_login(agency.administrator)
    assert "chưa có địa chỉ, số điện thoại hoặc máy để nhận" in send(client, "TEXT")
    assert AuditEvent.objects.get(action="administration.try_connection").detail["through"] is False


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(accept, "Nơi nhận đã xác nhận"), (status(503), "503"), (status(401, b"sai khoa"), "sai khoa")],
)
def test_trial_of_the_receiver_says_what_it_answered(
    agency: SimpleNamespace, client: Client, settings: Settings, behaviour, words: str
) -> None:
    client.force_login(agency.administrator)
    with receiver(behaviour) as far_end:
        settings.NATIONAL_MAP_URL, settings.NATIONAL_MAP_KEY = far_end.url, SECRET
        assert words in send(client, "HTTPS")
    [received] = far_end.requests
    assert received.payload["kind"] == "TEST"
    assert "figures" not in received.payload


def test_connection_that_is_not_set_up_is_not_tried(
    agency: SimpleNamespace, client: Client, settings: Settings
) -> None:
    settings.NATIONAL_MAP_URL = ""
    client.force_login(agency.administrator)
    for name in ("risk:HTTPS", "risk:BAN-DO", "nowhere:X", ""):
        with clocks.at(AT):
            assert client.post(f"{LIST}thu/", {"connection": name}).status_code == 404
    with pytest.raises(TrialError):
        found("HTTPS")[0].attempt("HTTPS", agency.administrator, NOW)


def test_trials_are_limited(agency: SimpleNamespace, settings: Settings) -> None:
    settings.TEXT_GATEWAY = "file"
    source, one = found("TEXT")
    for _try in range(6):
        with pytest.raises(TrialError, match="chưa có địa chỉ"):
            try_connection(source, one, actor=agency.administrator, moment=NOW)
    with pytest.raises(TooManyTrialsError):
        try_connection(source, one, actor=agency.administrator, moment=NOW)
    assert AuditEvent.objects.filter(action="administration.try_connection").count() == 6


@pytest.mark.parametrize("who", ["of_part", "office", "director", "clerk"])
def test_trial_by_anybody_else_is_refused(agency: SimpleNamespace, client: Client, who: str) -> None:
    source, one = found("BAN-DO")
    with pytest.raises(PermissionDenied):
        try_connection(source, one, actor=getattr(agency, who), moment=NOW)
    client.force_login(getattr(agency, who))
    with clocks.at(AT):
        assert client.post(f"{LIST}thu/", {"connection": "risk:BAN-DO"}).status_code == 403
        text = client.get(LIST).content.decode()
    assert f"{LIST}thu/" not in text
    assert not AuditEvent.objects.filter(action="administration.try_connection").exists()


def test_folder_of_files_that_cannot_be_written_is_said(
    agency: SimpleNamespace, tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "outgoing").write_text("không phải thư mục")
    from vungxanh.risk import connections

    with pytest.raises(TrialError):
        connections._write_trial()
    (tmp_path / "outgoing").unlink()
    assert connections._write_trial() == "Ghi được tệp ở đó."
    assert list((tmp_path / "outgoing/ban-do").iterdir()) == []
