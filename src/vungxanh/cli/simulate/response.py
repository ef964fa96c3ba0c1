"""Plays the response plan of a unit through its pages, and reads how it stands."""

import re
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.forms import form_with
from vungxanh.cli.simulate.played.response import ILL, UNIT
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser
from vungxanh.cli.simulate.words import plain, table_rows

RESPONSE = re.compile(r"/ung-pho/viec/([0-9a-f-]{36})/")
SCENARIO = "F0"
DAY = re.compile(r"\d\d/\d\d/\d{4}")


@dataclass
class ResponsePlay(Play):
    """`responses`: by unit the keys, in the order of time. Each answers with the status of the page."""

    responses: dict[str, list[str]] = field(default_factory=dict)

    def draft_response(self, act: Act) -> str:
        path = f"/ung-pho/{act.body['unit']}/"
        return str(self.browsers[act.who].fill(path, {}, to=f"{path}soan/").status)

    def write_response(self, act: Act) -> str:
        """Names the first for every duty, the second as who stands in; the steps stay as the template has them."""
        path, browser = f"/ung-pho/{act.body['unit']}/sua/", self.browsers[act.who]
        page = browser.get(path).page
        form = form_with(page, name="seen")
        fields = dict(form.fields) if form else {}
        keys = [re.search(rf'<option value="(\d+)"[^>]*>\s*{name}', page) for name in act.body["named"]]
        for name in [one for one in fields if one.startswith("duty-")]:
            key = keys[name.endswith("stand_in")]
            fields[name] = key[1] if key else ""
        return str(browser.post(path, fields).status)

    def put_response_in_force(self, act: Act) -> str:
        path, browser = f"/ung-pho/{act.body['unit']}/", self.browsers[act.who]
        form = form_with(browser.get(f"{path}sua/").page, name="seen")
        return str(browser.post(f"{path}ap-dung/", {"seen": form.fields["seen"] if form else ""}).status)

    def start_response(self, act: Act) -> str:
        path, browser = f"/ung-pho/{act.body['unit']}/", self.browsers[act.who]
        form = form_with(browser.get(path).page, action=f"{path}bat-dau/")
        fields = {**(form.fields if form else {}), "scenario": SCENARIO, "is_drill": act.body["drill"]}
        answer = browser.post(f"{path}bat-dau/", {**fields, "place": "Tầng 2, phòng trực"})
        started = RESPONSE.search(answer.headers.get("Location", ""))
        if started:
            self.responses.setdefault(act.body["unit"], []).append(started[1])
        return str(answer.status)

    def tick_response(self, act: Act) -> str:
        """So many steps, or as many as there are; the last answer."""
        path, browser = f"/ung-pho/viec/{self.responses[act.body['unit']][-1]}/", self.browsers[act.who]
        places = re.findall(rf'action="{path}(\d+)/"', browser.get(path).page)
        fields = {"done": "yes", "note": ""}
        answers = [browser.post(f"{path}{place}/", fields).status for place in places[: act.body["count"]]]
        return str(max(answers, default=0))

    def end_response(self, act: Act) -> str:
        path = f"/ung-pho/viec/{self.responses[act.body['unit']][-1]}/"
        return str(self.browsers[act.who].fill(path, {"conclusion": act.body["text"]}, to=f"{path}ket-thuc/").status)


def found(play: ResponsePlay, office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    [row] = [one for one in table_rows(office.get("/ung-pho/").text) if f'"/ung-pho/{UNIT}/"' in one]
    page = plain(office.get(f"/ung-pho/viec/{play.responses[UNIT][-1]}/").text)
    left = re.search(r"Còn (\d+) trên (\d+) việc", page)
    return {
        "responses": {
            UNIT: DAY.findall(plain(row))[:2],
            f"{UNIT} {ILL:%d/%m/%Y}": [int(left[2]) - int(left[1])] if left else [],
        }
    }
