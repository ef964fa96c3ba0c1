"""Questions: by whom, in which state, until when; what is published names nobody; nothing typed is lost."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import MONDAY, Agency, clock, make_answered, make_question
from vungxanh.accounts.models import User
from vungxanh.audit.actions import ACTIONS
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.directing.enums import QuestionState, QuestionVerb
from vungxanh.directing.models import Question, QuestionEntry
from vungxanh.directing.operations.questions import (
    Asked,
    QuestionError,
    ask_question,
    move_question,
    publish_answer,
    remind_of_questions,
    unpublish_answer,
)
from vungxanh.directing.queries.questions import all_published, questions_visible_to
from vungxanh.directing.rulebook import QUESTION_TIMES
from vungxanh.directing.workflow import QUESTION
from vungxanh.notifications.models import Notification

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
PUBLISHED = {"said_question": "Nghỉ bù có nộp không?", "said_answer": "Có trực thì nộp."}


def told(topic: str) -> list[str]:
    return list(
        Notification.objects.filter(topic=f"directing.{topic}")
        .order_by("recipient__username", "pk")
        .values_list("recipient__username", flat=True)
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def do(question: Question, verb: str, actor: User) -> Question:
    at = clock(11)
    if verb == "publish":
        return publish_answer(question, **PUBLISHED, actor=actor, at=at)
    if verb == "unpublish":
        return unpublish_answer(question, actor=actor, at=at)
    return move_question(question, QuestionVerb(verb), text="Thêm một câu.", actor=actor, at=at)


@pytest.mark.parametrize("state", QuestionState.values)
@pytest.mark.parametrize("verb", [verb for verb in QuestionVerb.values if verb != "ask"])
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str, verb: str) -> None:
    question = make_answered(agency)
    if verb == "unpublish":
        publish_answer(question, **PUBLISHED, actor=agency.office, at=clock(10))
    Question.objects.filter(pk=question.pk).update(state=state)
    may = {
        ("ASKED", "answer"): {"office"},
        ("ASKED", "withdraw"): {"head", "deputy", "clerk"},
        ("ASKED", "unpublish"): {"office"},
        ("ANSWERED", "correct"): {"office"},
        ("ANSWERED", "reopen"): {"head", "deputy", "clerk"},
        ("ANSWERED", "publish"): {"office"},
        ("ANSWERED", "unpublish"): {"office"},
    }.get((state, verb), set())
    for name, user in agency.people.items():
        with transaction.atomic():
            if name in may:
                do(question, verb, user)
            else:
                with pytest.raises(PermissionDenied if may else QuestionError):
                    do(question, verb, user)
                assert Question.objects.get(pk=question.pk).state == state
            transaction.set_rollback(True)


def test_only_the_staff_of_a_unit_asks_for_it(agency: Agency) -> None:
    for name, user in agency.people.items():
        with transaction.atomic():
            given = (uuid.uuid4(), agency.unit.pk, Asked("Hạn", "Khi nào?"))
            if name in {"head", "deputy", "clerk"}:
                assert ask_question(*given, actor=user, at=clock(9)).state == QuestionState.ASKED
            else:
                with pytest.raises(PermissionDenied):
                    ask_question(*given, actor=user, at=clock(9))
            transaction.set_rollback(True)


def test_question_is_about_no_day_of_a_mistyped_year(agency: Agency) -> None:
    first = MONDAY - datetime.timedelta(days=366)
    with pytest.raises(QuestionError, match=r"20/09/1921.*19/09/2020"):
        make_question(agency, about_day=MONDAY.replace(year=1921))
    assert (Question.objects.count(), make_question(agency, about_day=first).about_day) == (0, first)


def test_states_are_those_of_the_map_and_every_step_has_words_in_the_trail() -> None:
    assert list(QUESTION.states) == QuestionState.values
    assert {move.verb for move in QUESTION.moves} == set(QuestionVerb.values)
    assert {f"directing.{verb}_question" for verb in QuestionVerb.values} <= set(ACTIONS)


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        (clock(9), clock(9, day=MONDAY + datetime.timedelta(days=1))),
        (clock(16, day=datetime.date(2021, 9, 24)), clock(16, day=datetime.date(2021, 9, 27))),
        (clock(10, day=datetime.date(2021, 9, 25)), clock(0, day=datetime.date(2021, 9, 28))),
        (clock(8, day=datetime.date(2021, 9, 1)), clock(8, day=datetime.date(2021, 9, 6))),
    ],
    ids=["monday", "friday", "saturday", "before the National Day"],
)
def test_hours_of_days_off_do_not_count(agency: Agency, asked_at: datetime.datetime, due: datetime.datetime) -> None:
    assert make_question(agency, at=asked_at).due_at == due


def test_same_page_sent_twice_is_one_question(agency: Agency) -> None:
    key, asked = uuid.uuid4(), Asked("Hạn nộp", "Khi nào?")
    first = ask_question(key, agency.unit.pk, asked, actor=agency.head, at=clock(9))
    again = ask_question(key, agency.unit.pk, asked, actor=agency.head, at=clock(9, 1))
    assert (first.pk, Question.objects.count(), QuestionEntry.objects.count()) == (again.pk, 1, 1)
    with pytest.raises(QuestionError):
        ask_question(key, agency.unit.pk, asked, actor=agency.clerk, at=clock(9, 2))
    with pytest.raises(QuestionError, match="đã được gửi"):
        ask_question(key, agency.unit.pk, Asked("Hạn nộp", "Nộp ở đâu?"), actor=agency.head, at=clock(9, 3))


def test_question_sent_again_from_a_page_to_which_one_went_back_is_one_while_it_waits(agency: Agency) -> None:
    asked, head = Asked("Hạn nộp", "Khi nào?"), agency.head
    first = ask_question(uuid.uuid4(), agency.unit.pk, asked, actor=head, at=clock(9))
    assert ask_question(uuid.uuid4(), agency.unit.pk, asked, actor=head, at=clock(9, 1)) == first
    assert (told("question_asked"), QuestionEntry.objects.count()) == (["vanphong"], 1)
    move_question(first, QuestionVerb.ANSWER, text="15 giờ.", actor=agency.office, at=clock(10))
    assert ask_question(uuid.uuid4(), agency.unit.pk, asked, actor=head, at=clock(11)) != first


@pytest.mark.parametrize(
    "asked",
    [
        Asked(" ", "Khi nào?"),
        Asked("Hạn", "\n "),
        Asked("Hạn", "Khi nào?", MONDAY + datetime.timedelta(days=1)),
        Asked("Hạn", "Khi nào?", None, True),
    ],
    ids=["no title", "no text", "to come", "return of no day"],
)
def test_what_is_not_whole_is_refused(agency: Agency, asked: Asked) -> None:
    with pytest.raises(QuestionError):
        ask_question(uuid.uuid4(), agency.unit.pk, asked, actor=agency.head, at=clock(9))
    assert Question.objects.count() == 0


def test_office_is_told_of_the_question_and_the_asker_of_the_answer(agency: Agency) -> None:
    question = make_answered(agency)
    assert (told("question_asked"), told("question_answered")) == (["vanphong"], ["truong"])
    move_question(question, QuestionVerb.REOPEN, text="Còn ca đêm?", actor=agency.clerk, at=clock(13))
    question.refresh_from_db()
    assert question.due_at == clock(13, day=MONDAY + datetime.timedelta(days=1))
    move_question(question, QuestionVerb.ANSWER, text="Như ca ngày.", actor=agency.office, at=clock(14))
    assert told("question_asked") == ["vanphong", "vanphong"]
    assert told("question_answered") == ["dauloi", "truong", "truong"]
    assert [entry.verb for entry in question.entries.order_by("at")] == ["ask", "answer", "reopen", "answer"]
    actions = AuditEvent.objects.filter(action__startswith="directing.").order_by("pk")
    assert [row.action.removeprefix("directing.") for row in actions] == [
        "ask_question",
        "answer_question",
        "reopen_question",
        "answer_question",
    ]


def test_office_is_reminded_once_before_and_once_after_the_due_time(agency: Agency) -> None:
    question = make_question(agency)
    tuesday = MONDAY + datetime.timedelta(days=1)
    counts = [
        remind_of_questions(at=at) for at in (clock(4, day=tuesday), clock(6, day=tuesday), clock(8, day=tuesday))
    ]
    assert counts == [0, 1, 0]
    assert [remind_of_questions(at=clock(hour, day=tuesday)) for hour in (10, 11)] == [1, 0]
    move_question(question, QuestionVerb.ANSWER, text="Có.", actor=agency.office, at=clock(12, day=tuesday))
    assert remind_of_questions(at=clock(13, day=tuesday)) == 0
    assert Notification.objects.filter(topic="directing.question_due").order_by("pk").last().title.startswith("Quá hạn")  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["CCKL", "Đơn vị CCKL", "cckl", "Truong", "don vi cckl"])
def test_a_published_answer_names_neither_unit_nor_asker(agency: Agency, name: str) -> None:
    question = make_answered(agency)
    with pytest.raises(QuestionError, match="còn"):
        publish_answer(
            question, said_question=f"Ở {name}, nộp lúc nào?", said_answer="15 giờ.", actor=agency.office, at=clock(11)
        )
    assert all_published().count() == 0


def test_published_answers_are_found_with_and_without_marks_by_everybody(agency: Agency) -> None:
    publish_answer(make_answered(agency), **PUBLISHED, actor=agency.office, at=clock(11))
    assert [all_published(text).count() for text in ("nghỉ bù", "nghi bu", "NGHI  TRUC", "ca đêm")] == [1, 1, 1, 0]
    with clocks.at(clock(12)):
        page = client_of(agency.stranger).get("/chi-dao/hoi-dap/?xem=tat-ca&q=nghi").content.decode()
        found = client_of(agency.stranger).get("/tim/?q=nghi bu").content.decode()
    assert "Nghỉ bù có nộp không?" in page
    assert "Nghỉ bù có nộp không?" in found
    assert "CCKL" not in page
    assert "Hạn nộp khi nghỉ bù" not in found


def test_strangers_do_not_see_the_question_itself(agency: Agency) -> None:
    question = make_question(agency)
    seen = {name for name, user in agency.people.items() if questions_visible_to(user, on=MONDAY)}
    assert seen == {"head", "deputy", "clerk", "office", "director"}
    with clocks.at(clock(12)):
        assert client_of(agency.stranger).get(f"/chi-dao/hoi-dap/{question.pk}/").status_code == 404


def test_pages_from_the_question_to_the_list(agency: Agency) -> None:
    head, office = client_of(agency.clerk), client_of(agency.office)
    with clocks.at(clock(12)):
        form = {"key": str(uuid.uuid4()), "unit": "CCKL", "title": "Sổ khách", "text": "Một quyển\n\nhay hai <b>?"}
        asked = head.post("/chi-dao/hoi-dap/dat/", form, follow=True).content.decode()
        assert "hay hai &lt;b&gt;?" in asked
        question = Question.objects.get()
        waiting = office.get("/chi-dao/hoi-dap/").content.decode()
        assert "Sổ khách" in waiting
        address = f"/chi-dao/hoi-dap/{question.pk}/"
        office.post(f"{address}tra-loi/", {"text": "Một quyển."})
        given = {"said_question": "Mấy quyển sổ khách?", "said_answer": "Một quyển."}
        office.post(f"{address}dang/", given)
        assert "Mấy quyển sổ khách?" in head.get("/chi-dao/hoi-dap/?xem=tat-ca").content.decode()
        office.post(f"{address}thoi-dang/")
        assert "Mấy quyển sổ khách?" not in head.get("/chi-dao/hoi-dap/?xem=tat-ca").content.decode()


def test_what_was_typed_stays_where_the_page_refuses(agency: Agency) -> None:
    client, question = client_of(agency.head), make_answered(agency)
    with clocks.at(clock(12)):
        form = {"key": str(uuid.uuid4()), "unit": "CCKL", "title": "", "text": "Một đoạn dài", "is_about_return": "on"}
        page = client.post("/chi-dao/hoi-dap/dat/", form)
        assert page.status_code == 422
        assert "Một đoạn dài" in page.content.decode()
        long = client.post(f"/chi-dao/hoi-dap/{question.pk}/hoi-lai/", {"text": "x" * 4001})
        assert (long.status_code, "x" * 4001 in long.content.decode()) == (422, True)
        move_question(question, QuestionVerb.REOPEN, text="Chưa rõ.", actor=agency.head, at=clock(12))
        late = client_of(agency.office).post(f"/chi-dao/hoi-dap/{question.pk}/sua-tra-loi/", {"text": "Câu viết dở"})
        assert (late.status_code, "Câu viết dở" in late.content.decode()) == (422, True)
    assert question.entries.count() == 3


def test_list_takes_as_many_queries_for_three_as_for_one(agency: Agency) -> None:
    def queries() -> int:
        with clocks.at(clock(12)), CaptureQueriesContext(connection) as seen:
            client_of(agency.office).get("/chi-dao/hoi-dap/")
        return len(seen)

    make_question(agency)
    one = queries()
    make_question(agency)
    make_question(agency)
    assert queries() == one


def test_database_holds_what_the_model_says(agency: Agency) -> None:
    question = make_question(agency)
    for wrong in ({"state": "ANSWERED"}, {"published_at": clock(9)}, {"is_about_return": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.filter(pk=question.pk).update(**wrong)


def test_rule_with_impossible_hours_is_refused() -> None:
    rule = QUESTION_TIMES.current().in_force(MONDAY)
    assert (rule.answer_hours, rule.remind_before_hours, list(rule.faults("x"))) == (24, 4, [])
    assert issubclass(QuestionError, ValidationError)
