"""A correction is a new version that counts; what was sent, when, and whether it came in time stay as they were."""

import datetime
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_roster, make_shift
from tests.factories.risk import MONDAY, clock, declare, make_person, make_unit, make_user
from tests.factories.screening import answers, new_declaration
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations import Outcome, submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused, correction
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role, WorkPattern
from vungxanh.organization.models import Person, Unit
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn, PersonAssessment
from vungxanh.risk.operations import submit_return
from vungxanh.risk.queries import people_levels
from vungxanh.screening.enums import Channel, CorrectionReason, Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
A_DAY = datetime.timedelta(days=1)
TUESDAY = MONDAY + A_DAY


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    make_user("truong", Role.UNIT_HEAD, unit)
    make_user("yte", Role.HEALTH_OFFICER, unit)
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def sent(person: Person, at: datetime.datetime, *yes: str, window: Window = Window.ARRIVAL, **more: Any) -> Declaration:
    [accepted] = submit_declarations([new_declaration(person, at, window, *yes, **more)], at=at)
    assert isinstance(accepted, Accepted)
    return Declaration.objects.get(pk=accepted.declaration_id)


def corrected(of: Declaration, person: Person, *yes: str, **more: Any) -> NewDeclaration:
    given = {
        "reason": CorrectionReason.MISTAP,
        "note": "",
        "client_uuid": uuid.uuid4(),
        "temperature_c": None,
        "answers": answers(*yes, window=Window(of.window)),
        "attested": True,
        "channel": Channel.PAGE,
        "actor": person.user,
    }
    return correction(of, person, **{**given, **more})


def pointers(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Refused)
    return [fault.pointer for fault in outcome.errors]


@pytest.mark.parametrize(("minute", "timeliness"), [(0, "ON_TIME"), (50, "LATE")])
def test_correction_counts_and_leaves_the_first_and_its_time(person: Person, minute: int, timeliness: str) -> None:
    first = sent(person, clock(7, minute))
    [accepted] = submit_declarations([corrected(first, person, "fever")], at=clock(9))
    assert isinstance(accepted, Accepted)
    assert (accepted.assessment.level, accepted.timeliness, accepted.is_replay) == ("HIGH", timeliness, False)
    second = Declaration.objects.get(version=2)
    assert (second.declared_at, second.received_at, second.day) == (clock(7, minute), clock(9), MONDAY)
    assert Declaration.objects.get(version=1).symptom_count == 0
    day = PersonDay.objects.get(subject=person.pseudonym, day=MONDAY)
    assert (day.arrival_id, day.arrival_at, day.arrival_timeliness) == (second.pk, clock(7, minute), timeliness)
    event = AuditEvent.objects.get(action="admission.correct_declaration")
    assert (event.actor_id, event.detail["version"], event.detail["reason"]) == (person.user_id, "2", "MISTAP")
    assert all_record_faults() == []


def test_correction_that_takes_something_back_lowers_the_level(person: Person) -> None:
    first = sent(person, clock(7), "contact_with_case")
    assert PersonAssessment.objects.get(is_current=True).level == "HIGH"
    submit_declarations([corrected(first, person)], at=clock(9))
    assert PersonAssessment.objects.get(is_current=True).level == "LOW"


def test_correction_of_a_correction_is_the_third_version(person: Person) -> None:
    first = sent(person, clock(7))
    submit_declarations([corrected(first, person, "cough")], at=clock(8))
    second = Declaration.objects.get(version=2)
    submit_declarations([corrected(second, person, "cough", "fever")], at=clock(9))
    assert PersonDay.objects.get().arrival_id == Declaration.objects.get(version=3).pk


