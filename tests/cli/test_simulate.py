"""A whole day with all its dirt through real HTTP equals the truth to the person; a fault anywhere is told."""

import ast
import datetime
import io
import json
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.factories.risk import make_unit
from vungxanh.cli.main import commands
from vungxanh.cli.simulate import state
from vungxanh.cli.simulate.command import check_again, play_day
from vungxanh.cli.simulate.played import world as played_world
from vungxanh.cli.simulate.played.agency import FEWEST, MANNERS, STORIES
from vungxanh.cli.simulate.played.happening import make_weeks
from vungxanh.cli.simulate.played.movement import CODE
from vungxanh.cli.simulate.played.returns import as_json, make_day
from vungxanh.cli.simulate.played.scoring import drawn_by
from vungxanh.cli.simulate.played.weeks import Weeks
from vungxanh.cli.simulate.weeks import play_weeks
from vungxanh.documents.enums import FileKind, PaperState
from vungxanh.documents.models import Paper
from vungxanh.documents.queries import all_file
from vungxanh.organization.models import Person
from vungxanh.screening.models import PersonDay

DAY = datetime.date(2021, 10, 5)
DAY_OF_WEEKS = datetime.date(2021, 12, 22)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_day_when_played_equals_the_truth_and_faults_are_told(home: Path) -> None:
    world = make_day(DAY, people=FEWEST, seed=7)
    truth = home / "truth.json"
    truth.write_text(as_json(world), encoding="utf-8")
    outcome = play_day(world)
    assert outcome.differences == []
    assert set(outcome.compared) == set(json.loads(truth.read_text())["looks"][last_look(truth)]) | {"answers"}
    faults = {fault_in_the_truth(truth), fault_in_the_product()}
    told = check_again(truth).differences
    assert {one.topic for one in told} == {"people"}
    assert {name for name in faults for one in told if name in one.who} == faults
    assert len(told) == len(faults)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_weeks_when_played_equal_the_truth_and_what_is_untrue_is_told(home: Path) -> None:
    weeks = make_weeks(seed=7)
    untrue = weeks.on_map.pop(("PA", DAY_OF_WEEKS, "DAILY", 1))
    [left_out] = [act for act in weeks.acts if act.do == "adjust" and act.body["code"] == "P1"]
    weeks.acts.remove(left_out)
    outcome = play_weeks(weeks)
    assert untrue
    assert {(one.topic, one.who.strip()) for one in outcome.differences} == {
        ("deliveries", f"{DAY_OF_WEEKS} PA"), ("adjustments", "C2"), ("totals", "C2"), ("tables", "so-ket C2"),
    }  # fmt: skip
    assert set(outcome.compared) == {"answers", *weeks.truth()}
    printed, rows = words_printed("so-ket"), rows_of(weeks, "so-ket")
    assert [row for row in rows if row not in printed] == []
    assert len(rows) == 5


def test_three_weeks_have_what_a_ledger_must_tell_apart() -> None:
    truth = make_weeks(seed=7).truth()
    assert {line[0] for line in truth["ledger"].values()} == {"ON_TIME", "LATE", "MISSING"}
    assert {line[3] for line in truth["ledger"].values()} == {0, 1, 2}
    assert sum(line[4] for line in truth["ledger"].values()) == 2
    assert set(truth["zones"].values()) == {"GREEN", "YELLOW", "ORANGE"}
    assert {len(rows) for rows in truth["escalations"].values()} == {0, 1, 2, 3, 4}
    assert {tuple(row[3:]) for rows in truth["deliveries"].values() for row in rows} == {
        ("DONE", True), ("DONE", False), ("WAITING", None), ("SENT", True), ("SENT", False),
    }  # fmt: skip


def words_printed(report: str) -> str:
    """What stands on the issued PDF, without blanks."""
    paper = Paper.objects.get(subject_key=f"{CODE}:{report}", state=PaperState.ISSUED)
    kept = all_file(paper, FileKind.PDF)
    assert kept
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(kept.bytes_kept)).pages))


def rows_of(weeks: Weeks, report: str) -> list[str]:
    """Of each unit its name and what the truth knows of its days, one behind the other."""
    found = {key.removeprefix(f"{report} "): rows for key, rows in weeks.truth()["tables"].items() if report in key}
    return [squeezed("".join([weeks.world.unit(unit).name, *rows["days"]])) for unit, rows in found.items()]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_movement_of_the_weeks_has_what_its_pages_must_tell_apart() -> None:
    weeks = make_weeks(seed=7)
    truth = weeks.truth()
    assert {line[0] for line in truth["plans"].values()} == {"DRAFT", "RETURNED", "ISSUED"}
    assert [line[5] for line in truth["plans"].values() if line[5]] == ["45/KH-CC1"]
    assert {own > appraised for own, appraised in truth["self_scores"].values()} == {True, False}
    assert {points > 0 for rows in truth["adjustments"].values() for _code, points in rows} == {True, False}
    assert sorted(rank for _total, rank in truth["totals"].values()) == [1, 1, 2, 2, 3]
    assert {told[0] for by, _decided in truth["honours"].values() for told in by} == {
        "FRONT_LINE", "RESCUE", "SPOTLESS_PERSON", "SPOTLESS_UNIT",
    }  # fmt: skip
    assert {state for _target, _reached, state in truth["production"].values()} == {"REACHED", "BEHIND"}
    assert {decided for _by, decided in truth["honours"].values()} == {None, "PUT_FORWARD", "PASSED_OVER"}
    by_verb: dict[str, set[str]] = {}
    for act in weeks.acts:
        by_verb.setdefault(act.do, set()).add(act.expect)
    tried = {verb for verb, answers in by_verb.items() if "302" in answers and answers & {"403", "404", "422"}}
    assert tried >= {
        "start_plan", "write_plan", "send_plan", "comment_plan", "return_plan", "accept_plan", "issue_plan",
        "score_self", "ask_check", "check_score", "return_score", "draw_sample", "inspect", "appraise", "adjust",
        "move_standing", "ask_review", "answer_review", "draft_report", "edit_report", "issue_report", "sign_report",
        "choose_numbers", "decide", "pledge_group", "record_activity", "give_opinion", "propose_target",
        "approve_target", "enter_figure", "return_figure", "verify_figure", "send_to_front_line",
        "confirm_front_line", "draft_response", "put_response_in_force", "start_response", "end_response",
    }  # fmt: skip


