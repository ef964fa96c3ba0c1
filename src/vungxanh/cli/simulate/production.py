"""Plays targets and figures of production through their pages, and reads by the API how they stand."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.played.production import BASIS, MONTH, SOURCE
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser
from vungxanh.cli.simulate.words import table_rows

TARGET = re.compile(r"/san-xuat/giao/([0-9a-f-]{36})/")
FIGURE = re.compile(r'name="figures"\s+value="(\d+)"')


@dataclass
class ProductionPlay(Play):
    """Each answers with the status of the page."""

    def propose_target(self, act: Act) -> str:
        fields = {"indicator": act.body["indicator"], "value": act.body["value"], "basis": BASIS}
        fields |= {"first_month": MONTH, "last_month": MONTH}
        return str(self.browsers[act.who].fill(f"/san-xuat/don-vi/{act.body['unit']}/giao/", fields).status)

    def approve_target(self, act: Act) -> str:
        """By its page, where whoever reads it sees the buttons of whoever decides."""
        browser = self.browsers[act.who]
        page = browser.get(f"/san-xuat/don-vi/{act.body['unit']}/{act.body['indicator']}/").page
        found = TARGET.search(page)
        return str(
            browser.post(f"/san-xuat/giao/{found[1] if found else uuid.UUID(int=0)}/duyet/", {"reason": ""}).status
        )

    def enter_figure(self, act: Act) -> str:
        path, code = f"/san-xuat/don-vi/{act.body['unit']}/nhap/?thang={MONTH}", act.body["indicator"]
        return str(self.browsers[act.who].fill(path, {f"v_{code}": act.body["value"], f"g_{code}": SOURCE}).status)

    def verify_figure(self, act: Act) -> str:
        return self._check(act, "xac-minh")

    def return_figure(self, act: Act) -> str:
        return self._check(act, "tra-lai")

    def _check(self, act: Act, verb: str) -> str:
        """The one that waits of the unit is ticked; whoever checks nothing sends what the Office would."""
        browser = self.browsers[act.who]
        page = browser.get("/san-xuat/xac-minh/")
        address = f"/san-xuat/don-vi/{act.body['unit']}/"
        rows = [row for row in table_rows(page.page) if address in row] if page.status == 200 else []
        ticked = [found[1] for row in rows if (found := FIGURE.search(row))]
        fields = {"figures": ticked, "reason": act.body.get("reason", "")}
        return str(browser.post(f"/san-xuat/xac-minh/{verb}/", fields).status)


def found(office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    rows = office.get(f"/api/v1/production?period={MONTH}&size=200").json["items"]
    names = ("target", "reached", "state")
    return {"production": {f"{one['unit']} {one['indicator']}": [one[name] for name in names] for one in rows}}