def test_correction_when_sent_again_gets_the_same_answer(person: Person) -> None:
    new = corrected(sent(person, clock(7)), person, "fever")
    [first], [second] = submit_declarations([new], at=clock(9)), submit_declarations([new], at=clock(9, 30))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert (second.is_replay, second.declaration_id, second.received_at) == (True, first.declaration_id, clock(9))
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize("change", [{"answers": answers("cough")}, {"reason": CorrectionReason.FORGOTTEN}])
def test_correction_when_uuid_comes_with_other_content_is_conflict(person: Person, change: dict[str, Any]) -> None:
    first = sent(person, clock(7))
    new = corrected(first, person, "fever")
    submit_declarations([new], at=clock(9))
    [refused] = submit_declarations(
        [corrected(first, person, "fever", client_uuid=new.client_uuid, **change)], at=clock(9)
    )
    assert (pointers(refused), Declaration.objects.count()) == (["/client_uuid"], 2)


def test_correction_of_what_was_corrected_meanwhile_is_conflict(person: Person) -> None:
    first = sent(person, clock(7))
    submit_declarations([corrected(first, person, "fever")], at=clock(9))
    [refused] = submit_declarations([corrected(first, person, "cough")], at=clock(9))
    assert isinstance(refused, Refused)
    assert (refused.status, pointers(refused), Declaration.objects.count()) == (409, ["/window"], 2)


@pytest.mark.parametrize(
    ("yes", "more", "wrong"),
    [
        ((), {}, ["/answers"]),
        (("fever",), {"reason": CorrectionReason.OTHER}, ["/note"]),
        (("fever",), {"reason": CorrectionReason.OTHER, "note": "  "}, ["/note"]),
        (("fever",), {"attested": False}, ["/attested"]),
        ((), {"temperature_c": 50.0}, ["/temperature_c"]),
    ],
)
def test_correction_when_wrong_is_refused(
    person: Person, yes: tuple[str, ...], more: dict[str, Any], wrong: list[str]
) -> None:
    first = sent(person, clock(7))
    [refused] = submit_declarations([corrected(first, person, *yes, **more)], at=clock(9))
    assert (pointers(refused), Declaration.objects.count()) == (wrong, 1)


@pytest.mark.parametrize(
    ("who", "hours", "accepted"),
    [
        ("anh", 24, True),
        ("anh", 25, False),
        ("yte", 25, True),
        ("yte", 336, True),
        ("yte", 337, False),
        ("truong", 1, False),
        ("la", 1, False),
    ],
)
def test_who_may_correct_and_until_when(person: Person, unit: Unit, who: str, hours: int, accepted: bool) -> None:
    make_user("la")
    first = sent(person, clock(7))
    new = corrected(first, person, "fever", actor=User.objects.get(username=who))
    [outcome] = submit_declarations([new], at=clock(7) + datetime.timedelta(hours=hours))
    if accepted:
        entered_by = Declaration.objects.get(version=2).entered_by_id
        assert entered_by == (None if who == "anh" else new.actor.pk)
    else:
        assert (pointers(outcome), Declaration.objects.count()) == (["/person"], 1)


def test_health_officer_has_the_hours_of_everybody_for_the_own_declaration(unit: Unit) -> None:
    officer = make_person(unit, "Bác sĩ", user=make_user("yte", Role.HEALTH_OFFICER, unit))
    first = sent(officer, clock(7))
    [refused] = submit_declarations([corrected(first, officer, "fever")], at=clock(8, day=TUESDAY))
    assert pointers(refused) == ["/person"]


def test_correction_of_yesterday_does_not_forget_today(person: Person) -> None:
    first = sent(person, clock(8), "cough")
    sent(person, clock(7, day=TUESDAY), "fever")
    [accepted] = submit_declarations([corrected(first, person)], at=clock(7, 30, day=TUESDAY))
    assert isinstance(accepted, Accepted)
    assert (accepted.day, accepted.assessment.day, accepted.assessment.level) == (MONDAY, TUESDAY, "HIGH")


