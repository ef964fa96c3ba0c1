"""What the tables of risk may ask about a person and about a unit, and which files hold those tables.

Facts of a person that come from declarations have the names of their columns in `screening.Declaration`.
"""

import datetime
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, Rulebook, edition_file, table_file
from vungxanh.common.facts import Fact, FactType, Subject
from vungxanh.screening.rulebook import Phrase

RULES = Path(__file__).parent / "rules"
RISK_LEVELS = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH")
ZONE_LEVELS = ("GREEN", "YELLOW", "ORANGE", "RED")
KINDS_OF_LEVEL = {"PERSON_LEVEL": RISK_LEVELS, "VISITOR_LEVEL": RISK_LEVELS, "AREA_LEVEL": ZONE_LEVELS}
"""Levels of areas have the colours of zones, from the best on."""
AREA_LEVELS = {
    "GREEN": "xanh (cấp 1)",
    "YELLOW": "vàng (cấp 2)",
    "ORANGE": "cam (cấp 3)",
    "RED": "đỏ (cấp 4)",
}
VISITED_LEVELS = {"NONE": "không đến nơi có nguy cơ", **AREA_LEVELS}
CONTACT_CLASSES = {"F0": "F0", "F1": "F1", "F2": "F2", "NONE": "không"}
TEST_RESULTS = {"POSITIVE": "dương tính", "NEGATIVE": "âm tính"}


def _of_person(name: str, kind: FactType, label: str, choices: dict[str, str] | None = None) -> Fact:
    return Fact(name, kind, label, Subject.PERSON, choices or {})


def _of_unit(name: str, kind: FactType, label: str, choices: dict[str, str] | None = None) -> Fact:
    return Fact(name, kind, label, Subject.UNIT, choices or {})


PERSON_FACTS = (
    _of_person("has_fever", FactType.BOOLEAN, "Sốt từ 37,5 °C trở lên ở lần khai gần nhất"),
    _of_person("symptom_count", FactType.INTEGER, "Số dấu hiệu ở lần khai gần nhất"),
    _of_person("has_respiratory_sign", FactType.BOOLEAN, "Ho, đau họng hoặc khó thở ở lần khai gần nhất"),
    _of_person("has_lost_taste_or_smell", FactType.BOOLEAN, "Mất vị giác hoặc khứu giác ở lần khai gần nhất"),
    _of_person("had_contact_with_case", FactType.BOOLEAN, "Tiếp xúc người bệnh hoặc nghi mắc trong 14 ngày qua"),
    _of_person("had_contact_with_symptomatic", FactType.BOOLEAN, "Tiếp xúc người có dấu hiệu trong 14 ngày qua"),
    _of_person(
        "came_from_epidemic_area", FactType.BOOLEAN, "Về từ, hoặc tiếp xúc người về từ, nơi có dịch trong 14 ngày"
    ),
    _of_person("worst_visited_level", FactType.TEXT, "Vùng nguy cơ cao nhất đã đến trong 14 ngày qua", VISITED_LEVELS),
    _of_person("is_isolating", FactType.BOOLEAN, "Đang cách ly"),
    _of_person("residence_area_level", FactType.TEXT, "Cấp độ dịch nơi cư trú", AREA_LEVELS),
    _of_person("contact_class", FactType.TEXT, "Diện F0, F1, F2", CONTACT_CLASSES),
    _of_person("test_result", FactType.TEXT, "Kết quả xét nghiệm còn hiệu lực", TEST_RESULTS),
    _of_person("vaccination_doses", FactType.INTEGER, "Số mũi vắc-xin đã tiêm đủ 14 ngày"),
    _of_person("days_since_case", FactType.INTEGER, "Số ngày từ khi khỏi bệnh"),
    _of_person("serves_on_front_line", FactType.BOOLEAN, "Đang làm nhiệm vụ ở tuyến đầu"),
    _of_person("days_since_front_line", FactType.INTEGER, "Số ngày từ ngày cuối làm nhiệm vụ ở tuyến đầu"),
)
UNIT_FACTS = (
    _of_unit("very_high_people", FactType.INTEGER, "Số người nguy cơ rất cao chưa cách ly"),
    _of_unit("high_people", FactType.INTEGER, "Số người nguy cơ cao chưa cách ly"),
    _of_unit("missing_declarations", FactType.INTEGER, "Số người quá giờ chưa khai báo trong ngày"),
    _of_unit("area_level", FactType.TEXT, "Cấp độ dịch nơi đơn vị đóng", AREA_LEVELS),
    _of_unit("cases_in_14_days", FactType.INTEGER, "Số ca F0 trong 14 ngày qua"),
    _of_unit("open_contacts", FactType.INTEGER, "Số F1, người nghi mắc chưa được cách ly"),
    _of_unit("plan_is_approved", FactType.BOOLEAN, "Kế hoạch bảo đảm Vùng xanh đã được duyệt"),
    _of_unit("workplace_index", FactType.NUMBER, "Chỉ số nguy cơ lây nhiễm tại nơi làm việc (%)"),
)


