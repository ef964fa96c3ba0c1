"""What every peer owes a declaration and needs no database for: token, form, facts, encryption, judgement.

Written out by hand for the form and the table of 16/9/2021, as leanly as Python allows; a test holds it to ours.
"""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from cryptography.fernet import Fernet

SALT = "vungxanh.access-token"
FORM, VERSION, EDITION = "covid19", "2021.1", "2021-09-16"
SIGNS = ("fever", "cough", "sore_throat", "breathlessness", "pneumonia", "fatigue", "taste_or_smell_lost")
RESPIRATORY = ("cough", "sore_throat", "breathlessness", "pneumonia")
EXPOSURES = ("contact_with_case", "contact_from_epidemic_area", "contact_with_symptomatic", "visited_epidemic_area")
QUESTIONS = frozenset((*SIGNS, *EXPOSURES))
KNOWN = QUESTIONS | {"places"}
MOST_PLACES = 5
FEVER_FROM, LOWEST, HIGHEST = 37.5, 34.0, 43.0
SKEW, OLDEST = 2 * 60_000, 36 * 3_600_000
SIGN_DAYS, EXPOSURE_DAYS = 3, 14
LEVELS = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH")
AREA_LEVELS = ("NONE", "GREEN", "YELLOW", "ORANGE", "RED")
ZONE = datetime.timezone(datetime.timedelta(hours=7))


class DutyError(ValueError):
    """The request is refused; `status` is that of HTTP."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request, for those who decode it with msgspec."""

    client_uuid: UUID
    window: Literal["ARRIVAL", "LEAVING"]
    declared_at: Annotated[datetime.datetime, msgspec.Meta(tz=True)]
    answers: dict[str, bool | list[str]]
    attested: bool
    temperature_c: float | None = None
    site: str | None = None


