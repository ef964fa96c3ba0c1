"""Plays the movement through the pages, as the Office, the heads and everybody do it, and reads it by the API."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.acting import Play
from vungxanh.cli.simulate.played.movement import CODE, LAUNCH_BY, MEASURES, OPENED, PERIOD
from vungxanh.cli.simulate.played.world import ROOT, Act
from vungxanh.cli.simulate.wire import Browser
from vungxanh.movement.rulebook import shipped

FILE, OWN_FILE = "giu_vung_vung_xanh_2021.toml", "-"
HOME = f"/phong-trao/{CODE}/"


def campaign_text() -> str:
    """The shipped plan, its days moved to those that are played."""
    text = shipped()[FILE]
    for name, day in (("starts_on", OPENED), ("launch_by", LAUNCH_BY)):
        text = re.sub(rf"^{name} = .*$", f"{name} = {day}", text, count=1, flags=re.MULTILINE)
    for was, now in (
        ("first = 2021-09-16\nlast = 2021-10-15", "first = 2021-12-20\nlast = 2022-01-09"),
        ("review_by = 2021-10-20", "review_by = 2022-01-19"),
        ("due_on = 2021-10-20", "due_on = 2022-01-19"),
        ("due_on = 2021-12-15", "due_on = 2022-12-15"),
        ("first = 2021-10-16\nlast = 2021-12-31", "first = 2022-01-10\nlast = 2022-03-31"),
        ("review_by = 2022-01-15", "review_by = 2022-04-15"),
        ("due_on = 2022-01-15", "due_on = 2022-04-15"),
    ):
        if was not in text:
            raise ValueError(f"{FILE}: {was}")
        text = text.replace(was, now)
    return text


@dataclass
class MovementPlay(Play):
    """What is done about the movement; each answers with the status of the page."""

    def load_campaign(self, act: Act) -> str:
        text = campaign_text()
        if act.body["is_faulty"]:
            text = text.replace("total_points = 100", "total_points = 99")
        fields = {"unit": ROOT, "source": OWN_FILE, "text": text}
        return str(self.browsers[act.who].fill("/phong-trao/nap/", fields).status)

    def open_campaign(self, act: Act) -> str:
        return str(self.browsers[act.who].fill(HOME, {}, to=f"{HOME}mo/").status)

    def launch(self, act: Act) -> str:
        fields = {
            "launched_on": f"{act.at:%Y-%m-%d}",
            "form": "MEETING",
            "present": act.body["present"],
            "text": "Hội nghị toàn đơn vị, quán triệt kế hoạch, phân công từng người.",
            "own_criteria": "Không ai quên khai báo buổi chiều.",
        }
        return str(self.browsers[act.who].fill(f"{HOME}phat-dong/{act.body['unit']}/ghi/", fields).status)

    def pledge_unit(self, act: Act) -> str:
        return self._pledge(act, f"{HOME}giao-uoc/don-vi/{act.body['unit']}/")

    def pledge(self, act: Act) -> str:
        return self._pledge(act, f"{HOME}giao-uoc/cua-toi/")

    def _pledge(self, act: Act, path: str) -> str:
        """The words may be changed before they are confirmed."""
        return str(
            self.browsers[act.who].fill(path, {"lines": "Khai báo trung thực.\nGiữ đơn vị là vùng xanh."}).status
        )


def found(office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    return {"launches": dict(_launches(office)), "scores": dict(_scores(office))}


def _launches(office: Browser) -> Iterator[tuple[str, list[Any]]]:
    for one in office.get(f"/api/v1/campaigns/{CODE}/launches?size=200").json["items"]:
        names = ("state", "launched_on", "present", "has_pledged", "pledged", "people")
        yield one["unit"], [one[name] for name in names]


def _scores(office: Browser) -> Iterator[tuple[str, list[int]]]:
    for card in office.get(f"/api/v1/campaigns/{CODE}/scorecards?period={PERIOD}&size=200").json["items"]:
        lines: Mapping[str, Any] = {line["measure"]: line for line in card["lines"]}
        for name, measure in MEASURES.items():
            yield f"{card['unit']} {name}", [lines[measure]["done"], lines[measure]["due"]]
