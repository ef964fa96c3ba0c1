"""The small agency on which the movement is tried."""

import pytest

from tests.factories.directing import Agency
from tests.factories.movement import make_campaign
from vungxanh.movement.models import Campaign


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """Under way."""
    return make_campaign(agency.root, agency.office, opened=True)
