"""The small agency on which the access table is tried: who visits, and the things that addresses name."""

import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

from tests.factories.accounts import make_account
from tests.factories.directing import make_guidance, make_supervision, with_minutes
from tests.factories.documents import NOTE, make_batch, make_incoming, make_paper, make_word_return
from tests.factories.federation import make_sender
from tests.factories.front_line import make_assignment, make_confirmation
from tests.factories.meetings import make_meeting
from tests.factories.movement import make_activity, make_adjustment, make_campaign, make_launch, make_pledge, make_sent
from tests.factories.notifications import make_notification
from tests.factories.organization import make_group, make_holder, make_place, make_site
from tests.factories.parties import make_party
from tests.factories.photographs import picture
from tests.factories.plans import make_plan as make_unit_plan
from tests.factories.response import make_plan, make_response
from tests.factories.reviews import make_review as make_review_paper
from tests.factories.risk import make_finding, make_person, make_unit
from tests.factories.screening import new_declaration
from tests.factories.standing import make_review, make_scored, make_target
from tests.factories.visits import make_invitation, make_visit
from tests.factories.webhooks import make_subscription
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.paper import SheetOf, add_photograph
from vungxanh.common import clock
from vungxanh.directing.enums import QuestionVerb
from vungxanh.directing.operations.questions import Asked, ask_question, move_question, publish_answer
from vungxanh.documents.models import IncomingPaper, Paper, PaperBatch, WordReturn
from vungxanh.documents.operations import issue_paper
from vungxanh.movement.models import Campaign
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import RoleAssignment, Unit
from vungxanh.organization.place_codes import changing_code
from vungxanh.organization.tree import all_tree_on
from vungxanh.production.operations.targets import Proposed, move_target, propose_target
from vungxanh.reports.operations import draft_quick_report, urge_units
from vungxanh.reports.queries.formalism import SAME_PICTURE, signs
from vungxanh.response.operations.plans import draft_plan
from vungxanh.reviews.models import Review
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
    """`owner` works in unit A and has declared; `head` leads A, `guard` guards it, `unionist` is its union officer; the
    others hold their role at the root."""
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
        "unionist": _user("unionist", a, Role.UNION_OFFICER),
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
    make_plan(a, users["head"], person, at=NOW)
    draft_plan(a.pk, actor=users["head"], at=NOW)
    activity = make_activity(campaign, group, users["unionist"], at=NOW, people=[person.staff_code])
    scored_campaign = make_scored(root, users["office"], at=NOW)
    return SimpleNamespace(
        root=root,
        a=a,
        response=make_response(a, users["office"], at=NOW).pk,
        activity=activity.pk,
        activity_photograph=activity.photographs.get().key,
        campaign=campaign.code,
        launch_photograph=launch_photograph.key,
        production_target=_production_target(a.pk, users),
        evidence=make_sent(campaign, a, users["head"], at=NOW).evidence.get().key,
        adjustment=make_adjustment(campaign, a, users["office"], at=NOW).key,
        scored_campaign=scored_campaign.code,
        review=make_review(scored_campaign, a, users["head"], at=NOW).key,
        unit_target=make_target(campaign, a, users["head"], at=NOW).key,
        pledge=make_pledge(campaign, a, users["head"], at=NOW).key,
        plan=make_unit_plan(a, users["head"], at=NOW).pk,
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


def _sign(world: SimpleNamespace) -> str:
    """The picture of the launch of unit A, once more in unit B."""
    b = world.users["stranger"].person.posts.get().unit
    if not b.launches.exists():
        make_launch(Campaign.objects.get(code=world.campaign), b, make_holder("head-b", Role.UNIT_HEAD, b), at=NOW)
    found = signs(world.users["office"], DAY.replace(day=1), DAY, at=NOW, tree=all_tree_on(DAY))
    return found[SAME_PICTURE][0].key


def _batch(world: SimpleNamespace) -> object:
    """Papers of the agency for its units, of which none is made yet."""
    made = PaperBatch.objects.first() or make_batch(world.root, world.users["office"], world.a, at=NOW)
    return made.pk


def _incoming(world: SimpleNamespace) -> object:
    """In the register of unit A, handed to A itself."""
    return (IncomingPaper.objects.first() or make_incoming(world.a, world.users["office"], world.a, at=NOW)).pk


def _word_return(world: SimpleNamespace) -> object:
    """The draft of the agency, changed in Word."""
    paper = Paper.objects.get(pk=world.paper)
    found = WordReturn.objects.first() or make_word_return(paper, world.users["office"], at=NOW)
    return found.pk


def _review_paper(world: SimpleNamespace) -> int:
    """Made when an address needs it, because counting takes its time."""
    found = Review.objects.first()
    campaign = Campaign.objects.get(code=world.campaign)
    return (found or make_review_paper(campaign, world.users["office"], at=NOW)).paper_id


def _questions(unit_id: int, users: dict[str, User]) -> list[uuid.UUID]:
    """One that waits for the Office, and one that everybody reads."""
    keys = [uuid.uuid4(), uuid.uuid4()]
    waiting, answered = (
        ask_question(key, unit_id, Asked("Hạn nộp", "Nộp lúc nào?"), actor=users["head"], at=NOW) for key in keys
    )
    move_question(answered, QuestionVerb.ANSWER, text="Trước 15 giờ.", actor=users["office"], at=NOW)
    publish_answer(answered, said_question="Nộp lúc nào?", said_answer="Trước 15 giờ.", actor=users["office"], at=NOW)
    return [waiting.pk, answered.pk]


def _production_target(unit_id: int, users: dict[str, User]) -> uuid.UUID:
    """Approved, of the year."""
    first, last = datetime.date(2021, 1, 1), datetime.date(2021, 12, 1)
    proposed = Proposed(unit_id, "TRONG-RUNG", first, last, Decimal(120), "Kế hoạch năm 2021")
    made = propose_target(proposed, actor=users["head"], at=NOW)
    return move_target(made, "approve", actor=users["office"], at=NOW).pk


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
    "sign": _sign,
    "response": lambda world: world.response,
    "paper": lambda world: world.paper,
    "check_code": lambda world: _check_code(world),
    "batch": lambda world: _batch(world),
    "word_return": lambda world: _word_return(world),
    "incoming": lambda world: _incoming(world),
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
    "evidence": lambda world: world.evidence,
    "adjustment": lambda world: world.adjustment,
    "pledge": lambda world: world.pledge,
    "production_target": lambda world: world.production_target,
    "review_paper": lambda world: _review_paper(world),
    "activity": lambda world: world.activity,
    "activity_photograph": lambda world: world.activity_photograph,
    "scored_campaign": lambda world: world.scored_campaign,
    "review": lambda world: world.review,
    "unit_target": lambda world: world.unit_target,
    "plan": lambda world: world.plan,
    "assignment": lambda world: world.assignment,
    "front_line_scan": lambda world: world.front_line_scan,
    "party": lambda world: world.party.code,
}
"""What `{…}` in the arguments of the table stands for. Add yours; make the thing in `make_world` when it needs one."""
