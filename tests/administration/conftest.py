"""An agency with an administrator of all of it, one of a part, the Office, a leader and somebody without a role."""

from types import SimpleNamespace

import pytest

from tests.factories.organization import make_holder, make_unit
from vungxanh.organization.enums import Role


@pytest.fixture
def agency(db: None) -> SimpleNamespace:
    root = make_unit("SNN")
    part = make_unit("CC", root)
    return SimpleNamespace(
        root=root,
        part=part,
        administrator=make_holder("quantri", Role.ADMINISTRATOR, root),
        of_part=make_holder("quantri-cc", Role.ADMINISTRATOR, part),
        office=make_holder("vanphong", Role.OFFICE, root),
        director=make_holder("giamdoc", Role.DIRECTOR, root),
        clerk=make_holder("daumoi", Role.UNIT_CLERK, part),
    )
