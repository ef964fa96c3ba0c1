"""The small agency on which the access table is tried: who visits, and the things that addresses name."""

import datetime
import uuid
from collections.abc import Callable
from types import SimpleNamespace

from tests.factories.accounts import make_account
from tests.factories.directing import make_guidance, make_supervision, with_minutes
from tests.factories.documents import NOTE, make_paper
from tests.factories.federation import make_sender
from tests.factories.front_line import make_assignment, make_confirmation
from tests.factories.meetings import make_meeting
from tests.factories.movement import make_campaign, make_launch, make_pledge
from tests.factories.notifications import make_notification
from tests.factories.organization import make_group, make_place, make_site
from tests.factories.parties import make_party
from tests.factories.photographs import picture
from tests.factories.plans import make_plan
from tests.factories.risk import make_finding, make_person, make_unit
from tests.factories.screening import new_declaration
from tests.factories.visits import make_invitation, make_visit
from tests.factories.webhooks import make_subscription
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.paper import SheetOf, add_photograph
from vungxanh.common import clock
from vungxanh.directing.enums import QuestionVerb
from vungxanh.directing.operations.questions import Asked, ask_question, move_question, publish_answer
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import issue_paper
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import RoleAssignment, Unit
from vungxanh.organization.place_codes import changing_code
from vungxanh.reports.operations import draft_quick_report, urge_units
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import submit_return
from vungxanh.risk.operations.proofs import add_proof
from vungxanh.risk.subscribers import EVENTS
from vungxanh.screening.enums import Window
from vungxanh.screening.operations import open_day
from vungxanh.webhooks.events import Event
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.operations import publish

DAY = datetime.date(2021, 9, 20)
NOW = clock.moment(DAY, datetime.time(7, 30))
VISITORS = ("nobody", "stranger", "owner", "head", "health", "office", "director", "administrator")


def make_world() -> SimpleNamespace:
    """`owner` works in unit A and has declared; `head` leads A, `guard` guards it; the others hold their role at the
    root."""
    root = make_unit("SNN")
    a, b = make_unit("A", root, has_number_series=True), make_unit("B", root)
    users = {
        "nobody": None,
        "stranger": _user("stranger", b),
        "owner": _user("owner", a),
        "head": _user("head", a, Role.UNIT_HEAD),
        "health": _user("health", root, Role.HEALTH_OFFICER),
        "office": _user("office", root, Role.OFFICE),
        "director": _user("director", root, Role.DIRECTOR),
        "administrator": _user("administrator", root, Role.ADMINISTRATOR),
        "guard": _user("guard", a, Role.GUARD),
    }
    site, group = make_site("A-TRU-SO", a), make_group("CD-A", a)
    gate = make_place("A-CONG", site)
    field_post = make_place("A-CHOT", site, kind=PlaceKind.FIELD_POST, has_fixed_code=True)
    open_day(DAY, at=clock.moment(DAY, datetime.time(5)))
    person = users["owner"].person
    [accepted] = submit_declarations([new_declaration(person, NOW, Window.ARRIVAL)], at=NOW)
    visit, invited = make_visit(site, host_name=person.full_name, at=NOW), make_invitation(site, person, at=NOW)
    assignment = make_assignment(person, a, first_day=DAY)
    party, _other = make_party("DN-1", root), make_party("DN-2", root)
    photograph = add_photograph(SheetOf(a.pk, DAY, Window.ARRIVAL), picture(), actor=users["head"], at=NOW)
    [urge] = urge_units(uuid.uuid4(), [a.pk], note="", actor=users["office"], at=NOW)
    sent = submit_return(a.pk, day=DAY, kind=ReturnKind.DAILY, actor=users["head"], at=NOW)
    delivery = sent.deliveries.get()
    question, published = _questions(a.pk, users)
    with_word, supervision_photograph = with_minutes(
        make_supervision(a, users["office"], users["office"].person), users["office"]
    )
    paper = draft_quick_report(root.pk, DAY, actor=users["office"], at=NOW)
    campaign = make_campaign(root, users["office"], opened=True, at=NOW)
    launch_photograph = make_launch(campaign, a, users["head"], at=NOW).photographs.get()
    return SimpleNamespace(
        a=a,
        campaign=campaign.code,
        launch_photograph=launch_photograph.key,
        pledge=make_pledge(campaign, a, users["head"], at=NOW).key,
        plan=make_plan(a, users["head"], at=NOW).pk,
        delivery=delivery.key,
        assignment=assignment.pk,
        front_line_scan=make_confirmation(assignment).pk,
        guidance=make_guidance(root, users["office"], a, is_published=True).pk,
        guidance_draft=make_guidance(root, users["office"], a).pk,
        question=question,
        subscription=_subscription(root, users["administrator"], a),
        rollup_sender=make_sender(users["administrator"]).pk,
        # Begun before the other is planned: the same plan twice would be one visit.
        under_way=make_supervision(a, users["office"], users["office"].person, begun=True).pk,
        supervision=make_supervision(a, users["office"], users["office"].person).pk,
        with_minutes=with_word.pk,
        supervision_photograph=supervision_photograph.pk,
        recommendation=with_word.recommendations.get().pk,
        published=published,
        proof=add_proof(delivery, picture(1), actor=users["head"], at=NOW).key,
        users=users,
        person=person,
        site=site,
        gate=gate,
        field_post=field_post,
        group=group,
        notification=make_notification(users["owner"], at=NOW).pk,
        party=party,
        photograph=photograph,
        urge=urge.pk,
        paper=paper.pk,
        declaration=accepted.declaration_id,
        visit=visit,
        invited=invited,
        finding=make_finding(person, a).pk,
        meeting=make_meeting(a, make_place("A-HOP", site, kind=PlaceKind.ROOM), users["head"], person).key,
    )


