"""New editions by page: seen before they are kept, refused with each fault, seen by every process, withdrawn."""

import datetime
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day
from vungxanh.administration.operations import rules
from vungxanh.administration.operations.rules import NewEditionError
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import registry
from vungxanh.common.decision_tables.overlay import load_rules
from vungxanh.common.decision_tables.writing import begun_on, edition_text, taken_apart
from vungxanh.risk.rulebook import PERSON_TABLE, RETURN_REMINDERS
from vungxanh.screening.rulebook import WINDOWS

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
AT = clock(14)
KIOSK = """[[edition]]
in_force_from = {day}
source = "Quyết định 12/QĐ-VP"
status = "internal"
idle_seconds = {idle}
shown_seconds = 10
tries = 5
tries_minutes = 15
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where this installation keeps its editions, for the test alone."""
    before = registry._overlay.directory
    registry.keep_overlays_in(tmp_path / "rules")
    yield tmp_path / "rules"
    registry.keep_overlays_in(before)


@pytest.fixture
def browser(client: Client, agency: SimpleNamespace) -> Client:
    client.force_login(agency.administrator)
    return client


def kiosk(day: datetime.date = MONDAY + DAY, idle: int = 60) -> str:
    return KIOSK.format(day=day, idle=idle)


def post(client: Client, address: str, **given: object) -> tuple[int, str]:
    with clocks.at(AT):
        answer = client.post(f"/cai-dat/{address}", given, follow=True)
    return answer.status_code, answer.content.decode()


def idle_seconds(day: datetime.date) -> int:
    file = rules.rule_file("kiosk.toml")
    assert file
    seconds: int = file.current().in_force(day).idle_seconds
    return seconds


def test_edition_is_shown_first_and_kept_only_then(browser: Client, folder: Path) -> None:
    status, text = post(browser, "quy-tac/kiosk/", text=kiosk(), reason="Thử")
    assert status == 200
    assert "Những chỗ đổi từ 21/09/2021" in text
    assert "idle_seconds" in text
    assert "shown_seconds" not in text.partition("<form")[0]
    assert not folder.exists()
    status, text = post(browser, "quy-tac/kiosk/", text=kiosk(), reason="Thử", keep="1")
    assert "Đã lưu bản mới, có hiệu lực từ 21/09/2021" in text
    assert (idle_seconds(MONDAY), idle_seconds(MONDAY + DAY)) == (120, 60)
    event = AuditEvent.objects.get(action="administration.take_rules")
    assert (event.actor_name, event.subject_id, event.detail["days"], event.detail["reason"]) == (
        "Quantri",
        "kiosk.toml",
        ["2021-09-21"],
        "Thử",
    )


def test_file_may_be_uploaded_and_another_first_day_chosen(browser: Client, folder: Path) -> None:
    upload = SimpleUploadedFile("moi.toml", ("\ufeff" + kiosk()).encode())
    _status, text = post(browser, "quy-tac/kiosk/", upload=upload, reason="Thử", starts="2021-09-25")
    assert "Những chỗ đổi từ 25/09/2021" in text
    post(browser, "quy-tac/kiosk/", text=kiosk(), reason="Thử", starts="2021-09-25", keep="1")
    assert (idle_seconds(MONDAY + 4 * DAY), idle_seconds(MONDAY + 5 * DAY)) == (120, 60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Hãy chọn tệp"),
        ("không phải toml", "sai cú pháp TOML"),
        (kiosk().replace("tries = 5\n", ""), "edition[1].tries"),
        (kiosk().replace("tries = 5", 'tries = "năm"'), "edition[1].tries (dòng 7): cần số nguyên, lại gặp chữ"),
        (kiosk().replace("tries = 5", "tries 5"), "dòng 7: sai cú pháp TOML: thiếu dấu = sau tên khóa, ở cột 7"),
        (kiosk(datetime.date(2199, 1, 1)), "Ngày 01/01/2199 quá xa, muộn nhất là 22/09/2023"),
        (kiosk() + "la = 1\n", "khóa không có trong mẫu"),
        (kiosk(MONDAY - 30 * DAY), "xếp theo ngày có hiệu lực tăng dần"),
        (kiosk(MONDAY - DAY), "đã qua"),
        (kiosk(datetime.date(2021, 9, 1)), "sẽ đổi luật đã có hiệu lực"),
        (kiosk() + "\n" + kiosk(), "mỗi ngày một bản"),
    ],
)
def test_wrong_text_is_refused_with_its_faults_and_kept_in_the_form(
    browser: Client, folder: Path, text: str, words: str
) -> None:
    status, answer = post(browser, "quy-tac/kiosk/", text=text, reason="Vì sao thế", keep="1")
    assert status == 422
    assert words in answer
    assert "Vì sao thế" in answer
    assert not folder.exists() or not list(folder.glob("*.toml"))
    assert not AuditEvent.objects.filter(action="administration.take_rules").exists()


