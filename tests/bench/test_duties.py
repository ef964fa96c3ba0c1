"""What the peers of the measurement do by hand is what ours does: tokens, facts of the answers, judgement."""

import dataclasses
import datetime
import random
import uuid
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from bench.peers import duties
from vungxanh.accounts.models import AccessToken
from vungxanh.accounts.tokens import signed
from vungxanh.common import clock
from vungxanh.risk.rulebook import LOOKING_BACK, PERSON_TABLE, RISK_LEVELS
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS, derived

DAY = datetime.date(2021, 9, 20)
FORM = QUESTIONNAIRE.current().in_force(DAY)
AT = duties.milliseconds(clock.moment(DAY, datetime.time(7)))


def keys() -> duties.Keys:
    return duties.Keys(settings.SECRET_KEY.encode(), b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")


def some_answers(chance: random.Random) -> dict[str, object]:
    likely = chance.choice([0.02, 0.2, 0.5])
    return {question: chance.random() < likely for question in sorted(duties.QUESTIONS)} | {"places": []}


def test_form_and_limits_are_those_in_force() -> None:
    assert (FORM.code, FORM.version) == (duties.FORM, duties.VERSION)
    assert FORM.link_ids("ARRIVAL") == duties.KNOWN
    temperature = FORM.temperature
    assert (
        temperature.lowest,
        temperature.fever_from,
        temperature.highest,
    ) == (duties.LOWEST, duties.FEVER_FROM, duties.HIGHEST)
    times, back = WINDOWS.current().in_force(DAY), LOOKING_BACK.current().in_force(DAY)
    assert (times.skew_minutes * 60_000, times.oldest_hours * 3_600_000) == (duties.SKEW, duties.OLDEST)
    assert (back.sign_days, back.exposure_days) == (duties.SIGN_DAYS, duties.EXPOSURE_DAYS)
    assert duties.LEVELS == RISK_LEVELS
    assert FORM.places.most == duties.MOST_PLACES
    assert PERSON_TABLE.current().editions.in_force(DAY).in_force_from.isoformat() == duties.EDITION


def test_token_is_read_and_a_changed_one_refused() -> None:
    ends = clock.real_now() + datetime.timedelta(hours=1)
    token = signed(AccessToken(pk=uuid.uuid4(), user_id=7, expires_at=ends))
    assert keys().user_of(f"Bearer {token}", clock.real_now().timestamp()) == 7
    with pytest.raises(duties.DutyError, match="not a token"):
        keys().user_of(f"Bearer x{token}", clock.real_now().timestamp())
    with pytest.raises(duties.DutyError, match="expired"):
        keys().user_of(f"Bearer {token}", ends.timestamp())


def test_facts_and_judgement_are_the_same_for_any_answers() -> None:
    chance, levels = random.Random(38), set()
    for _ in range(400):
        answers = some_answers(chance)
        temperature = chance.choice([None, 36.5, 37.4, 37.5, 39.0])
        visited = chance.choice(["", "", "GREEN", "YELLOW", "ORANGE", "RED"])
        isolating, residence = chance.random() < 0.1, chance.choice(["", "", "", "ORANGE", "RED"])
        own = duties.facts(DAY, AT, answers, temperature, visited)
        theirs = dataclasses.asdict(derived(FORM, answers, temperature))
        assert {name: getattr(own, name) for name in theirs} == theirs
        known = {"worst_visited_level": visited or "NONE", "is_isolating": isolating}
        frame = pl.DataFrame([{"id": "one", **theirs, **known, "residence_area_level": residence or None}])
        [judged] = PERSON_TABLE.current().judge(frame, on=DAY).rows(named=True)
        assert duties.judge([own], DAY, is_isolating=isolating, residence=residence) == (
            judged["level"],
            judged["matched"],
        )
        levels.add(judged["level"])
    assert levels == set(RISK_LEVELS)


def test_lock_of_the_peers_names_no_address() -> None:
    lock = (Path(__file__).parents[2] / "requirements/bench.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock
