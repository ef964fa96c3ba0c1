"""Device-bound tokens (RFC 9449): only the key that the token names, for this request, with a nonce of ours."""

import datetime
import hashlib
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.factories.risk import make_person, make_unit, make_user
from vungxanh.accounts import proofs
from vungxanh.accounts.models import AccessToken, User
from vungxanh.accounts.operations import issue_token, revoke_token
from vungxanh.accounts.proofs import _encoded
from vungxanh.common import clock

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/declarations"
HERE = f"http://testserver{ADDRESS}"


class Device:
    """What a telephone does: a key pair, a token bound to it, a proof for each request."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.public = {
            name: value
            for name, value in json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key())).items()
            if name in {"kty", "crv", "x", "y"}
        }
        self.token = ""

    def proof(self, *, kind: str = "dpop+jwt", **changed: Any) -> str:
        said = {
            "htm": "GET",
            "htu": HERE,
            "ath": _encoded(hashlib.sha256(self.token.encode()).digest()),
            "nonce": proofs.fresh_nonce(at=clock.real_now()),
            "jti": "one",
            **changed,
        }
        return jwt.encode(said, self.key, algorithm="ES256", headers={"typ": kind, "jwk": self.public})

    def headers(self, proof: str | None = None, **more: str) -> dict[str, str]:
        return {"Authorization": f"DPoP {self.token}", "DPoP": proof or self.proof(), **more}


@pytest.fixture
def lan() -> User:
    user = make_user("lan")
    make_person(make_unit("SNN"), "Lan", user=user)
    return user


@pytest.fixture
def device(lan: User) -> Device:
    made = Device()
    made.token, _row = issue_token(
        lan, at=clock.now(), real=clock.real_now(), key_thumbprint=proofs.thumbprint(made.public)
    )
    return made


def asked(client: Client, headers: dict[str, str]) -> Any:
    return client.get(ADDRESS, headers=headers)


def test_device_is_known_by_its_proof(client: Client, device: Device) -> None:
    assert asked(client, device.headers()).status_code == 200


def test_token_of_a_device_is_nothing_without_its_key(client: Client, device: Device) -> None:
    assert asked(client, {"Authorization": f"Bearer {device.token}"}).status_code == 401
    assert asked(client, {"Authorization": f"DPoP {device.token}"}).status_code == 401
    thief = Device()
    thief.token = device.token
    assert asked(client, thief.headers()).status_code == 401


def test_plain_token_is_not_taken_as_one_of_a_device(client: Client, device: Device, lan: User) -> None:
    device.token, _row = issue_token(lan, at=clock.now(), real=clock.real_now())
    assert asked(client, device.headers()).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"htm": "POST"},
        {"htu": "http://testserver/api/v1/units/A/returns"},
        {"htu": f"http://khac.vn{ADDRESS}"},
        {"htu": "http://["},
        {"ath": "x"},
        {"kind": "jwt"},
    ],
    ids=["method", "path", "host", "no address", "token", "type"],
)
def test_proof_for_something_else_is_refused(client: Client, device: Device, changed: dict[str, str]) -> None:
    assert asked(client, device.headers(device.proof(**changed))).status_code == 401


@pytest.mark.parametrize("nonce", ["", "x:y", None], ids=["none", "forged", "old"])
def test_bad_nonce_is_answered_with_a_new_one(client: Client, device: Device, nonce: str | None) -> None:
    old = proofs.fresh_nonce(at=clock.real_now() - proofs.NONCE_LIFE - datetime.timedelta(seconds=1))
    answer = asked(client, device.headers(device.proof(nonce=old if nonce is None else nonce)))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'DPoP error="use_dpop_nonce"'
    assert asked(client, device.headers(device.proof(nonce=answer["DPoP-Nonce"]))).status_code == 200


@pytest.mark.parametrize("proof", ["x", "a.b.c", "x" * 3000])
def test_nonsense_is_no_proof(client: Client, device: Device, proof: str) -> None:
    assert asked(client, device.headers(proof)).status_code == 401


def test_private_or_other_keys_are_not_registered() -> None:
    device = Device()
    for key in ({**device.public, "d": "x"}, {**device.public, "crv": "P-384"}, {"kty": "RSA"}):
        with pytest.raises(proofs.ProofError):
            proofs.thumbprint(key)


def test_page_of_another_site_is_refused(client: Client, device: Device) -> None:
    assert asked(client, device.headers(Origin="http://testserver")).status_code == 200
    assert asked(client, device.headers(Origin="http://xau.vn")).status_code == 401
    assert asked(client, device.headers(Origin="http://[")).status_code == 401


def test_revoked_device_hears_that_it_is_revoked(client: Client, device: Device, lan: User) -> None:
    revoke_token(AccessToken.objects.get(), at=clock.now(), actor=lan)
    answer = asked(client, device.headers())
    assert answer.status_code == 401
    assert "revoked" in answer["WWW-Authenticate"]


def test_same_device_registers_again_and_keeps_its_old_token(client: Client, device: Device, lan: User) -> None:
    client.force_login(lan)
    answer = client.post("/api/v1/devices", {"key": device.public}, content_type="application/json")
    assert answer.status_code == 201
    assert AccessToken.objects.count() == 1
    client.logout()
    for token in (device.token, answer.json()["token"]):
        device.token = token
        assert asked(client, device.headers()).status_code == 200


def test_key_that_is_none_is_refused_in_words(client: Client, lan: User) -> None:
    client.force_login(lan)
    wrong = {**Device().public, "crv": "P-384"}
    answer = client.post("/api/v1/devices", {"key": wrong}, content_type="application/json")
    assert answer.status_code == 422
    assert "P-256" in answer.json()["errors"][0]["detail"]
