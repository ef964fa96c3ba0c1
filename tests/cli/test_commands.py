"""The command line as a person meets it: help for all, statuses 0, 1 and 2, an agency set up, a day closed."""

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django_q.models import Schedule

from tests.factories.risk import MONDAY, make_person, make_unit, make_user
from tests.factories.risk import clock as at
from vungxanh.accounts.models import User
from vungxanh.cli import installation
from vungxanh.cli.main import COMMANDS, commands
from vungxanh.common import clock, schedule
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.models import DailyReturn
from vungxanh.screening.models import PersonDay


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_says_what_it_does(name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0
    assert f"Usage: commands {name}" in result.output


def test_all_commands_are_listed() -> None:
    listed = call("--help").output
    assert [name for name in COMMANDS if f"  {name} " not in listed] == []


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["serve", "--port", "x"], ["close-day"], ["import-people", "/none"]]
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


@pytest.mark.django_db
def test_init_makes_agency_and_administrator_once() -> None:
    arguments = ["init", "--code", "SNN-VP", "--name", "Sở Nông nghiệp"]
    first = call(*arguments)
    assert first.exit_code == 0
    password = first.output.rstrip().rsplit(" ", 1)[-1]
    user = User.objects.get(username="quantri")
    unit = Unit.objects.get(code="SNN-VP")
    today = clock.today()
    assert (user.check_password(password), user.must_change_password) == (True, True)
    assert all_tree_on(today).roots[0].name == "Sở Nông nghiệp"
    assert RoleAssignment.objects.get(user=user).role == Role.ADMINISTRATOR
    second = call(*arguments)
    assert (second.exit_code, Unit.objects.count(), User.objects.count()) == (1, 1, 1)
    assert unit.code in second.output


@pytest.mark.django_db
def test_schedule_is_what_the_modules_registered() -> None:
    Schedule.objects.create(name="gone", func="os.getcwd", schedule_type=Schedule.DAILY)
    installation.keep_schedule()
    first = set(Schedule.objects.values_list("pk", "name", "func", "cron"))
    assert {(name, func, cron) for _pk, name, func, cron in first} == {
        (job.name, job.path, job.cron) for job in schedule.jobs()
    }
    installation.keep_schedule()
    assert set(Schedule.objects.values_list("pk", "name", "func", "cron")) == first


@pytest.mark.django_db
def test_day_is_closed_as_often_as_one_likes() -> None:
    unit = make_unit("A")
    make_person(unit, "lan")
    with clock.at(at(14, 5)):
        results = [call("close-day", "2021-09-20"), call("close-day", "20/09/2021")]
    assert [result.exit_code for result in results] == [0, 0]
    assert results[0].output == "Ngày 20/09/2021: 1 người.\n"
    assert (PersonDay.objects.count(), DailyReturn.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_day_that_has_not_come_is_not_closed() -> None:
    with clock.at(at(14, 5)):
        result = call("close-day", (MONDAY + datetime.timedelta(days=1)).isoformat())
    assert (result.exit_code, PersonDay.objects.count()) == (2, 0)


@pytest.mark.django_db
def test_file_that_is_no_staff_list_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"not a spreadsheet")
    for command in ("import-people", "import-absences", "import-front-line", "import-production"):
        told = call(command, tmp_path / "list.xlsx")
        assert (told.exit_code, "Không nhập gì" in told.output) == (1, True)
        machine = call(command, tmp_path / "list.xlsx", "--json")
        assert (machine.exit_code, json.loads(machine.output)["created"]) == (1, 0)


@pytest.mark.django_db
def test_refusal_is_told_in_the_words_of_the_operation(tmp_path: Path) -> None:
    make_user("lan")
    (tmp_path / "list.csv").touch()
    told = call("import-people", tmp_path / "list.csv", "--by", "lan")
    assert told.exit_code == 1
    assert told.output.startswith("Error: Chỉ ")


def test_person_who_imports_must_have_an_account(tmp_path: Path, db: None) -> None:
    (tmp_path / "list.csv").touch()
    assert call("import-people", tmp_path / "list.csv", "--by", "nobody").exit_code == 2
