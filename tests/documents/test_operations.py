"""A paper's way: drafted once a cause, edited, issued under a number, withdrawn; each by whom and with a trace."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.documents.conftest import Agency
from tests.factories.documents import NOTE, make_paper
from tests.factories.risk import MONDAY, clock, make_user
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.documents import operations, queries
from vungxanh.documents.enums import PaperState
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import Edit, PaperRefusedError
from vungxanh.documents.workflow import PAPER
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role

LATER = clock(16)


def issue(paper: Paper, actor: User, number: str = "12", on: datetime.date = MONDAY) -> Paper:
    return operations.issue_paper(paper, number=number, symbol="BC-SNN", on=on, actor=actor, at=LATER)


def edit(paper: Paper, actor: User, text: str = "Ba người chưa khai.") -> Paper:
    given = Edit(paper.edited_at, {2: text}, ("Lưu: VT",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Trần Văn A")
    return operations.edit_paper(paper, given, actor=actor, at=LATER)


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(action__startswith="documents.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_cause_is_drafted_once_and_the_office_told(agency: Agency) -> None:
    make_paper(agency.root)
    assert operations.draft_once(NOTE, Subject(agency.root.pk, "1", MONDAY), at=LATER) is None
    [paper] = Paper.objects.all()
    assert (paper.state, paper.version, paper.drafted_by) == ("DRAFT", 1, None)
    assert [one.recipient for one in Notification.objects.filter(topic="documents.drafted")] == [agency.office]
    assert actions() == ["documents.draft_paper"]


def test_withdrawn_paper_is_not_drafted_again_by_itself(agency: Agency) -> None:
    operations.withdraw_paper(make_paper(agency.root), "Không cần", actor=agency.office, at=LATER)
    assert operations.draft_once(NOTE, Subject(agency.root.pk, "1", MONDAY), at=LATER) is None


def test_drafting_again_keeps_the_version_before(agency: Agency) -> None:
    first = edit(make_paper(agency.root), agency.office)
    second = operations.draft_again(NOTE, first.subject, actor=agency.office, at=LATER)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("REPLACED", "DRAFT", 2)
    assert first.content != second.content
    assert list(queries.versions_of(agency.office, second, on=MONDAY)) == [second, first]


def test_issued_paper_stays_when_drafted_again(agency: Agency) -> None:
    first = issue(make_paper(agency.root), agency.records)
    second = operations.draft_again(NOTE, first.subject, actor=agency.office, at=LATER)
    first.refresh_from_db()
    assert (first.state, second.state) == ("ISSUED", "DRAFT")


def test_edit_changes_the_free_parts_alone(agency: Agency) -> None:
    paper = make_paper(agency.root)
    before = paper.parts
    after = edit(paper, agency.office).parts
    assert after.body[:2] == before.body[:2]
    assert [one.text for _at, one in after.free_parts] == ["Ba người chưa khai."]
    assert (after.signer, after.signature[0], after.recipients) == ("Trần Văn A", "KT. GIÁM ĐỐC", ("Lưu: VT",))


def test_edit_over_somebody_elses_is_refused(agency: Agency) -> None:
    seen = make_paper(agency.root)
    edit(Paper.objects.get(), agency.office, "Của người trước.")
    with pytest.raises(PaperRefusedError):
        edit(seen, agency.office, "Của người sau.")
    assert "Của người trước." in str(Paper.objects.get().content)


def test_number_is_given_once_a_year(agency: Agency) -> None:
    issue(make_paper(agency.root), agency.records)
    with pytest.raises(PaperRefusedError) as refused:
        issue(make_paper(agency.root, "2"), agency.records)
    assert "number" in refused.value.message_dict
    assert issue(Paper.objects.get(subject_key="2"), agency.office, "13").full_number == "13/BC-SNN"


@pytest.mark.parametrize("on", [MONDAY + datetime.timedelta(days=1), MONDAY - datetime.timedelta(days=1)])
def test_date_of_a_paper_lies_between_its_draft_and_today(agency: Agency, on: datetime.date) -> None:
    with pytest.raises(PaperRefusedError):
        issue(make_paper(agency.root), agency.records, on=on)
    assert Paper.objects.get().state == PaperState.DRAFT


def test_unit_is_told_of_what_is_issued_to_it_and_of_its_withdrawal(agency: Agency) -> None:
    paper = make_paper(agency.root, addressee=agency.unit)
    assert not queries.papers_visible_to(agency.head, on=MONDAY).exists()
    issue(paper, agency.records)
    assert list(queries.papers_visible_to(agency.head, on=MONDAY)) == [paper]
    assert not queries.papers_visible_to(agency.stranger, on=MONDAY).exists()
    operations.withdraw_paper(paper, "Sai số liệu", actor=agency.office, at=LATER)
    titles = Notification.objects.filter(recipient=agency.head).order_by("pk").values_list("title", flat=True)
    assert [title.split(",")[0] for title in titles] == ["Gửi đơn vị: 12/BC-SNN", "Đã thu hồi: 12/BC-SNN"]


@pytest.mark.parametrize("state", PAPER.states)
@pytest.mark.parametrize("verb", ["edit", "issue", "withdraw"])
def test_every_verb_moves_as_the_table_says_and_else_refuses(agency: Agency, state: str, verb: str) -> None:
    paper = make_paper(agency.root)
    if state == "REPLACED":
        operations.draft_again(NOTE, paper.subject, actor=agency.office, at=LATER)
    elif state == "ISSUED":
        issue(paper, agency.office)
    elif state == "WITHDRAWN":
        operations.withdraw_paper(paper, "Không cần", actor=agency.office, at=LATER)
    paper.refresh_from_db()
    assert paper.state == state
    acts = {
        "edit": lambda: edit(paper, agency.office),
        "issue": lambda: issue(paper, agency.office),
        "withdraw": lambda: operations.withdraw_paper(paper, "Sai", actor=agency.office, at=LATER),
    }
    if PAPER.allows(state, verb):
        assert acts[verb]().state == PAPER.find(state, verb).end
    else:
        with pytest.raises(PaperRefusedError):
            acts[verb]()
        assert Paper.objects.get(pk=paper.pk).state == state


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("office", {"draft", "edit", "issue", "withdraw"}),
        ("records", {"issue"}),
        ("director", set()),
        ("head", set()),
        ("stranger", set()),
        ("other_office", set()),
    ],
)
def test_only_the_office_and_the_records_clerk_move_papers(agency: Agency, who: str, may: set[str]) -> None:
    paper = make_paper(agency.root)
    actor = make_user("vp2", Role.OFFICE, agency.other) if who == "other_office" else getattr(agency, who)
    acts = {
        "edit": lambda: edit(paper, actor),
        "draft": lambda: operations.draft_again(NOTE, Subject(agency.root.pk, "9", MONDAY), actor=actor, at=LATER),
        "issue": lambda: issue(paper, actor),
        "withdraw": lambda: operations.withdraw_paper(paper, "Sai", actor=actor, at=LATER),
    }
    for verb, act in acts.items():
        with transaction.atomic():
            if verb in may:
                act()
            else:
                with pytest.raises(PermissionDenied):
                    act()
            transaction.set_rollback(True)


def test_database_keeps_one_draft_and_whole_stamps(agency: Agency) -> None:
    paper = make_paper(agency.root)
    for wrong in ({"number": "5"}, {"state": "ISSUED"}, {"state": "WITHDRAWN"}, {"withdrawn_because": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**wrong)
    paper.pk, paper.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.save(force_insert=True)
