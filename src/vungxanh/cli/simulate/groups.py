"""Plays what groups do through their pages, and reads the spreadsheet of their activities and what the Party committee
said of a plan."""

import io
import re
from dataclasses import dataclass
from typing import Any

from PIL import Image

from vungxanh.cli.simulate.forms import form_with, press
from vungxanh.cli.simulate.plans import PlansPlay
from vungxanh.cli.simulate.played.groups import GROUP, GROUP_NAME
from vungxanh.cli.simulate.played.movement import CODE
from vungxanh.cli.simulate.played.world import Act
from vungxanh.cli.simulate.wire import Browser, File
from vungxanh.cli.simulate.words import plain

HOME = f"/phong-trao/{CODE}/"
OF_GROUP = f"{HOME}hoat-dong/doan-the/{GROUP}/"
PLEDGE = re.compile(r"Ký xác nhận điện tử: [^,]+, (\d\d:\d\d \d\d/\d\d/\d{4})")
ANSWER = re.compile(r'<div class="vx-answer">(.*?)</div>', re.DOTALL)
OPINION = re.compile(r"(.*) \d\d/\d\d/\d{4} · ")
"""With the day on which it was given; a comment has none."""


@dataclass
class GroupsPlay(PlansPlay):
    """Each answers with the status of the page."""

    def pledge_group(self, act: Act) -> str:
        lines = "Vận động đoàn viên khai báo trung thực.\nGiúp nhau khi phải cách ly."
        return str(self.browsers[act.who].fill(f"{HOME}giao-uoc/doan-the/{GROUP}/", {"lines": lines}).status)

    def record_activity(self, act: Act) -> str:
        path, browser, told = f"{OF_GROUP}ghi/", self.browsers[act.who], act.body
        page = browser.get(path)
        form = form_with(page.page, name="title")
        if form is None:
            return str(page.status)
        fields = {name: told[name] for name in ("title", "held_on", "took_part")}
        fields |= {"place": "Trụ sở Phòng B", "text": "Cùng làm trong một buổi.", "people": "\n".join(told["named"])}
        fields |= told.get("result", {})
        pictures = [File("pictures", "buoi-ve-sinh.png", _picture())] if told["picture"] else []
        return str(browser.post_files(path, {**form.fields, **fields}, pictures).status)

    def give_opinion(self, act: Act) -> str:
        path = self._plan(act)
        fields = {"text": act.body["text"], "given_on": f"{act.at:%Y-%m-%d}"}
        return press(self.browsers[act.who], path, f"{path}cap-uy/", fields)


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "seagreen").save(buffer, "PNG")
    return buffer.getvalue()


def found(play: GroupsPlay, office: Browser) -> dict[str, Any]:
    """In the shape of the truth."""
    book = office.get(f"{HOME}hoat-dong/xlsx/")
    months, activities = book.sheet(0)[1:], book.sheet(1)[1:]
    pledge = PLEDGE.search(plain(office.get(f"{HOME}giao-uoc/doan-the/{GROUP}/").text))
    return {
        "activities": {
            **{f"{GROUP} {month}": counts for name, month, *counts in months if name == GROUP_NAME},
            **{title: [f"{day:%Y-%m-%d}", row[3]] for _group, title, day, *row in activities},
            f"{GROUP} giao ước": [pledge[1] if pledge else ""],
        },
        "opinions": {
            f"{unit} {kind}": said
            for (unit, kind), key in play.plans.items()
            if (said := _opinions(office.get(f"/ke-hoach/{key}/").text))
        },
    }


def _opinions(page: str) -> list[str]:
    return [said[1] for answer in ANSWER.findall(page) if (said := OPINION.match(plain(answer)))]