def _known(*names: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in PERSON_FACTS if fact.name in names)


CONSISTENCY_FACTS = (
    _of_person("denies_contact", FactType.BOOLEAN, "Lần khai khi đến trả lời không tiếp xúc người bệnh"),
    _of_person("days_since_declared_contact", FactType.INTEGER, "Số ngày từ lần đầu khai có tiếp xúc, ngay trước đó"),
    _of_person("reports_nothing", FactType.BOOLEAN, "Lần khai gần nhất không có dấu hiệu, không có tiếp xúc"),
    _of_person("is_absent", FactType.BOOLEAN, "Nghỉ phép, nghỉ ốm, thai sản hoặc đi học cả ngày"),
    _of_person("was_at_site", FactType.BOOLEAN, "Có mặt: qua cổng, vào phòng, hoặc khai bằng mã của địa điểm"),
    _of_person("same_answers_in_a_row", FactType.INTEGER, "Số lần khai liền nhau giống hệt, cả nhiệt độ"),
    _of_person("minutes_between_sites", FactType.NUMBER, "Số phút giữa hai lượt ở hai địa điểm"),
    _of_person("hours_declared_before_gate", FactType.NUMBER, "Số giờ từ lúc khai đến lúc qua cổng"),
    _of_person("entered_without_declaring", FactType.BOOLEAN, "Đã qua cổng mà không có tờ khai"),
)
READERS = ("NOBODY", "HEAD", "HEALTH_OFFICER")
CONSISTENCY_RULEBOOK = Rulebook(
    Subject.PERSON,
    (*CONSISTENCY_FACTS, *_known("contact_class", "test_result", "is_isolating")),
    READERS,
    badges="reader",
)
PERSON_RULEBOOK = Rulebook(Subject.PERSON, PERSON_FACTS, RISK_LEVELS, badges="risk")
UNIT_RULEBOOK = Rulebook(Subject.UNIT, UNIT_FACTS, ZONE_LEVELS, badges="zone")


class ReturnTimes(Edition, frozen=True, kw_only=True):
    """When the daily return is prepared and due. For `explain_days` after its day a unit says why it was late or did
    not come."""

    prepared_at: datetime.time
    due_at: datetime.time
    explain_days: int


class UnusualEventRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What opens an unusual return at once: a person's level, that of a guest who is held, or that of the unit's area
    from `from_level` on, or one of the `reasons` for which a gate holds somebody."""

    code: str
    kind: Literal["PERSON_LEVEL", "VISITOR_LEVEL", "AREA_LEVEL", "GATE"]
    when: Literal["ALWAYS", "AFTER_RETURN"]
    says: str
    from_level: str = ""
    reasons: tuple[str, ...] = ()


class UnusualEvents(Edition, frozen=True, kw_only=True):
    """The return that an event opens is on time within `within_minutes`."""

    within_minutes: int
    event: tuple[UnusualEventRow, ...]

    def of_level(self, kind: str, level: str, *, is_after_return: bool) -> UnusualEventRow | None:
        """The first row that the level reaches."""
        levels = KINDS_OF_LEVEL[kind]
        return next(
            (
                row
                for row in self.event
                if row.kind == kind
                and (is_after_return or row.when == "ALWAYS")
                and levels.index(level) >= levels.index(row.from_level)
            ),
            None,
        )

    def of_gate(self, reason: str, *, is_after_return: bool) -> UnusualEventRow | None:
        rows = (row for row in self.event if row.kind == "GATE" and reason in row.reasons)
        return next((row for row in rows if is_after_return or row.when == "ALWAYS"), None)

    def faults(self, at: str) -> Iterator[Fault]:
        codes = [one.code for one in self.event]
        if len(codes) != len(set(codes)):
            yield Fault(f"{at}.event", "mỗi mã chỉ được dùng một lần")
        if self.within_minutes < 1:
            yield Fault(f"{at}.within_minutes", "ít nhất 1 phút")
        for number, one in enumerate(self.event, start=1):
            yield from self._faults_of(one, f"{at}.event[{number}]")

    def _faults_of(self, one: UnusualEventRow, where: str) -> Iterator[Fault]:
        levels = KINDS_OF_LEVEL.get(one.kind, ())
        if levels and one.from_level not in levels:
            yield Fault(f"{where}.from_level", f"là một trong {', '.join(levels)}")
        if one.kind == "GATE" and (not one.reasons or one.from_level):
            yield Fault(where, "việc ở cổng nêu reasons, không nêu from_level")
        if one.kind != "GATE" and one.reasons:
            yield Fault(f"{where}.reasons", "chỉ việc ở cổng mới nêu reasons")
        try:
            one.says.format(level="")
        except (KeyError, IndexError, ValueError):
            yield Fault(f"{where}.says", "trong câu chỉ được có {level}")


class LookingBack(Edition, frozen=True, kw_only=True):
    """For how many days something declared still counts; older than that it is unknown."""

    exposure_days: int
    sign_days: int


def _names_only(sentence: str, names: set[str]) -> bool:
    """Whether braces in the sentence hold these names and nothing else: no attribute, no width."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        return False
    return all(name is None or (name in names and not spec and not kind) for _text, name, spec, kind in parts)


