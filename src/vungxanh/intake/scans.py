"""`POST /api/v1/gates/{place}/scans`, from gates with network scan by scan, from others what they kept meanwhile."""

import re
from collections.abc import Sequence

from vungxanh.admission.operations.gate_batch import ScanBatch, ScanResult, merge_scans
from vungxanh.api.gates import ScansIn, all_shown, scan_batch
from vungxanh.common import clock
from vungxanh.common.verdict import Verdict
from vungxanh.intake.door import Answer, Arrived, Door, Kind, in_json
from vungxanh.organization.queries.people import all_open_users
from vungxanh.organization.queries.places import all_open_places_coded


def write(group: Sequence[Arrived[ScansIn]]) -> list[Answer | None]:
    """Whoever keeps no gate there, or names none that is open, hears of it from the page."""
    now = clock.now()
    users = all_open_users({one.claims.user_id for one in group})
    gates = all_open_places_coded({one.named for one in group}, on=now.date())
    batches: dict[int, ScanBatch] = {}
    for number, one in enumerate(group):
        user, gate = users.get(one.claims.user_id), gates.get(one.named)
        if user and gate:
            batches[number] = scan_batch(one.given, gate, user, str(one.claims.token_id), at=now)
    outcomes = dict(zip(batches, merge_scans(list(batches.values()), at=now), strict=True))
    return [_answer(outcomes.get(number)) for number in range(len(group))]


def _answer(outcome: list[ScanResult] | Verdict | None) -> Answer | None:
    return Answer(200, in_json(all_shown(outcome)).encode()) if isinstance(outcome, list) else None


door = Door(Kind(re.compile(r"/api/v1/gates/([A-Za-z0-9._-]{1,40})/scans"), ScansIn, write, lambda one: len(one.scans)))
"""A code of other characters is left to the page, whose address is written in another way."""