def test_declaration_that_was_overtaken_does_not_forget_the_later_one(person: Person) -> None:
    """Kept on a phone without signal since Monday evening, sent after Tuesday's."""
    sent(person, clock(7, day=TUESDAY), "fever")
    late = new_declaration(person, clock(17), Window.LEAVING)
    [accepted] = submit_declarations([late], at=clock(7, 30, day=TUESDAY))
    assert isinstance(accepted, Accepted)
    assert (accepted.day, accepted.assessment.day, accepted.assessment.level) == (MONDAY, TUESDAY, "HIGH")


@pytest.mark.parametrize(("days", "passes"), [(0, 1), (1, 0)])
def test_correction_opens_the_gate_on_the_same_day_only(person: Person, days: int, passes: int) -> None:
    """Who was held and takes it back may come in today; yesterday's form corrected is no pass for today."""
    first = sent(person, clock(9), "fever")
    assert GatePass.objects.count() == 0
    [accepted] = submit_declarations(
        [corrected(first, person)], at=clock(8 + 2 * (not days), day=MONDAY + days * A_DAY)
    )
    assert isinstance(accepted, Accepted)
    assert GatePass.objects.count() == passes


def test_correction_that_worsens_takes_the_pass_away(person: Person) -> None:
    first = sent(person, clock(7))
    assert GatePass.objects.get().revoked_at is None
    submit_declarations([corrected(first, person, "fever")], at=clock(9))
    assert GatePass.objects.get().revoked_at == clock(9)


def test_correction_of_a_night_shift_stays_on_the_day_of_its_start(unit: Unit) -> None:
    guard = make_person(unit, "Trần Đêm", user=make_user("dem"), pattern=WorkPattern.ROSTER)
    make_roster(guard, MONDAY, unit, shift=make_shift(unit))
    sent(guard, clock(21, 50))
    morning = clock(6, 10, day=TUESDAY)
    first = sent(guard, morning, window=Window.LEAVING)
    [accepted] = submit_declarations([corrected(first, guard, "fever")], at=clock(9, day=TUESDAY))
    assert isinstance(accepted, Accepted)
    assert (accepted.day, PersonDay.objects.get(day=MONDAY).leaving_id) == (MONDAY, accepted.declaration_id)


def test_correction_that_worsens_opens_an_unusual_return_and_leaves_the_sent_one(person: Person, unit: Unit) -> None:
    first = sent(person, clock(7))
    head = User.objects.get(username="truong")
    submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(14))
    submit_declarations([corrected(first, person, "fever")], at=clock(14, 20))
    daily = DailyReturn.objects.get(unit=unit, kind="DAILY")
    assert (daily.state, daily.figures["levels"]["HIGH"]) == ("SUBMITTED", 0)
    assert DailyReturn.objects.get(unit=unit, kind="UNUSUAL").state == "PREPARED"
    assert [one.level for one in people_levels(head, unit.pk, MONDAY)] == ["HIGH"]


def test_batch_of_corrections_takes_no_more_queries(unit: Unit) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(6)]
    firsts = [sent(one, clock(7)) for one in people]

    def queries(part: slice) -> int:
        batch = [corrected(first, one, "cough") for first, one in zip(firsts[part], people[part], strict=True)]
        with CaptureQueriesContext(connection) as seen:
            outcomes = submit_declarations(batch, at=clock(9))
        assert {type(one) for one in outcomes} == {Accepted}
        return len([query for query in seen if "SAVEPOINT" not in query["sql"]])

    assert queries(slice(0, 1)) == queries(slice(1, 6))


def corrected_at_once(news: Sequence[NewDeclaration]) -> list[str]:
    outcomes = at_once(*(partial(submit_declarations, [new], at=clock(9)) for new in news))
    return sorted(type(one).__name__ for batch in outcomes for one in batch)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_uuid", [True, False])
def test_race_when_two_corrections_come_at_once_leaves_one(person: Person, same_uuid: bool) -> None:
    first = sent(person, clock(7))
    one = corrected(first, person, "fever")
    other = one if same_uuid else corrected(first, person, "cough")
    assert corrected_at_once([one, other]) == (["Accepted", "Accepted"] if same_uuid else ["Accepted", "Refused"])
    assert (Declaration.objects.count(), AcceptedUuid.objects.count()) == (2, 2)
    assert PersonDay.objects.get().arrival_id == Declaration.objects.get(version=2).pk


