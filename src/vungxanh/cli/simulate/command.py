"""`vungxanh simulate`: plays a working day into an empty data folder and compares it with the truth."""

import contextlib
import datetime
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from vungxanh.cli.installation import prepare_database
from vungxanh.cli.simulate import founding, state
from vungxanh.cli.simulate.acting import Difference, Play, as_text
from vungxanh.cli.simulate.checking import TOPICS, Reader, compared
from vungxanh.cli.simulate.outcome import Outcome, Step
from vungxanh.cli.simulate.played.agency import FEWEST
from vungxanh.cli.simulate.played.happening import make_weeks
from vungxanh.cli.simulate.played.returns import as_json, looks_of, make_day
from vungxanh.cli.simulate.played.weeks import FIRST
from vungxanh.cli.simulate.played.world import APP, World
from vungxanh.cli.simulate.server import PlayedServer
from vungxanh.cli.simulate.weeks import play_weeks
from vungxanh.common import clock
from vungxanh.common.codes import fresh_code

EARLIEST = datetime.date(2021, 10, 1)
"""The rules are in force from 16 September, and the play looks back fifteen days."""
MOST_SHOWN = 40
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--people", default=800, show_default=True, type=click.IntRange(FEWEST), help="Số người của cơ quan.")
@click.option("--units", default=0, help="Số đơn vị trực thuộc; không ghi thì theo số người.")
@click.option("--seed", default=7, show_default=True, help="Cùng số thì cùng một ngày.")
@click.option("--date", "day", default="2021-10-05", show_default=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option(
    "--truth", default="su-that.json", show_default=True, type=FILE, help="Tệp ghi sự thật, tách khỏi hệ thống."
)
@click.option("--report", type=FILE, help="Tệp ghi kết quả so sánh.")
@click.option("--weeks", is_flag=True, help="Diễn ba tuần báo cáo và điều hành của một cơ quan nhỏ thay cho một ngày.")
@click.option("--check", is_flag=True, help="Không diễn lại: chỉ đọc ngày đã diễn và so với tệp sự thật.")
def simulate(
    people: int,
    units: int,
    seed: int,
    day: datetime.datetime,
    truth: Path,
    report: Path | None,
    weeks: bool,
    check: bool,
) -> None:
    """Play a working day with everything that goes wrong, and compare it with the truth to the person."""
    if weeks and check:
        raise click.UsageError("--check chỉ đọc lại một ngày đã diễn; ba tuần thì diễn lại trong thư mục trống khác.")
    try:
        if check:
            outcome = check_again(truth)
        elif weeks:
            outcome = _weeks_played(seed, truth)
        else:
            outcome = _played(day.date(), people, units, seed, truth)
    except (state.NotForSimulationError, founding.FoundingError) as error:
        raise click.ClickException(str(error)) from error
    show(outcome)
    if report:
        whole = {**asdict(outcome), "compared": dict(outcome.compared)}
        report.write_text(json.dumps(whole, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    if outcome.differences:
        sys.exit(1)


def _played(day: datetime.date, people: int, units: int, seed: int, truth: Path) -> Outcome:
    if day < EARLIEST or day.weekday() > 4:
        raise click.UsageError(
            "Chọn một ngày làm việc từ 01/10/2021: diễn lại cần 15 ngày trước đó theo quy tắc hiện có."
        )
    state.refuse_used_folder()
    world = make_day(day, people=people, units=units, seed=seed)
    truth.write_text(as_json(world), encoding="utf-8")
    click.echo(f"{len(world.people)} người, {len(world.units)} đơn vị, {len(world.acts)} việc. Sự thật: {truth}")
    with _progress(len(world.people) + len(world.acts)) as (step, told):
        return play_day(world, step=step, told=told)


def _weeks_played(seed: int, truth: Path) -> Outcome:
    state.refuse_used_folder()
    weeks = make_weeks(seed=seed)
    truth.write_text(json.dumps(weeks.truth(), ensure_ascii=False, indent=1), encoding="utf-8")
    people = len(weeks.world.people)
    click.echo(f"{people} người, ba tuần từ {FIRST:%d/%m/%Y}, {len(weeks.acts)} việc. Sự thật: {truth}")
    with _progress(people + len(weeks.acts)) as (step, told):
        return play_weeks(weeks, step=step, told=told)


@contextlib.contextmanager
def _progress(length: int) -> Iterator[tuple[Step, Callable[[], None]]]:
    """A bar on the screen: what it is at now, and one thing more done."""
    with click.progressbar(length=length, label="Bắt đầu", file=sys.stderr) as bar:

        def step(words: str) -> None:
            bar.label = words
            bar.render_progress()

        yield step, lambda: bar.update(1)


def play_day(world: World, *, step: Step = lambda _words: None, told: Callable[[], None] = lambda: None) -> Outcome:
    """Into an empty installation, which is marked at once as one that holds no real agency."""
    started, password = time.monotonic(), fresh_code()
    state.keep(state.Kept(password))
    clock.keep_demonstration_offset(looks_of(world)[-1] - clock.real_now())
    with clock.at(founding.before(world)):
        step("Chuẩn bị cơ sở dữ liệu")
        prepare_database()
        step("Lập cơ quan")
        founding.found(world, password=password)
    server, counted, differences = PlayedServer(), Counter[str](), list[Difference]()
    with server.running() as port:
        play = Play(world, server, port)
        step("Kích hoạt điện thoại")
        play.sign_everybody_in(password, told=told)
        founding.give_roles(world)
        facts = json.loads(as_json(world))
        reader = Reader(world.day, play.browsers, facts["people"], facts["units"], facts["places"])

        def look(at: datetime.datetime) -> None:
            step(f"So sánh lúc {at:%H:%M %d/%m}")
            _compare(facts["looks"][at.isoformat()], reader, at, counted, differences)
            step("Diễn một ngày làm việc")

        step("Diễn một ngày làm việc")
        play.run(look, told=told)
    counted["answers"] = len(world.acts)
    clock.keep_demonstration_offset(looks_of(world)[-1] - clock.real_now())
    return Outcome(counted, play.differences + differences, server.requests, time.monotonic() - started)


def check_again(truth: Path) -> Outcome:
    """Reads the end of a day that was played into this folder. Those who read get new slips from the administrator."""
    known, started = state.kept(), time.monotonic()
    if known is None:
        raise state.NotForSimulationError(
            "Thư mục dữ liệu này chưa diễn ngày nào; chạy simulate không có --check trước."
        )
    facts = json.loads(truth.read_text(encoding="utf-8"))
    at = datetime.datetime.fromisoformat(max(facts["looks"]))
    server, counted, differences = PlayedServer(), Counter[str](), list[Difference]()
    server.set_hour(at)
    with server.running() as port:
        administrator = founding.sign_in(port, founding.ADMINISTRATOR, known.password)
        readers = [one for one in facts["people"] if one["role"] or one["way"] == APP]
        slips = founding.print_slips(administrator, readers)
        browsers = {code: founding.activate(port, slip) for code, slip in slips.items()}
        day = datetime.date.fromisoformat(facts["date"])
        reader = Reader(day, browsers, facts["people"], facts["units"], facts["places"])
        _compare(facts["looks"][at.isoformat()], reader, at, counted, differences)
    return Outcome(counted, differences, server.requests, time.monotonic() - started)


def _compare(
    truth: dict[str, Any], reader: Reader, at: datetime.datetime, counted: Counter[str], differences: list[Difference]
) -> None:
    for topic, facts in truth.items():
        counted[topic] += len(facts)
    differences += compared(truth, reader.found(truth), at=f"{at:%d/%m %H:%M}")


def show(outcome: Outcome) -> None:
    """A line by topic, then each difference by name."""
    differing = Counter(one.topic for one in outcome.differences)
    click.echo()
    click.echo(f"{'Nội dung':<52}{'So sánh':>9}{'Khác':>7}")
    for topic, words in TOPICS.items():
        if outcome.compared[topic]:
            click.echo(f"{words:<52}{outcome.compared[topic]:>9}{differing[topic]:>7}")
    click.echo(f"{outcome.requests} lượt hỏi máy chủ, {outcome.seconds:.0f} giây.")
    for one in outcome.differences[:MOST_SHOWN]:
        click.echo(
            f"- {TOPICS[one.topic]}: {one.who}\n    phải là {as_text(one.expected)}\n    đang là {as_text(one.found)}"
        )
    if len(outcome.differences) > MOST_SHOWN:
        click.echo(f"… và {len(outcome.differences) - MOST_SHOWN} chỗ khác nữa; ghi đủ trong tệp --report.")
    if not outcome.differences:
        click.secho("Khớp với sự thật đến từng người.", bold=True)