def test_sample_by_a_seed_is_one_of_each_block_and_may_be_any() -> None:
    assert [len(drawn_by(seed)) for seed in ("7", "8")] == [2, 2]
    assert {unit for seed in map(str, range(40)) for unit, _measure in drawn_by(seed)} == {"PA", "PB", "TT", "C1"}


def test_weeks_are_not_read_again(home: Path) -> None:
    answer = CliRunner().invoke(commands, ["simulate", "--weeks", "--check"])
    assert answer.exit_code == 2
    assert "--check chỉ đọc lại một ngày" in answer.output


def last_look(truth: Path) -> str:
    return max(json.loads(truth.read_text())["looks"])


def fault_in_the_truth(truth: Path) -> str:
    """One person is said to have another level."""
    whole = json.loads(truth.read_text())
    people = whole["looks"][last_look(truth)]["people"]
    name = next(name for name, line in people.items() if line[2] == "LOW")
    people[name][2] = "HIGH"
    truth.write_text(json.dumps(whole))
    return str(name)


def fault_in_the_product() -> str:
    """Somebody who was late counts as on time."""
    row = PersonDay.objects.filter(day=DAY, arrival_timeliness="LATE", is_counted=True).order_by("pk")[0]
    PersonDay.objects.filter(pk=row.pk).update(arrival_timeliness="ON_TIME")
    return Person.objects.get(pseudonym=row.subject).full_name


@pytest.mark.django_db
def test_simulate_where_there_is_an_agency_refuses(home: Path) -> None:
    make_unit("SO-THAT")
    answer = CliRunner().invoke(commands, ["simulate", "--truth", str(home / "truth.json")])
    assert answer.exit_code == 1
    assert "đã có một cơ quan" in answer.output
    assert not (home / "truth.json").exists()
    assert not (home / state.FILE).exists()


@pytest.mark.django_db
def test_check_where_nothing_was_played_refuses(home: Path) -> None:
    answer = CliRunner().invoke(commands, ["simulate", "--check", "--truth", str(home / "truth.json")])
    assert answer.exit_code == 1
    assert "chưa diễn ngày nào" in answer.output


def test_simulate_on_a_day_off_is_wrong_usage(home: Path) -> None:
    answer = CliRunner().invoke(commands, ["simulate", "--date", "2021-10-03"])
    assert answer.exit_code == 2


def test_played_day_imports_nothing_of_the_product() -> None:
    folder = Path(played_world.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.startswith(("vungxanh", "django"))]
            assert all(name.startswith("vungxanh.cli.simulate.played.") for name in ours), f"{file.name}: {ours}"


def test_played_day_of_the_same_seed_is_the_same() -> None:
    first, again = make_day(DAY, people=FEWEST, seed=7), make_day(DAY, people=FEWEST, seed=7)
    assert as_json(first) == as_json(again)
    assert first.acts == again.acts
    assert as_json(make_day(DAY, people=FEWEST, seed=8)) != as_json(first)


def test_smallest_day_has_everything_that_can_go_wrong() -> None:
    world = make_day(DAY, people=FEWEST, seed=7)
    assert {one.story for one in world.people} > set(STORIES)
    assert {one.manner for one in world.people} == {*MANNERS, "usual"}
    assert {one.what for one in world.conflicts} == {
        "NOT_LEFT", "NOT_ENTERED", "TWO_PLACES", "CLOCK_OFF", "AGAINST_RULE",
    }  # fmt: skip
    found, missed = {one.what for one in world.findings}, {one.what for one in world.near_misses}
    assert found == {"DC3", "DC4", "DC5", "GN", "HN", "KS", "KK"}
    assert missed == found
    assert not {(one.name, one.what) for one in world.near_misses} & {(one.name, one.what) for one in world.findings}


def test_everybody_of_a_large_day_has_a_name_of_their_own() -> None:
    world = make_day(DAY, people=800, seed=7)
    invited = {act.body["name"] for act in world.acts if act.do in ("send_form", "invite")}
    begun = {act.body.get("guest", act.who) for act in world.acts if act.do in ("send_form", "invite")}
    assert len(invited) == len(begun) == 30
    assert len({one.name for one in world.people} | invited) == len(world.people) + len(invited)