def test_upload_that_is_no_text_or_too_large_is_refused(browser: Client) -> None:
    for content in (b"\xff\xfe\x00", b"#" * 300_000):
        status, _text = post(browser, "quy-tac/kiosk/", upload=SimpleUploadedFile("a.toml", content), reason="x")
        assert status == 422


def test_same_again_is_nothing_new_and_an_earlier_one_stays(browser: Client, agency: SimpleNamespace) -> None:
    file = rules.rule_file("kiosk.toml")
    assert file
    for day, idle in ((1, 60), (5, 90)):
        proposal = rules.propose(file, kiosk(MONDAY + day * DAY, idle), on=MONDAY)
        rules.take_rules(proposal, reason="x", actor=agency.administrator, at=AT)
    assert [idle_seconds(MONDAY + number * DAY) for number in (0, 1, 5)] == [120, 60, 90]
    with pytest.raises(NewEditionError, match="Không có gì mới"):
        rules.propose(file, kiosk(MONDAY + 5 * DAY, 90), on=MONDAY)


def test_what_a_colleague_kept_since_it_was_looked_at_is_not_written_over(browser: Client) -> None:
    text = post(browser, "quy-tac/kiosk/", text=kiosk(idle=70), reason="Thử")[1]
    seen = text.partition('name="seen" value="')[2].partition('"')[0]
    assert len(seen) == 64
    post(browser, "quy-tac/kiosk/", text=kiosk(idle=60), reason="Người khác", keep="1")
    status, text = post(browser, "quy-tac/kiosk/", text=kiosk(idle=70), reason="Thử", seen=seen, keep="1")
    assert (status, "đã có người sửa" in text, idle_seconds(MONDAY + DAY)) == (422, True, 60)


def test_two_who_change_a_file_at_once_do_not_lose_each_others(agency: SimpleNamespace) -> None:
    file = rules.rule_file("kiosk.toml")
    assert file
    first, second = (rules.propose(file, kiosk(MONDAY + n * DAY, 60 + n), on=MONDAY) for n in (1, 2))
    rules.take_rules(first, reason="x", actor=agency.administrator, at=AT)
    with pytest.raises(NewEditionError, match="đã có người sửa"):
        rules.take_rules(second, reason="x", actor=agency.administrator, at=AT)
    assert idle_seconds(MONDAY + 2 * DAY) == 61


