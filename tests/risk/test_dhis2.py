"""Returns as data values of DHIS2: each once and in order, whatever the other side does; what is not mapped is said."""

import base64
import datetime
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_django.fixtures import Settings

from tests.factories.dhis2 import MAPPING, STAFF, UNIT, ZONE, bare, dhis2, keep, keep_and_say_nothing, summary, wrapped
from tests.factories.receivers import Handler, Received, Receiver, close, drip, hang, status
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.organization.enums import Role
from vungxanh.risk import operations
from vungxanh.risk.dhis2 import authorization
from vungxanh.risk.enums import DeliveryWay, ReturnKind
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations.sending import CLAIMED_FOR, send_to_dhis2
from vungxanh.risk.queries.dhis2 import all_dhis2_faults
from vungxanh.risk.rulebook import DHIS2

pytestmark = pytest.mark.django_db
PATIENCE = 0.5
CONFLICT = {"object": STAFF, "value": "Data element not found or not accessible", "errorCode": "E7610"}


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[Path]:
    """The installation's own mapping, of one unit and two figures."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / DHIS2.name).write_text(MAPPING, encoding="utf-8")
    keep_overlays_in(folder)
    yield folder
    keep_overlays_in(Path(django_settings.HOME) / "rules")


@pytest.fixture
def there(settings: Settings, mapped: Path) -> Iterator[Receiver]:
    with dhis2() as made:
        settings.DHIS2_URL, settings.DHIS2_TOKEN = made.url, "d2pat_thu"
        yield made


def sent(agency: Agency, at: datetime.datetime | None = None, note: str = "") -> Delivery:
    made = operations.submit_return(
        agency.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=agency.head, at=at or clock(14, 10), note=note
    )
    return made.deliveries.get(way=DeliveryWay.DHIS2)


def run(at: datetime.datetime) -> int:
    return send_to_dhis2(at=at, seconds=PATIENCE)


def test_without_an_address_nothing_is_written_for_it(agency: Agency) -> None:
    operations.submit_return(agency.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=agency.head, at=clock(14))
    assert (Delivery.objects.filter(way=DeliveryWay.DHIS2).count(), run(clock(14, 1))) == (0, 0)


def test_a_return_becomes_the_values_of_its_unit_and_day(agency: Agency, there: Receiver) -> None:
    delivery = sent(agency)
    assert run(clock(14, 11)) == 1
    [request] = there.requests
    assert request.path == "/hmis/api/dataValueSets?importStrategy=CREATE_AND_UPDATE&async=false"
    assert request.headers["Authorization"] == "ApiToken d2pat_thu"
    assert request.payload == {
        "dataSet": "pBOMPrpg1QX",
        "orgUnit": UNIT,
        "period": "20210920",
        "dataValues": [{"dataElement": STAFF, "value": "2"}, {"dataElement": ZONE, "value": "2"}],
    }
    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_on_time, len(delivery.answer_sha256)) == ("SENT", True, 64)


def test_a_name_and_a_password_where_there_is_no_token() -> None:
    expected = base64.b64encode(b"sonoivu:mat:khau").decode()
    assert authorization("", "sonoivu", "mat:khau") == f"Basic {expected}"
    assert authorization("d2pat_x", "sonoivu", "y") == "ApiToken d2pat_x"


@pytest.mark.parametrize("shape", [bare, wrapped])
def test_both_families_of_versions_are_understood(
    agency: Agency, there: Receiver, shape: Callable[[dict[str, object]], bytes]
) -> None:
    there.usual = keep(shape)
    sent(agency)
    assert run(clock(14, 11)) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (status(500), "Nơi nhận trả lời 500."),
        (status(429), "Nơi nhận trả lời 429."),
        (status(401), "DHIS2 không cho tài khoản này vào: 401."),
        (status(302, Location="http://127.0.0.1:1/dhis-web-login"), "chuyển sang địa chỉ khác"),
        (status(200, b"<html>Sign in</html>"), "không xác nhận"),
        (status(200, b"{}"), "không xác nhận"),
        (status(200, wrapped(summary())), "0 giá trị trên 2"),
        (status(200, bare(summary(imported=1))), "1 giá trị trên 2"),
        (hang, "quá thời gian chờ"),
        (drip, "quá thời gian chờ"),
        (close, "Không có trả lời"),
    ],
)
def test_what_did_not_work_is_tried_again_and_changes_nothing_there(
    agency: Agency, there: Receiver, behaviour: Callable[[Handler], None], words: str
) -> None:
    there.behaviours = [behaviour]
    delivery = sent(agency)
    assert run(clock(14, 11)) == 0
    delivery.refresh_from_db()
    assert (delivery.state, words in delivery.last_error) == ("FAILED", True), delivery.last_error
    assert (run(clock(14, 13)), len(there.records), len({one.body for one in there.requests})) == (1, 2, 1)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (status(200, bare(summary("ERROR", ignored=2))), "200: 2 giá trị bị bỏ qua"),
        (status(200, wrapped(summary("WARNING", imported=1, ignored=1, conflicts=[CONFLICT]))), CONFLICT["value"]),
        (status(200, wrapped(summary("SUCCESS", imported=2, conflicts=[CONFLICT]))), CONFLICT["value"]),
        (status(200, bare(summary("ERROR") | {"description": "Data set is locked"})), "Data set is locked"),
        (status(409, wrapped(summary("ERROR", ignored=2, conflicts=[CONFLICT]), 409)), "409: 2 giá trị bị bỏ qua; D"),
        (status(409, b"no such period"), "409: no such period"),
        (status(404), "404: –"),
    ],
)
def test_what_is_refused_is_given_up_with_the_words_of_the_summary(
    agency: Agency, there: Receiver, behaviour: Callable[[Handler], None], words: str
) -> None:
    there.behaviours = [behaviour]
    delivery = sent(agency)
    assert (run(clock(14, 11)), run(clock(16))) == (0, 0)
    delivery.refresh_from_db()
    assert (delivery.state, words in delivery.last_error) == ("GIVEN_UP", True), delivery.last_error


def test_an_answer_that_was_lost_doubles_nothing(agency: Agency, there: Receiver) -> None:
    there.behaviours = [keep_and_say_nothing]
    sent(agency)
    assert (run(clock(14, 11)), run(clock(14, 13))) == (0, 1)
    assert (len(there.requests), len(there.records)) == (2, 2)


def test_the_newer_version_goes_after_the_older_one(agency: Agency, there: Receiver) -> None:
    there.behaviours = [status(500)]
    first = sent(agency)
    second = sent(agency, clock(14, 20), note="Bổ sung")
    assert run(clock(14, 30)) == 0
    second.refresh_from_db()
    assert (second.state, second.tries) == ("WAITING", 0)
    assert run(clock(14, 32)) == 2
    states = Delivery.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True)
    assert set(states) == {"SENT"}


def test_a_unit_that_is_not_mapped_is_said_and_goes_when_it_is(agency: Agency, there: Receiver, mapped: Path) -> None:
    other = make_unit("KHAC", agency.root)
    head = make_user("khac", Role.UNIT_HEAD, other)
    operations.submit_return(other.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(14, 10))
    assert run(clock(14, 11)) == 0
    delivery = Delivery.objects.get(way=DeliveryWay.DHIS2)
    assert (delivery.state, there.requests) == ("FAILED", [])
    assert delivery.last_error == "Đơn vị KHAC chưa có đơn vị tổ chức trong dhis2.toml."
    assert "KHAC" in " ".join(all_dhis2_faults(MONDAY))
    (mapped / DHIS2.name).write_text(MAPPING.replace('"CCKL"', '"KHAC"'), encoding="utf-8")
    keep_overlays_in(mapped)
    assert run(clock(14, 13)) == 1


def test_what_cannot_be_sent_is_found_by_the_doctor(agency: Agency, there: Receiver, mapped: Path) -> None:
    sent(agency)
    words = MAPPING.replace("figures.staff", "figures.stuff").replace('word = "YELLOW"', 'word = "BLUE"')
    (mapped / DHIS2.name).write_text(words, encoding="utf-8")
    keep_overlays_in(mapped)
    found = " ".join(all_dhis2_faults(MONDAY))
    assert ("figures.stuff" in found, "zone" in found) == (True, True)
    assert run(clock(14, 11)) == 0
    assert "figures.stuff" in Delivery.objects.get(way=DeliveryWay.DHIS2).last_error


def test_without_an_address_the_doctor_asks_for_no_mapping(agency: Agency) -> None:
    assert all_dhis2_faults(MONDAY) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_marking_sends_the_same_values_again(
    agency: Agency, there: Receiver
) -> None:
    delivery = sent(agency)
    connection.close()
    killed = threading.Event()
    child = os.fork()
    if child == 0:
        run(clock(14, 20))
        os._exit(0)

    def kill(_received: Received) -> None:
        if not killed.is_set():
            os.kill(child, signal.SIGKILL)
            killed.set()

    there.on_request = kill
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert run(clock(14, 20) + CLAIMED_FOR + datetime.timedelta(minutes=1)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, len(there.requests), len(there.records)) == ("SENT", 2, 2)
