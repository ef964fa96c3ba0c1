"""An agency with its Office, and a kind of papers that only the tests have."""

import pytest

from tests.factories.documents import NOTE
from tests.factories.risk import make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.documents import kinds
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit


@pytest.fixture(autouse=True)
def note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(NOTE)


class Agency:
    def __init__(self) -> None:
        self.root: Unit = make_unit("SNN", has_number_series=True)
        self.unit, self.other = make_unit("KL", self.root), make_unit("TY", self.root)
        self.office: User = make_user("vanphong", Role.OFFICE, self.root)
        self.director = make_user("giamdoc", Role.DIRECTOR, self.root)
        self.records = make_user("vanthu", Role.RECORDS_CLERK, self.root)
        self.head = make_user("truong", Role.UNIT_HEAD, self.unit)
        self.stranger = make_user("khac", Role.UNIT_HEAD, self.other)


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()