def test_file_and_trail_are_kept_together_or_not_at_all(
    agency: SimpleNamespace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rules.rule_file("kiosk.toml")
    assert file
    proposal = rules.propose(file, kiosk(), on=MONDAY)

    def full(_content: bytes, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rules, "keep_whole", full)
    with pytest.raises(OSError, match="No space"):
        rules.take_rules(proposal, reason="x", actor=agency.administrator, at=AT)
    assert not AuditEvent.objects.filter(action="administration.take_rules").exists()
    assert idle_seconds(MONDAY + DAY) == 120


def test_coming_edition_is_withdrawn_and_one_in_force_is_not(browser: Client, folder: Path) -> None:
    post(browser, "quy-tac/kiosk/", text=kiosk(), reason="x", keep="1")
    assert "Rút" in post(browser, "quy-tac/kiosk/", text=kiosk(MONDAY + 3 * DAY), reason="x", keep="1")[1]
    assert "Đã rút bản" in post(browser, "quy-tac/kiosk/rut/", day="2021-09-21")[1]
    assert idle_seconds(MONDAY + DAY) == 120
    assert AuditEvent.objects.get(action="administration.withdraw_rules").detail["day"] == "2021-09-21"
    assert "Chỉ rút được bản" in post(browser, "quy-tac/kiosk/rut/", day="2021-09-01")[1]
    post(browser, "quy-tac/kiosk/rut/", day="2021-09-23")
    assert not (folder / "kiosk.toml").exists()
    assert post(browser, "quy-tac/kiosk/rut/", day="hôm qua")[0] == 404
    assert post(browser, "quy-tac/khong-co/", text="x", reason="x")[0] == 404


def test_decision_table_shows_rows_that_differ(browser: Client) -> None:
    _head, editions = taken_apart(PERSON_TABLE.path.read_text(encoding="utf-8"))
    newest = max(editions)
    first = list(PERSON_TABLE.current().editions)[-1].rows[0]
    changed = begun_on(editions[newest], newest + DAY).replace(first.says, "Câu đã sửa", 1)
    _status, text = post(browser, "quy-tac/person_covid19/", text=changed, reason="x")
    before_the_form = text.partition('<form method="post" enctype')[0]
    assert before_the_form.count("Câu đã sửa") == 1
    assert first.says in before_the_form
    assert before_the_form.count('<th scope="row">') == 1


def test_preview_of_levels_says_what_it_would_make_of_today_and_who_looked(
    browser: Client, agency: SimpleNamespace
) -> None:
    person = make_person(agency.part, "Lan")
    make_person_day(person, agency.part)
    declare(person, agency.part, clock(7), had_contact_with_case=True)
    _head, editions = taken_apart(PERSON_TABLE.path.read_text(encoding="utf-8"))
    held = max(day for day in editions if day <= MONDAY)
    before, row, after = begun_on(editions[held], max(editions) + DAY).partition('code = "TX"')
    changed = before + row + after.replace('then = "HIGH"', 'then = "LOW"', 1)
    _status, text = post(browser, "quy-tac/person_covid19/", text=changed, reason="x")
    text = " ".join(text.split())
    assert "Nếu áp dụng ngay hôm nay" in text
    assert "Đổi mức nguy cơ: 1 trên 1 người" in text
    assert "Đổi vùng: 0 trên 2 đơn vị" in text
    assert "Lan" not in text
    event = AuditEvent.objects.get(action="administration.preview_rules")
    assert (event.is_read, event.subject_id, event.detail["day"]) == (
        True,
        "person_covid19.toml",
        str(max(editions) + DAY),
    )
    assert "Nếu áp dụng ngay hôm nay" not in post(browser, "quy-tac/kiosk/", text=kiosk(), reason="x")[1]
    assert AuditEvent.objects.filter(action="administration.preview_rules").count() == 1


def test_other_processes_see_the_new_edition_without_a_restart(agency: SimpleNamespace, folder: Path) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin
    assert reader.stdout
    assert reader.stdout.readline() == "07:45:00\n"
    text = rules.edition_with(
        WINDOWS,
        {"arrival": {**rules.raw_before(WINDOWS, MONDAY)["arrival"], "due": datetime.time(7, 30)}},
        starts=MONDAY + DAY,
        source="Quyết định 12",
    )
    rules.take_rules(rules.propose(WINDOWS, text, on=MONDAY), reason="x", actor=agency.administrator, at=AT)
    reader.stdin.write("again\n")
    reader.stdin.flush()
    assert reader.stdout.readline() == "07:30:00\n"
    reader.communicate("\n", timeout=30)


READER = """
import datetime, sys
from pathlib import Path
from vungxanh.common.decision_tables import registry
from vungxanh.screening.rulebook import WINDOWS
registry.keep_overlays_in(Path(sys.argv[1]))
day = datetime.date(2021, 9, 21)
print(WINDOWS.current().in_force(day).arrival.due, flush=True)
for _line in iter(sys.stdin.readline, "\\n"):
    print(WINDOWS.current().in_force(day).arrival.due, flush=True)
"""


def test_times_by_form_hold_from_tomorrow(browser: Client) -> None:
    times = {
        f"{window}_{name}": f"{value:%H:%M}"
        for window in ("arrival", "leaving")
        for name, value in rules.raw_before(WINDOWS, MONDAY)[window].items()
    }
    times["arrival_due"] = "07:30"
    given = {**times, "starts": "2021-09-21", "source": "Quyết định 12"}
    for wrong in ({"starts": "2021-09-20"}, {"arrival_due": "25:00"}, {"arrival_due": "05:30"}, {"source": ""}):
        status, text = post(browser, "khung-gio/", **{**given, **wrong})
        assert status == 422
        assert next(iter(wrong.values())) in text
    late = {"leaving_due": "16:00"}
    assert 'id="id_leaving_opens_error"' in post(browser, "khung-gio/", **{**given, **late})[1]
    assert "Đã lưu bản mới" in post(browser, "khung-gio/", **given)[1]
    today, tomorrow = (WINDOWS.current().in_force(MONDAY + n * DAY) for n in (0, 1))
    assert (today.arrival.due, tomorrow.arrival.due) == (datetime.time(7, 45), datetime.time(7, 30))
    assert (tomorrow.shift_arrival, tomorrow.leaving) == (today.shift_arrival, today.leaving)
    assert tomorrow.source == "Quyết định 12"


def test_reminder_by_form_is_switched_off_and_says_something_else(browser: Client) -> None:
    given: dict[str, object] = {"starts": "2021-09-21", "source": "Quyết định 12"}
    for row in rules.raw_before(RETURN_REMINDERS, MONDAY)["reminder"]:
        given |= {f"{row['code']}_{name}": row[name] for name in ("vi", "en")}
        given |= {f"{row['code']}_at": f"{row['at']:%H:%M}", f"{row['code']}_is_on": "on"}
    del given["N1_is_on"]
    given |= {"N2_at": "14:20", "N2_vi": "{unit}: nộp ngay trước {due}"}
    for sentence in ("{person} chưa nộp", "{unit.__class__}", "{unit:>99999999}", "{", "  "):
        status, text = post(browser, "nhac-viec/bao-cao-ngay/", **{**given, "N2_vi": sentence})
        assert (status, 'id="id_N2_vi_error"' in text) == (422, True)
    assert "Đã lưu bản mới" in post(browser, "nhac-viec/bao-cao-ngay/", **given)[1]
    rule = RETURN_REMINDERS.current().in_force(MONDAY + DAY)
    assert [one.code for one in rule.due(datetime.time(14, 10))] == []
    assert [(one.code, one.vi) for one in rule.due(datetime.time(14, 20))] == [("N2", "{unit}: nộp ngay trước {due}")]
    assert [one.code for one in RETURN_REMINDERS.current().in_force(MONDAY).due(datetime.time(14, 10))] == ["N1"]


def test_form_does_not_write_over_what_a_colleague_kept_since_it_was_opened(browser: Client) -> None:
    address = "/cai-dat/nhac-viec/bao-cao-ngay/"
    with clocks.at(AT):
        opened = browser.get(address).context["form"]
    given = {name: opened[name].value() or "" for name in opened.fields}
    given = {name: f"{value:%H:%M}" if isinstance(value, datetime.time) else value for name, value in given.items()} | {
        "starts": "2021-09-21",
        "source": "Quyết định 12",
    }
    assert "Đã lưu bản mới" in post(browser, "nhac-viec/bao-cao-ngay/", **{**given, "N1_vi": "{unit}: sắp {due}"})[1]
    status, text = post(browser, "nhac-viec/bao-cao-ngay/", **{**given, "N2_vi": "{unit}: nộp trước {due}"})
    assert (status, "Trong lúc đó đã có người sửa tệp này" in text) == (422, True)
    rows = {row.code: row.vi for row in RETURN_REMINDERS.current().in_force(MONDAY + DAY).reminder}
    assert rows["N1"] == "{unit}: sắp {due}"


def test_reminders_of_visitors_have_minutes(browser: Client) -> None:
    with clocks.at(AT):
        text = browser.get("/cai-dat/nhac-viec/khach/").content.decode()
    assert 'name="R1_after_minutes"' in text
    assert "R1 · người tiếp chưa trả lời: người tiếp" in text
    assert browser.get("/cai-dat/nhac-viec/khong-co/").status_code == 404


@pytest.mark.parametrize("who", ["of_part", "office", "director", "clerk"])
def test_nobody_else_changes_a_rule(agency: SimpleNamespace, client: Client, folder: Path, who: str) -> None:
    user = getattr(agency, who)
    client.force_login(user)
    for address in ("quy-tac/kiosk/", "quy-tac/kiosk/rut/", "khung-gio/", "nhac-viec/khach/"):
        assert post(client, address, text=kiosk(), reason="x", keep="1", day="2021-09-21")[0] == 403
    file = rules.rule_file("kiosk.toml")
    assert file
    with pytest.raises(PermissionDenied):
        rules.take_rules(rules.propose(file, kiosk(), on=MONDAY), reason="x", actor=user, at=AT)
    with pytest.raises(PermissionDenied):
        rules.withdraw_edition(file, MONDAY + DAY, actor=user, at=AT)
    assert not folder.exists()


def test_what_a_page_keeps_is_what_load_rules_takes(agency: SimpleNamespace, folder: Path, tmp_path: Path) -> None:
    file = rules.rule_file("kiosk.toml")
    assert file
    rules.take_rules(rules.propose(file, kiosk(), on=MONDAY), reason="x", actor=agency.administrator, at=AT)
    loaded = load_rules(folder, into=tmp_path / "other", on=MONDAY)
    assert [(one.file, one.in_force_from) for one in loaded] == [("kiosk.toml", MONDAY + DAY)]


def test_every_shipped_edition_survives_being_written() -> None:
    for file in registry.rule_files():
        for edition in tomllib.loads(file.path.read_text(encoding="utf-8"))["edition"]:
            assert tomllib.loads(edition_text(edition))["edition"] == [edition]
