"""The small agency on which plans are tried, with a movement under way; its units are no phòng but have no numbers."""

import pytest

from tests.factories.directing import Agency
from tests.factories.movement import make_campaign
from vungxanh.movement.models import Campaign


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """Under way since nine o'clock of Monday, to be launched by 30/09/2021."""
    return make_campaign(agency.root, agency.office, opened=True)
