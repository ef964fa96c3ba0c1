"""The small agency on which production is tried."""

import pytest

from tests.factories.production import Agency


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()