def test_version_without_reason_is_refused_by_the_database(person: Person, unit: Unit) -> None:
    pk = declare(person, unit, clock(7))
    with pytest.raises(IntegrityError, match=r"declaration_correction_has_reason|CHECK"):
        Declaration.objects.filter(pk=pk).update(version=2)


def test_record_fault_when_a_day_names_a_corrected_version(person: Person) -> None:
    first = sent(person, clock(7))
    submit_declarations([corrected(first, person, "fever")], at=clock(9))
    PersonDay.objects.update(arrival_id=first.pk)
    assert ["tờ khai không khớp" in one for one in all_record_faults()] == [True]


# --- pages ---


@pytest.fixture
def own(person: Person, client: Client) -> Client:
    client.force_login(person.user, BACKEND)
    return client


def as_user(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name), BACKEND)
    return client


def shown(client: Client, path: str, at: datetime.datetime | None = None) -> str:
    with clocks.at(at or clock(9)):
        response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


FILLED = {"window": "ARRIVAL", "attested": "yes", "reason": "FORGOTTEN", "note": "quên khai ho"}


def test_page_is_filled_with_what_was_said(own: Client, person: Person) -> None:
    first = sent(person, clock(7), "cough", temperature_c=36.6)
    page = shown(own, f"/khai-bao/{first.pk}/sua/")
    assert 'value="36,6"' in page
    assert page.count(" checked") == 3
    assert "07:00" in page


def test_page_when_sent_makes_a_version_and_shows_it(own: Client, person: Person) -> None:
    first = sent(person, clock(7))
    filled = {**FILLED, "client_uuid": str(uuid.uuid4()), "signs": "SOME", "signs_items": "cough", "exposures": "NONE"}
    with clocks.at(clock(9)):
        done = own.post(f"/khai-bao/{first.pk}/sua/", filled)
        again = own.post(f"/khai-bao/{first.pk}/sua/", filled)
        stale = own.post(f"/khai-bao/{first.pk}/sua/", {**filled, "client_uuid": str(uuid.uuid4())})
    second = Declaration.objects.get(version=2)
    assert done["Location"] == again["Location"] == f"/khai-bao/ket-qua/{second.pk}/"
    assert (stale.status_code, 'value="cough"' in stale.content.decode()) == (409, True)
    assert (second.correction_reason, second.correction_note) == ("FORGOTTEN", "quên khai ho")
    assert b"qu\xc3\xaan" not in bytes(Declaration.objects.values_list("answers", flat=True)[0])
    assert "Bản 2 của tờ khai lúc 07:00" in shown(own, done["Location"])
    with clocks.at(clock(9)):
        assert own.get(f"/khai-bao/ket-qua/{first.pk}/")["Location"] == done["Location"]


def test_page_when_reason_is_missing_keeps_the_answers(own: Client, person: Person) -> None:
    first = sent(person, clock(7))
    filled = {**FILLED, "reason": "", "client_uuid": str(uuid.uuid4()), "signs": "SOME", "signs_items": "cough"}
    with clocks.at(clock(9)):
        refused = own.post(f"/khai-bao/{first.pk}/sua/", {**filled, "exposures": "NONE"})
    assert (refused.status_code, Declaration.objects.count()) == (422, 1)
    assert 'id="id_reason_error"' in refused.content.decode()


def test_page_when_the_time_is_over_says_so(own: Client, person: Person) -> None:
    first = sent(person, clock(7))
    with clocks.at(clock(8, day=TUESDAY)):
        refused = own.get(f"/khai-bao/{first.pk}/sua/")
    assert refused.status_code == 403
    assert "Đã hết thời hạn sửa" in refused.content.decode()


