"""Plays who decides about those whom the data found, and reads who was found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.played.movement import CODE, PERIOD
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser
from vungxanh.cli.simulate.words import plain

PAGE = f"/khen-thuong/guong-tot/?phong-trao={CODE}&ky={PERIOD}"
DERIVED = {"FRONT_LINE", "RESCUE", "SPOTLESS_PERSON", "SPOTLESS_UNIT"}
"""Patterns of which the play knows who must be found; who improved most is told by halves of the period."""


@dataclass
class HonoursPlay(Play):
    """Each answers with the status of the page."""

    def decide(self, act: Act) -> str:
        """Whoever sees nobody to decide about sends what the Office would."""
        subject = self._subject(act.body["about"])
        path = f"/khen-thuong/guong-tot/{CODE}/{PERIOD}/{subject}/{act.body['verb']}/"
        return str(self.browsers[act.who].post(path, {"reason": act.body["reason"]}).status)

    def _subject(self, about: str) -> str:
        """By the name on the card, as the Director reads the page."""
        people, units = self.world.people, self.world.units
        name = next((one.name for one in people if one.code == about), "") or next(
            (one.name for one in units if one.code == about), ""
        )
        director = next(one.code for one in people if one.role == "DIRECTOR")
        for card in self.browsers[director].get(PAGE).text.split("<h2>")[1:]:
            address = re.search(rf"/{PERIOD}/([\w-]+)/(?:de-xuat|chua-xet)/", card)
            if address and plain(card).startswith(name):
                return address[1]
        return "khong-thay"


def found(office: Browser) -> dict[str, Any]:
    """In the shape of the truth, where the page itself answers."""
    return {"honours": dict(_honours(office)) if office.get(PAGE).status == 200 else {}}


def _honours(office: Browser) -> Iterator[tuple[str, list[Any]]]:
    address = f"/api/v1/campaigns/{CODE}/candidates?period={PERIOD}&size=200"
    for one in office.get(address).json["items"]:
        by = [[told["pattern"], told["figure"]] for told in one["evidence"] if told["pattern"] in DERIVED]
        if by:
            yield one["staff_code"] or one["unit"], [by, one["decision"]]
