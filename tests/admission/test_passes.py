"""Passes: made where the gate opens, the same however often they are shown, worthless when forged, old or revoked."""

import base64
import dataclasses
import datetime
import json
import uuid
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from tests.factories.screening import new_declaration
from vungxanh.admission import pass_keys
from vungxanh.admission.enums import RevocationReason, SubjectKind
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.passes import NewPass, issue_passes
from vungxanh.admission.pass_keys import PassFaultError, sign, verified
from vungxanh.admission.queries.passes import all_good_pass, all_revoked, all_tag_of, all_tokens
from vungxanh.admission.submission import Accepted
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit
from vungxanh.risk.operations import override_level
from vungxanh.screening.enums import Window

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def declare(person: Person, *yes: str, window: Window = Window.ARRIVAL, hour: int = 7) -> Accepted:
    [accepted] = submit_declarations([new_declaration(person, clock(hour), window, *yes)], at=clock(hour))
    assert isinstance(accepted, Accepted)
    return accepted


def token_of(person: Person) -> str:
    row = all_good_pass(person.pseudonym, MONDAY, at=clock(8))
    assert row
    return all_tokens([row])[row.jti]


def fault_of(token: str, at: datetime.datetime) -> str:
    with pytest.raises(PassFaultError) as error:
        verified(token, at=at)
    return error.value.reason


def test_pass_is_made_on_arrival_for_whom_the_gate_opens(person: Person, unit: Unit) -> None:
    declare(person)
    row = GatePass.objects.get()
    claims = verified(token_of(person), at=clock(8))
    assert claims == {
        "jti": row.jti.hex,
        "sub": all_tag_of(person.pseudonym, MONDAY),
        "kind": "STAFF",
        "name": "Nguyễn Thị Ánh",
        "agency": "SO",
        "site": "",
        "state": "ALLOWED",
        "iat": int(clock(7).timestamp()),
        "exp": int(clock(7).timestamp()) + 18 * 3600,
    }


def test_no_pass_where_the_gate_holds_or_on_leaving(person: Person, unit: Unit) -> None:
    declare(person, "contact_with_case")
    other = make_person(unit, "Lê Văn Bình", user=make_user("binh"))
    declare(other, window=Window.LEAVING, hour=17)
    assert not GatePass.objects.exists()


def test_pass_tells_nothing_of_health_nor_of_the_person_on_another_day(person: Person) -> None:
    declare(person)
    text = json.dumps(verified(token_of(person), at=clock(8)))
    assert str(person.pseudonym) not in text
    assert '"LOW"' not in text
    assert all_tag_of(person.pseudonym, MONDAY) != all_tag_of(person.pseudonym, MONDAY + datetime.timedelta(days=1))


def test_pass_shown_twice_is_the_same_text_and_short_enough(person: Person) -> None:
    declare(person)
    assert token_of(person) == token_of(person)
    assert len(token_of(person)) <= 425


def test_pass_is_a_plain_jwt_for_anybody_who_has_the_public_key(person: Person) -> None:
    declare(person)
    [key] = pass_keys.public_keys()
    assert "d" not in key
    token = token_of(person)
    public = jwt.PyJWK(key).key
    claims = jwt.decode(token, public, algorithms=["ES256"], options={"verify_exp": False})
    assert (jwt.get_unverified_header(token), claims["agency"]) == ({"alg": "ES256", "kid": key["kid"]}, "SO")


def test_pass_when_time_is_over_is_expired(person: Person) -> None:
    declare(person)
    token, ends = token_of(person), clock(7) + datetime.timedelta(hours=18)
    assert verified(token, at=ends - datetime.timedelta(seconds=1))
    assert fault_of(token, ends) == "EXPIRED"


def test_pass_when_forged_is_refused(person: Person) -> None:
    declare(person)
    head, body, signature = token_of(person).split(".")
    claims = verified(token_of(person), at=clock(8))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "name": "Ai khác"}).encode()).rstrip(b"=").decode()
    stranger = jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": pass_keys.current_kid()})
    unsigned = jwt.encode(claims, None, "none", {"kid": pass_keys.current_kid()})
    shared = jwt.encode(claims, "x" * 32, "HS256", {"kid": pass_keys.current_kid()})
    forged = [
        f"{head}.{other}.{signature}",
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{body}.",
        stranger,
        unsigned,
        shared,
        jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": "lạ"}),
        sign({"hello": 1}, kid=pass_keys.current_kid()),
        "eyJ.eyJ.x",
        "không phải",
    ]
    assert {fault_of(token, clock(8)) for token in forged} == {"FORGED"}
    assert fault_of("x" * 2001, clock(8)) == "UNREADABLE"