def test_versions_show_what_was_changed_to_the_person_and_the_officer_alone(own: Client, person: Person) -> None:
    first = sent(person, clock(7), temperature_c=36.6)
    new = corrected(first, person, "cough", temperature_c=37.0, reason=CorrectionReason.LEARNED, note="mới thấy ho")
    submit_declarations([new], at=clock(9))
    path = f"/khai-bao/{first.pk}/cac-ban/"
    for page in (shown(own, path, clock(10)), shown(as_user("yte"), path, clock(10))):
        assert "mới thấy ho" in page
        assert [part in page for part in ("36,6 °C", "37,0 °C", "Mới biết thêm")] == [True, True, True]
    assert AuditEvent.objects.filter(action="admission.read_declarations", is_read=True).count() == 1
    with clocks.at(clock(10)):
        assert as_user("truong").get(path).status_code == 404


@pytest.mark.parametrize(("reason", "words"), [("MISTAP", "chạm nhầm"), ("LEARNED", "mới biết thêm")])
def test_head_sees_that_it_was_corrected_and_why_only_where_neutral(person: Person, reason: str, words: str) -> None:
    first = sent(person, clock(7))
    new = corrected(first, person, "cough", reason=CorrectionReason(reason), note="tiếp xúc F0")
    submit_declarations([new], at=clock(9, 5))
    page = shown(as_user("truong"), "/hom-nay/CC/2021-09-20/", clock(10))
    assert "đã sửa 09:05" in page
    assert (words in page) == (reason == "MISTAP")
    assert "tiếp xúc F0" not in page
    assert "sau báo cáo" not in page


def test_head_sees_what_was_corrected_after_the_return(person: Person, unit: Unit) -> None:
    first = sent(person, clock(7))
    head = User.objects.get(username="truong")
    submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(14))
    assert "sau báo cáo" not in shown(as_user("truong"), "/nguy-co/bao-cao/CC/2021-09-20/", clock(14, 1))
    submit_declarations([corrected(first, person, "cough")], at=clock(14, 20))
    assert "đã sửa sau báo cáo, 14:20" in shown(as_user("truong"), "/hom-nay/CC/2021-09-20/", clock(15))
    returned = shown(as_user("truong"), "/nguy-co/bao-cao/CC/2021-09-20/", clock(15))
    assert "1 tờ khai đã sửa sau báo cáo" in returned


def test_history_shows_the_version_that_counts(own: Client, person: Person) -> None:
    first = sent(person, clock(7), "cough")
    submit_declarations([corrected(first, person, "fever")], at=clock(9))
    page = shown(own, "/khai-bao/lich-su/", clock(10))
    assert page.count("/khai-bao/ket-qua/") == 1
    assert (">Sốt" in page, ">Ho" in page, "đã sửa" in page) == (True, False, True)


def test_versions_when_more_take_no_more_queries(own: Client, person: Person) -> None:
    def queries() -> int:
        with clocks.at(clock(10)), CaptureQueriesContext(connection) as seen:
            assert own.get(f"/khai-bao/{first.pk}/cac-ban/").status_code == 200
        return len(seen)

    first = latest = sent(person, clock(7))
    counts = []
    for sign in ("cough", "fever"):
        submit_declarations([corrected(latest, person, sign)], at=clock(9))
        latest = Declaration.objects.order_by("-version")[0]
        counts.append(queries())
    assert counts[0] == counts[1]


def test_board_when_more_corrections_takes_no_more_queries(person: Person, unit: Unit) -> None:
    people = [person, *(make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(3))]
    firsts = [sent(one, clock(7)) for one in people]

    def queries(first: Declaration, one: Person) -> int:
        submit_declarations([corrected(first, one, "cough")], at=clock(9))
        with clocks.at(clock(10)), CaptureQueriesContext(connection) as seen:
            as_user("truong").get("/hom-nay/CC/2021-09-20/")
        return len(seen)

    counts = [queries(first, one) for first, one in zip(firsts, people, strict=True)]
    assert len(set(counts)) == 1