class Facts(msgspec.Struct, frozen=True):
    """What the rules look at, of one declaration."""

    day: datetime.date
    declared_at: int
    has_fever: bool
    symptom_count: int
    has_respiratory_sign: bool
    has_lost_taste_or_smell: bool
    had_contact_with_case: bool
    had_contact_with_symptomatic: bool
    came_from_epidemic_area: bool
    worst_visited_level: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of one declaration beside its facts."""

    answers: bytes
    content_hash: str
    answers_digest: str


class Keys:
    """What checks tokens, encrypts answers and digests them."""

    def __init__(self, secret: bytes, field_key: bytes) -> None:
        self.token_key = hashlib.sha256(f"{SALT}signer".encode() + secret).digest()
        self.digest_key = hashlib.sha256(b"digest:" + field_key).digest()
        self.encrypt = Fernet(field_key).encrypt

    def user_of(self, authorization: str, at: float) -> int:
        """Whose token a header bears; `at` is the real moment in seconds."""
        signed, _, signature = authorization.removeprefix("Bearer ").rpartition(":")
        right = base64.urlsafe_b64encode(hmac.digest(self.token_key, signed.encode(), "sha256")).rstrip(b"=")
        if not hmac.compare_digest(right, signature.encode()):
            raise DutyError(401, "not a token of this installation")
        content = signed.partition(":")[0]
        _token, user_id, expires, _device = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        if at >= expires:
            raise DutyError(401, "the token has expired")
        return int(user_id)

    def keep(
        self, subject: UUID, window: str, declared_at: int, answers: Mapping[str, Any], temperature: float | None
    ) -> Kept:
        content = {"answers": dict(answers), "temperature_c": temperature}
        whole = {**content, "person": subject.hex, "window": window, "declared_at": declared_at}
        said = {key: value for key, value in answers.items() if value}
        same = json.dumps([subject.hex, window, said, temperature], sort_keys=True, ensure_ascii=False)
        return Kept(
            self.encrypt(json.dumps(content, ensure_ascii=False).encode()),
            hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
            hmac.digest(self.digest_key, same.encode(), "sha256").hex() if temperature is not None else "",
        )


def milliseconds(moment: datetime.datetime) -> int:
    return int(moment.timestamp() * 1000)


def check(declared_at: int, answers: Mapping[str, Any], temperature: float | None, attested: bool, at: int) -> None:
    """Refuses what the form in force does not take."""
    if not attested:
        raise DutyError(422, "confirm that the answers are true")
    if declared_at > at + SKEW or declared_at < at - OLDEST:
        raise DutyError(422, "the time of declaration lies in the future or too far back")
    if temperature is not None and not LOWEST <= temperature <= HIGHEST:
        raise DutyError(422, "a body temperature lies between 34 and 43 °C")
    if answers.keys() - KNOWN:
        raise DutyError(422, "a question that is not in the form in force")
    if not all(isinstance(answers.get(question), bool) for question in QUESTIONS):
        raise DutyError(422, "answer every question with true or false")
    places = answers.get("places", [])
    if not isinstance(places, list) or len(places) > MOST_PLACES:
        raise DutyError(422, "at most five codes of areas")


def facts(
    day: datetime.date, declared_at: int, answers: Mapping[str, Any], temperature: float | None, visited: str
) -> Facts:
    """`visited` is the worst level of the places named."""
    ticked = answers["fever"]
    measured = temperature is not None and temperature >= FEVER_FROM
    return Facts(
        day=day,
        declared_at=declared_at,
        has_fever=ticked or measured,
        symptom_count=sum(answers[sign] for sign in SIGNS) + (measured and not ticked),
        has_respiratory_sign=any(answers[sign] for sign in RESPIRATORY),
        has_lost_taste_or_smell=answers["taste_or_smell_lost"],
        had_contact_with_case=answers["contact_with_case"],
        had_contact_with_symptomatic=answers["contact_with_symptomatic"],
        came_from_epidemic_area=answers["contact_from_epidemic_area"] or answers["visited_epidemic_area"],
        worst_visited_level=visited,
    )


def judge(rows: Sequence[Facts], day: datetime.date, *, is_isolating: bool, residence: str) -> tuple[str, list[str]]:
    """The level and the codes of all rows that match, the deciding one first. `rows` are the declarations of the last
    14 days and the new one; signs count by the newest of the last days, exposures by all."""
    newest = max((row for row in rows if (day - row.day).days <= SIGN_DAYS), key=lambda row: row.declared_at)
    signs, fever = newest.symptom_count, newest.has_fever
    breath, taste = newest.has_respiratory_sign, newest.has_lost_taste_or_smell
    case = any(row.had_contact_with_case for row in rows)
    area = any(row.came_from_epidemic_area for row in rows)
    visited = max((row.worst_visited_level for row in rows), key=lambda level: AREA_LEVELS.index(level or "NONE"))
    found = [
        (code, level)
        for code, level, matches in (
            ("NM1", "VERY_HIGH", case and (fever or breath or taste or signs >= 1)),
            ("NM2", "VERY_HIGH", signs >= 1 and (area or visited == "RED")),
            ("TX", "HIGH", case),
            ("CL", "HIGH", is_isolating),
            ("VD", "HIGH", visited == "RED"),
            ("VDC", "HIGH", area),
            ("S1", "HIGH", fever),
            ("S2", "HIGH", taste),
            ("S3", "HIGH", signs >= 2),
            ("CT", "HIGH", residence == "RED"),
            ("S4", "MEDIUM", signs >= 1 or breath),
            ("TD", "MEDIUM", any(row.had_contact_with_symptomatic for row in rows)),
            ("VC", "MEDIUM", visited == "ORANGE"),
            ("CTC", "MEDIUM", residence == "ORANGE"),
        )
        if matches
    ] or [("BT", "LOW")]
    return found[0][1], [code for code, _level in found]


def timeliness(declared_at: int, starts_at: int, due_at: int) -> str:
    if declared_at < starts_at:
        return "EARLY"
    return "LATE" if declared_at > due_at else "ON_TIME"


def is_worse(level: str, than: str) -> bool:
    return LEVELS.index(level) > LEVELS.index(than)


def day_of(declared_at: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(declared_at / 1000, ZONE).date()


def first_day(day: datetime.date) -> datetime.date:
    """From where on an exposure counts."""
    return day - datetime.timedelta(days=EXPOSURE_DAYS)


def answer(declaration_id: int, at: int, window: str, late: str, level: str, codes: Sequence[str]) -> dict[str, Any]:
    """The body of an acknowledgement."""
    return {
        "id": declaration_id,
        "received_at": datetime.datetime.fromtimestamp(at / 1000, ZONE).isoformat(),
        "window": window,
        "timeliness": late,
        "risk": {"level": level, "reasons": list(codes)},
    }
