"""The forms of a page with what stands in them, as a browser would send them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from vungxanh.cli.simulate.wire import Browser

KEPT_INPUTS = {"hidden", "text", "number", "date", "datetime-local", ""}
"""A tick box, a round button and a file are sent where somebody chose them."""


@dataclass
class Form:
    """`labels`: of a field, by its name."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.names: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.into: tuple[str, str] | None = None
        self.text = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.form, self.names, self.said = Form(given.get("action", "")), {}, {}
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "label":
            self.into, self.text = ("label", given.get("for", "")), ""
        elif name and tag in ("input", "textarea", "select"):
            self.names[given.get("id", "")] = name
            self.select = name if tag == "select" else ""
            if tag == "textarea":
                self.into, self.text = ("textarea", name), ""
            elif tag == "input" and given.get("type", "") in KEPT_INPUTS:
                self.form.fields[name] = given.get("value", "")
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.form.fields):
            # Unless one is selected, the first.
            self.form.fields[self.select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.into:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        if self.into and tag == self.into[0]:
            if tag == "textarea":
                # A line break right behind the tag is none of the text.
                self.form.fields[self.into[1]] = self.text.removeprefix("\n")
            else:
                self.said[self.into[1]] = " ".join(self.text.split())
            self.into = None
        elif tag == "form":
            self.form.labels = {self.names[key]: words for key, words in self.said.items() if key in self.names}
            self.form = None


def forms_of(page: str) -> list[Form]:
    """`page`: as it came, its signs not resolved."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_with(page: str, *, name: str = "", action: str = "") -> Form | None:
    """The first that has such a field, or leads there."""
    found = (one for one in forms_of(page) if name in one.fields or (action and one.action == action))
    return next(found, None)


def press(browser: Browser, page: str, to: str, fields: Mapping[str, object]) -> str:
    """The status that answers the form of the page that leads there. Where none is shown, the address is there all the
    same; what is taken then, nobody could have sent."""
    form = form_with(browser.get(page).page, action=to)
    status = browser.post(to, {**(form.fields if form else {}), **fields}).status
    return str(status) if form or status >= 400 else f"{status} without a form"