class ReturnReminderRow(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who is reminded from `at` on, in words that name the unit and the hour at which its return is due."""

    code: str
    at: datetime.time
    to: Literal["ACTORS", "SUPERIORS"]
    is_on: bool = True


class ReturnReminders(Edition, frozen=True, kw_only=True):
    """The reminders of the daily return."""

    reminder: tuple[ReturnReminderRow, ...]

    def due(self, time: datetime.time) -> list[ReturnReminderRow]:
        """Of each group the latest one whose time has come: what was missed before it is not made up for."""
        passed = sorted((one for one in self.reminder if one.is_on and one.at <= time), key=lambda one: one.at)
        return list({one.to: one for one in passed}.values())

    def faults(self, at: str) -> Iterator[Fault]:
        codes = [one.code for one in self.reminder]
        if len(codes) != len(set(codes)):
            yield Fault(f"{at}.reminder", "mỗi mã chỉ được dùng một lần")
        for number, one in enumerate(self.reminder, start=1):
            if not (_names_only(one.vi, {"unit", "due"}) and _names_only(one.en, {"unit", "due"})):
                yield Fault(f"{at}.reminder[{number}]", "trong câu chỉ được có {unit} và {due}")
            if not (one.vi.strip() and one.en.strip()):
                yield Fault(f"{at}.reminder[{number}]", "câu nhắc không được để trống")


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets each version of a return. `is_in_order`: nothing newer of a unit goes while an older one is open.

    After a failed try the next one waits `retry_minutes[n]`, the last of them from then on, until `give_up_hours` after
    it was written. HTTPS also needs the address in NATIONAL_MAP_URL, DHIS2 the one in DHIS2_URL.
    """

    code: str
    name: str
    way: Literal["MANUAL", "FILE", "HTTPS", "DHIS2"]
    is_on: bool
    is_in_order: bool = True
    retry_minutes: tuple[int, ...] = ()
    give_up_hours: int = 0


class SheetField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the sheet to copy and a column of the files: `path` leads to its value in the payload."""

    says: str
    path: str


def value_at(payload: object, path: str) -> object:
    """What stands at `path` of a payload, names parted by dots; None where nothing does."""
    for name in path.split("."):
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


class DeliveryRule(Edition, frozen=True, kw_only=True):
    """Receivers of the returns, what they are shown, and how the screenshots that prove an entry are kept."""

    receiver: tuple[Receiver, ...]
    field: tuple[SheetField, ...]
    longest_edge: int
    largest_mb: int
    most_proofs: int
    withdraw_minutes: int
    keep_days: int


Uid = Annotated[str, msgspec.Meta(pattern="^[A-Za-z][A-Za-z0-9]{10}$")]
"""What DHIS2 calls its objects by."""
UidOrNone = Annotated[str, msgspec.Meta(pattern="^([A-Za-z][A-Za-z0-9]{10})?$")]


class Dhis2Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    org_unit: Uid


class Dhis2Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a word of the payload is called there."""

    word: str
    value: str


class Dhis2Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure and its data element: `path` leads to it in the payload."""

    says: str
    path: str
    data_element: Uid
    category_option_combo: UidOrNone = ""
    code: tuple[Dhis2Code, ...] = ()


class Dhis2Mapping(Edition, frozen=True, kw_only=True):
    """Which figure of a return goes where in the installation's DHIS2."""

    data_set: UidOrNone = ""
    attribute_option_combo: UidOrNone = ""
    unit: tuple[Dhis2Unit, ...]
    value: tuple[Dhis2Value, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        for name, keys in (
            ("unit", [one.code for one in self.unit]),
            ("value", [f"{one.data_element} {one.category_option_combo}" for one in self.value]),
        ):
            if len(keys) != len(set(keys)):
                yield Fault(f"{at}.{name}", "mỗi mã chỉ được dùng một lần")


PERSON_TABLE = table_file(RULES / "person_covid19.toml", PERSON_RULEBOOK)
CONSISTENCY_TABLE = table_file(RULES / "consistency.toml", CONSISTENCY_RULEBOOK)
ZONE_TABLE = table_file(RULES / "unit_zone.toml", UNIT_RULEBOOK)
RETURN_TIMES = edition_file(RULES / "daily_return.toml", title="Giờ của báo cáo ngày", schema=ReturnTimes)
UNUSUAL_EVENTS = edition_file(
    RULES / "unusual_events.toml", title="Việc bất thường phải báo ngay", schema=UnusualEvents
)
RETURN_REMINDERS = edition_file(RULES / "return_reminders.toml", title="Nhắc nộp báo cáo ngày", schema=ReturnReminders)
DELIVERIES = edition_file(RULES / "deliveries.toml", title="Nơi nhận báo cáo, bản đồ", schema=DeliveryRule)
DHIS2 = edition_file(RULES / "dhis2.toml", title="Số liệu gửi DHIS2", schema=Dhis2Mapping)
LOOKING_BACK = edition_file(RULES / "looking_back.toml", title="Thời gian nhìn lại các lần khai", schema=LookingBack)


def is_worse(level: str, than: str, *, levels: tuple[str, ...] = RISK_LEVELS) -> bool:
    return levels.index(level) > levels.index(than)
