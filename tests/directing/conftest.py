"""The small agency on which directing is tried."""

import pytest

from tests.factories.directing import Agency


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()
