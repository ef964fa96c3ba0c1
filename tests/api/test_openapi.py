"""The description of the API, and the served application held against it."""

import re
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from tests.api.conftest import Caller
from vungxanh.config.wsgi import application

PATH = "/api/v1/openapi.json"
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def description(client: Client, db: None) -> dict[str, Any]:
    response = client.get(PATH)
    assert response.status_code == 200
    return response.json()


def operations(description: dict[str, Any]) -> set[tuple[str, str]]:
    paths = description["paths"].items()
    return {(method, path.removeprefix("/api/v1")) for path, methods in paths for method in methods}


def test_description_is_open_and_of_version_3_1(description: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d", description["openapi"])


def test_description_knows_every_operation_of_the_contract(description: dict[str, Any]) -> None:
    assert operations(description) >= {
        ("post", "/tokens"),
        ("post", "/declarations"),
        ("get", "/questionnaires/current"),
        ("get", "/units/{code}/days/{day}"),
        ("get", "/units/{code}/zones"),
        ("post", "/units/{code}/returns"),
        ("get", "/control-room/{day}"),
    }


def test_every_refusal_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            refusals = {status: one for status, one in operation["responses"].items() if int(status) >= 400}
            kinds = {kind for one in refusals.values() for kind in one["content"]}
            assert (method, path, kinds) == (method, path, {"application/problem+json"})


@pytest.mark.django_db(transaction=True)
def test_served_application_does_what_the_description_says(head: Caller) -> None:
    """Thrown at each operation: what fits its description and what does not; no answer is outside of it."""
    schema = schemathesis.openapi.from_wsgi(PATH, application)
    token = head.client.defaults["HTTP_AUTHORIZATION"]
    headers = {"Authorization": token, "Host": "testserver", "Accept-Encoding": "identity"}
    tried = 0
    for found in schema.get_all_operations():

        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=found.ok().as_strategy())
        def throw(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        throw()
        tried += 1
    assert tried == len(operations(schema.raw_schema))
