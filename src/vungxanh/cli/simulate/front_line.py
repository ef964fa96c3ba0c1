"""Plays who is sent to the front line, and the confirmation of the receiver, through the pages; reads the list."""

import re
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.forms import form_with
from vungxanh.cli.simulate.played.front_line import ORDER, POST
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser

SENDS = "C1"
ASSIGNMENT = re.compile(r"/to-chuc/tuyen-dau/([0-9a-f-]{36})/")


@dataclass
class FrontLinePlay(Play):
    """`assignments`: by staff code the key. Each answers with the status of the page."""

    assignments: dict[str, str] = field(default_factory=dict)

    def send_to_front_line(self, act: Act) -> str:
        path, browser = f"/to-chuc/don-vi/{SENDS}/tuyen-dau/them/", self.browsers[act.who]
        page, name = browser.get(path), next(one.name for one in self.world.people if one.code == act.body["person"])
        form = form_with(page.page, name="order_number")
        option = re.search(rf'<option value="(\d+)">[^<]*{name}', page.text)
        if form is None or option is None:
            return str(page.status)
        fields = {"person": option[1], "order_number": ORDER, "place_kind": "CHECKPOINT", "place": POST}
        fields |= {"work": "Đo thân nhiệt, ghi tờ khai", "first_day": act.body["first"], "last_day": act.body["last"]}
        answer = browser.post(path, {**form.fields, **fields})
        made = ASSIGNMENT.search(answer.headers.get("Location", ""))
        if made:
            self.assignments[act.body["person"]] = made[1]
        return str(answer.status)

    def confirm_front_line(self, act: Act) -> str:
        path = f"/to-chuc/tuyen-dau/{self.assignments[act.body['person']]}/"
        fields = {"name": act.body["by"], "post": "Tổ trưởng", "organisation": POST, "day": act.body["day"]}
        fields["note"] = "Đã phục vụ đủ các ngày."
        return str(self.browsers[act.who].fill(path, fields, to=f"{path}xac-nhan/").status)


def found(office: Browser) -> dict[str, Any]:
    """In the shape of the truth, from the spreadsheet of those whose days are over."""
    heads, *rows = office.get("/to-chuc/tuyen-dau/?xem=da-qua&xlsx=1").sheet()
    first = heads.index("Ngày đầu")
    return {
        "front_line": {
            row[0]: [row[3], f"{row[first]:%Y-%m-%d}", f"{row[first + 1]:%Y-%m-%d}", row[-1] == "có"] for row in rows
        }
    }