def _check_code(world: SimpleNamespace) -> str:
    """Of a paper that unit A issued; made when an address needs it, because printing takes its time."""
    issued = Paper.objects.filter(kind=NOTE.code).first() or issue_paper(
        make_paper(world.a, at=NOW), number="1", symbol="BC-A", on=DAY, actor=world.users["office"], at=NOW
    )
    return issued.check_code


def _questions(unit_id: int, users: dict[str, User]) -> list[uuid.UUID]:
    """One that waits for the Office, and one that everybody reads."""
    keys = [uuid.uuid4(), uuid.uuid4()]
    waiting, answered = (
        ask_question(key, unit_id, Asked("Hạn nộp", "Nộp lúc nào?"), actor=users["head"], at=NOW) for key in keys
    )
    move_question(answered, QuestionVerb.ANSWER, text="Trước 15 giờ.", actor=users["office"], at=NOW)
    publish_answer(answered, said_question="Nộp lúc nào?", said_answer="Trước 15 giờ.", actor=users["office"], at=NOW)
    return [waiting.pk, answered.pk]


def _subscription(root: Unit, administrator: User, unit: Unit) -> Subscription:
    """With an event on its way to an address that is never reached."""
    made = make_subscription(root, administrator, "https://[::1]/hook", events=["return.submitted"])
    told = Event("return.submitted", "1", unit.pk, EVENTS[0].example)
    publish(lambda _tree: [told], day=DAY, at=NOW)
    return made


def _user(name: str, unit: Unit, role: Role | None = None) -> User:
    user = make_account(name)
    make_person(unit, name, user=user)
    if role:
        RoleAssignment.objects.create(user=user, role=role, unit=unit, valid_from="2021-01-01")
    return user


PLACEHOLDERS: dict[str, Callable[[SimpleNamespace], object]] = {
    "day": lambda world: DAY,
    "owner": lambda world: world.person.pseudonym,
    "owner_account": lambda world: world.users["owner"].pk,
    "owner_declaration": lambda world: world.declaration,
    "unit": lambda world: world.a.code,
    "staff_code": lambda world: world.person.staff_code,
    "post": lambda world: world.person.posts.get().pk,
    "site": lambda world: world.site.code,
    "field_post": lambda world: world.field_post.code,
    "gate_code": lambda world: changing_code(world.gate, NOW),
    "gate": lambda world: world.gate.code,
    "visit_key": lambda world: world.visit.key,
    "visit_code": lambda world: world.visit.code,
    "invited_key": lambda world: world.invited.key,
    "invited_code": lambda world: world.invited.code,
    "finding": lambda world: world.finding,
    "meeting": lambda world: world.meeting,
    "notification": lambda world: world.notification,
    "group": lambda world: world.group.code,
    "photograph": lambda world: world.photograph.key,
    "sheet": lambda world: world.photograph.sheet_id,
    "urge": lambda world: world.urge,
    "paper": lambda world: world.paper,
    "check_code": lambda world: _check_code(world),
    "delivery": lambda world: world.delivery,
    "question": lambda world: world.question,
    "published": lambda world: world.published,
    "guidance": lambda world: world.guidance,
    "guidance_draft": lambda world: world.guidance_draft,
    "subscription": lambda world: str(world.subscription.pk),
    "rollup_sender": lambda world: str(world.rollup_sender),
    "webhook_delivery": lambda world: str(world.subscription.deliveries.get().key),
    "supervision": lambda world: world.supervision,
    "under_way": lambda world: world.under_way,
    "with_minutes": lambda world: world.with_minutes,
    "supervision_photograph": lambda world: world.supervision_photograph,
    "recommendation": lambda world: world.recommendation,
    "proof": lambda world: world.proof,
    "campaign": lambda world: world.campaign,
    "launch_photograph": lambda world: world.launch_photograph,
    "pledge": lambda world: world.pledge,
    "plan": lambda world: world.plan,
    "assignment": lambda world: world.assignment,
    "front_line_scan": lambda world: world.front_line_scan,
    "party": lambda world: world.party.code,
}
"""What `{…}` in the arguments of the table stands for. Add yours; make the thing in `make_world` when it needs one."""
