"""The questionnaire as an XLSForm, which ODK and Kobo open: the same questions where there is no network of ours."""

from collections.abc import Iterator

from vungxanh.common.spreadsheets import workbook_of
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import Item, Phrase, Questionnaire, Temperature

VI, EN = "Tiếng Việt (vi)", "English (en)"
SURVEY = (
    "type",
    "name",
    f"label::{VI}",
    f"label::{EN}",
    f"hint::{VI}",
    f"hint::{EN}",
    "required",
    "relevant",
    "constraint",
    f"constraint_message::{VI}",
    f"constraint_message::{EN}",
)
CHOICES = ("list_name", "name", f"label::{VI}", f"label::{EN}")
SETTINGS = ("form_title", "form_id", "version", "default_language")
TITLES = {Window.ARRIVAL: "Tờ khai y tế khi đến làm việc", Window.LEAVING: "Tờ khai y tế khi hết giờ làm"}
NO_WORDS = Phrase(vi="", en="")
OUTSIDE = Phrase(
    vi="Nhiệt độ cơ thể từ {lowest:g} đến {highest:g} °C.",
    en="A body temperature lies between {lowest:g} and {highest:g} °C.",
)
CODES = Phrase(vi="Ghi mã đơn vị hành chính, cách nhau bằng dấu cách", en="Codes of areas, parted by spaces")

Row = tuple[str, ...]


def xlsform(form: Questionnaire, window: Window) -> bytes:
    """One window, since the two ask differently; every name is the linkId."""
    choices = [("yes_no", "yes", "Có", "Yes"), ("yes_no", "no", "Không", "No")]
    settings = [(TITLES[window], f"{form.code}_{window.lower()}", form.version, VI)]
    return workbook_of(
        [
            ("survey", SURVEY, list(_survey(form, window))),
            ("choices", CHOICES, choices),
            ("settings", SETTINGS, settings),
        ]
    )


def _survey(form: Questionnaire, window: Window) -> Iterator[Row]:
    yield _row("start", "start")
    yield _row("end", "end")
    yield _row("note", "notice", form.notice)
    for group in form.groups(window):
        yield _row("begin_group", group.link_id, group.heading(window))
        for item in group.items(window):
            yield _question(item)
        yield _row("end_group", "")
    yield _row("text", form.places.link_id, form.places.heading(window), hint=CODES)
    yield _degrees(form.temperature)
    yield _row("acknowledge", "attested", form.attestation, required=True)


def _question(item: Item) -> Row:
    relevant = f"${{{item.enable_when}}} = 'yes'" if item.enable_when else ""
    return _row(
        "select_one yes_no",
        item.link_id,
        item,
        hint=item.help or NO_WORDS,
        required=item.required,
        relevant=relevant,
    )


def _degrees(rule: Temperature) -> Row:
    limits = {"lowest": rule.lowest, "highest": rule.highest}
    message = Phrase(vi=OUTSIDE.vi.format(**limits), en=OUTSIDE.en.format(**limits))
    constraint = f". >= {rule.lowest:g} and . <= {rule.highest:g}"
    return _row("decimal", "temperature_c", rule, required=rule.required, constraint=constraint, message=message)


def _row(
    kind: str,
    name: str,
    label: Phrase = NO_WORDS,
    *,
    hint: Phrase = NO_WORDS,
    required: bool = False,
    relevant: str = "",
    constraint: str = "",
    message: Phrase = NO_WORDS,
) -> Row:
    must = "yes" if required else ""
    texts = (label.vi, label.en, hint.vi, hint.en)
    return (kind, name, *texts, must, relevant, constraint, message.vi, message.en)