def test_pass_when_the_level_rises_is_revoked_and_when_it_falls_made_anew(person: Person, unit: Unit) -> None:
    declare(person)
    first, head = GatePass.objects.get(), make_user("head", Role.UNIT_HEAD, unit)
    change = {"day": MONDAY, "actor": head, "reason": "Ho nhiều"}
    override_level(person.pseudonym, level="HIGH", at=clock(9), **change)
    first.refresh_from_db()
    assert (first.revoked_at, first.revocation_reason) == (clock(9), RevocationReason.LEVEL)
    assert all_revoked(at=clock(10)) == [first.jti]
    assert AuditEvent.objects.filter(action="admission.revoke_pass").count() == 1
    override_level(person.pseudonym, level="LOW", at=clock(11), **change)
    good = all_good_pass(person.pseudonym, MONDAY, at=clock(12))
    assert good
    assert (good.jti != first.jti, good.issued_at) == (True, clock(11))
    assert all_revoked(at=clock(7) + datetime.timedelta(hours=18)) == []


def test_pass_when_the_leaving_form_tells_a_sign_is_revoked(person: Person) -> None:
    declare(person)
    declare(person, "fever", "cough", window=Window.LEAVING, hour=17)
    assert all_good_pass(person.pseudonym, MONDAY, at=clock(17)) is None


def test_keys_when_changed_old_passes_stay_good(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "pass_keys"
    path.write_bytes(pass_keys.new_key())
    with override_settings(PASS_KEYS_FILE=str(path)):
        declare(person)
        token = token_of(person)
    both = tmp_path / "both"
    both.write_bytes(pass_keys.new_key() + path.read_bytes())
    with override_settings(PASS_KEYS_FILE=str(both)):
        assert verified(token, at=clock(8))["name"] == "Nguyễn Thị Ánh"
        assert token_of(person) == token
        assert len(pass_keys.public_keys()) == 2
        assert pass_keys.current_kid() != pass_keys.public_keys()[1]["kid"]


def test_key_file_when_missing_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new"
    with override_settings(PASS_KEYS_FILE=str(path)):
        assert pass_keys.current_kid() == pass_keys.current_kid()
    assert path.stat().st_mode & 0o777 == 0o600


def test_own_pass_page_shows_the_code_only_where_there_is_one(person: Person) -> None:
    client = Client()
    client.force_login(person.user, BACKEND)
    with clocks.at(clock(8)):
        assert "Hôm nay chưa có giấy vào cửa" in client.get("/khai-bao/giay-vao-cua/").content.decode()
        declare(person)
        page = client.get("/khai-bao/giay-vao-cua/").content.decode()
    assert ('class="vx-qr"' in page, "Nguyễn Thị Ánh" in page) == (True, True)


def test_passes_are_issued_in_a_flat_number_of_queries(unit: Unit) -> None:
    def count(number: int) -> int:
        wanted = [NewPass(uuid.uuid4(), SubjectKind.STAFF, MONDAY, unit.pk) for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            all_tokens(issue_passes(wanted, at=clock(7)))
        return len(queries)

    assert count(1) == count(3)


def test_pass_constraints(person: Person) -> None:
    declare(person)
    row = GatePass.objects.get()
    wrongs = [
        {"jti": uuid.uuid4()},
        {"jti": uuid.uuid4(), "day": MONDAY + datetime.timedelta(days=1), "expires_at": row.issued_at},
        {"jti": uuid.uuid4(), "revoked_at": clock(9)},
    ]
    for wrong in wrongs:
        values = {field.attname: getattr(row, field.attname) for field in GatePass._meta.fields}
        with pytest.raises(IntegrityError), transaction.atomic():
            GatePass.objects.create(**{**values, **wrong})


def test_declaration_sent_again_has_the_same_pass_after_a_revocation(person: Person, unit: Unit) -> None:
    new = new_declaration(person, clock(7))
    [first] = submit_declarations([new], at=clock(7))
    assert isinstance(first, Accepted)
    head = make_user("head", Role.UNIT_HEAD, unit)
    override_level(person.pseudonym, day=MONDAY, level="HIGH", reason="Ho", actor=head, at=clock(9))
    [again] = submit_declarations([new], at=clock(10))
    assert isinstance(again, Accepted)
    assert dataclasses.replace(again, is_replay=False) == first


def test_pass_that_is_taken_back_in_the_same_group_goes_with_no_answer(person: Person) -> None:
    """What waited on a phone all day comes at once: the leaving form tells a sign."""
    arrival = new_declaration(person, clock(7))
    leaving = new_declaration(person, clock(16), Window.LEAVING, "fever", "cough")
    outcomes = submit_declarations([arrival, leaving], at=clock(16))
    assert GatePass.objects.get().revoked_at
    accepted = [one for one in outcomes if isinstance(one, Accepted)]
    assert [one.new_pass for one in accepted] == [None, None]
