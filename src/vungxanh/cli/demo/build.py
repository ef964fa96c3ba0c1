"""Builds the demonstration agency from nothing, takes it away, and brings it up to the present."""

import contextlib
import datetime
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from vungxanh.cli.demo import accounts, agency, gates, lists, material, state, visitors
from vungxanh.cli.demo.living import Life, Told
from vungxanh.cli.demo.state import State
from vungxanh.cli.installation import prepare_database
from vungxanh.common import clock
from vungxanh.common.codes import fresh_code
from vungxanh.organization.models import Unit

FURTHEST = datetime.timedelta(days=5)
"""So many days are lived at a start; after a longer pause the clock of the agency is set back to that."""
Step = Callable[[str], None]


class NotADemonstrationError(RuntimeError):
    """The database holds an agency that this program did not make."""


def begins() -> datetime.datetime:
    """When the agency is set up, a working week before it begins to live."""
    first = material.agency().living_from - datetime.timedelta(days=7)
    return clock.moment(first, datetime.time(8))


class ImpossibleDayError(ValueError):
    """The agency cannot be found on that day; the text says why."""


def first_now(today: datetime.date | None = None) -> datetime.datetime:
    """The moment at which the agency is found at its first start, on another day where one is asked for. Raises
    `ImpossibleDayError`."""
    earliest, latest = material.agency().today, material.agency().latest
    if today is not None and not earliest <= today <= latest:
        raise ImpossibleDayError(
            f"Cơ quan trình diễn có thể mở ở một ngày từ {earliest:%d/%m/%Y} đến {latest:%d/%m/%Y};"
            f" {today:%d/%m/%Y} nằm ngoài khoảng đó."
        )
    return clock.moment(today or earliest, material.agency().hour)


def remove() -> None:
    """The agency and everything that was tried with it. Only a database that this program filled is removed."""
    kept = state.kept()
    if kept is None:
        if Path(str(connection.settings_dict["NAME"])).exists() or connection.vendor != "sqlite":
            refuse_real_agency()
        return
    if connection.vendor != "sqlite":
        raise NotADemonstrationError("Hãy tự xóa cơ sở dữ liệu PostgreSQL rồi chạy lại.")
    path = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
    state.forget()


def refuse_real_agency() -> None:
    if "organization_unit" in connection.introspection.table_names() and Unit.objects.exists():
        raise NotADemonstrationError(
            "Thư mục dữ liệu này đang giữ một cơ quan thật; không có gì thay đổi. Chọn VUNGXANH_HOME khác."
        )


def build(
    *, today: datetime.date | None = None, step: Step = lambda _words: None, told: Told = lambda _moment: None
) -> State:
    """The agency with its lived days, until the first moment of its clock. Raises `ImpossibleDayError`."""
    until = first_now(today)
    kept = state.kept()
    if kept is None:
        refuse_real_agency()
    elif not kept.is_whole:
        remove()
    made = State(database=state.database(), password=fresh_code())
    state.keep(made)
    at = begins()
    with clock.at(at), _much_made():
        step("Chuẩn bị cơ sở dữ liệu")
        prepare_database()
        with transaction.atomic():
            found(made.password, at, step)
        step("Sống lại từng ngày làm việc")
        Life().live(clock.moment(material.agency().living_from, datetime.time(0)), until, told=told)
    _found_at(made, until)
    return made


def _found_at(kept: State, moment: datetime.datetime) -> None:
    """From now on the clock of the agency runs on from the moment."""
    # A second more, so that rounding never shows the minute before.
    clock.keep_demonstration_offset(moment - clock.real_now() + datetime.timedelta(seconds=1))
    kept.lived_until = moment
    state.keep(kept)


@contextlib.contextmanager
def _much_made() -> Iterator[None]:
    """Millions of small objects are made and dropped: looking for cycles less often saves a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def found(password: str, at: datetime.datetime, step: Step) -> None:
    """The agency with its people, accounts and roles, before its first day."""
    step("Địa bàn và cấp độ dịch")
    agency.publish_levels(at=at)
    step("Cơ cấu tổ chức")
    units = agency.found_agency(at=at)
    gates.open_gates(at=at)
    visitors.register_parties(at=at)
    lists.open_rooms(at=at)
    step("Danh sách cán bộ")
    employees = agency.all_employees()
    people = agency.take_on(employees, at=at)
    step("Tài khoản, vai trò, đoàn thể")
    accounts.make_accounts(employees, people, password=password, at=at)
    accounts.give_roles(employees, people, units, at=at)
    accounts.send_and_delegate(employees, people, units, at=at)
    accounts.form_groups(employees, people, units, at=at)


def live_on_to(kept: State, today: datetime.date, *, told: Told = lambda _moment: None) -> None:
    """An agency that is there already lives until a later day than its own. Raises `ImpossibleDayError`."""
    until = first_now(today)
    assert kept.lived_until
    if until <= clock.now():
        raise ImpossibleDayError(
            f"Cơ quan trình diễn đang ở {clock.now():%H:%M ngày %d/%m/%Y}, không lùi lại được;"
            " thêm --fresh để dựng lại."
        )
    with _much_made():
        Life().live(kept.lived_until, until, told=told)
    _found_at(kept, until)


def catch_up(kept: State, *, told: Told = lambda _moment: None) -> bool:
    """Lives what has passed since; True where the pause was so long that the clock had to be set back."""
    assert kept.lived_until
    surplus = surplus_of(clock.now() - kept.lived_until)
    if surplus:
        clock.keep_demonstration_offset(clock.demonstration_offset() - surplus)
    live_until_now(kept, told=told)
    return bool(surplus)


def surplus_of(pause: datetime.timedelta) -> datetime.timedelta:
    """Whole days, so that the time of the day stays, by which a pause is longer than is lived at a start."""
    if pause <= FURTHEST:
        return datetime.timedelta(0)
    return datetime.timedelta(days=(pause - FURTHEST).days + 1)


def live_until_now(kept: State, *, left_alone: frozenset[str] = frozenset(), told: Told = lambda _moment: None) -> None:
    assert kept.lived_until
    now = clock.now()
    if now > kept.lived_until:
        Life(left_alone=left_alone).live(kept.lived_until, now, told=told)
        kept.lived_until = now
        state.keep(kept)
