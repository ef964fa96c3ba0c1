"""The movement of the demonstration agency: the shipped plan taken in and opened, launched unit by unit, pledged."""

import datetime
import uuid
from collections.abc import Iterator, Mapping

from vungxanh.accounts.models import User
from vungxanh.cli.demo import activities, material
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.movement.enums import LaunchForm, PledgeKind
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.campaigns import answer_for_issuer, load_campaign, open_campaign
from vungxanh.movement.operations.launches import Launching, record_launch
from vungxanh.movement.operations.pledges import pledge_for_group, pledge_for_unit, pledge_oneself
from vungxanh.movement.queries.campaigns import newest_edition, participants
from vungxanh.movement.queries.launches import all_standing
from vungxanh.movement.queries.pledges import all_person_lines, groups_of, standing
from vungxanh.movement.rulebook import CampaignFile, questions_to_issuer, shipped
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import UnitNode, all_tree_on

FILE, CODE, OFFICE = "giu_vung_vung_xanh_2021.toml", "giu-vung-vung-xanh-2021", "vanphong"
NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202109160240")
LATE, NEVER = 2, 1
"""So many units, the last by the draw, launch after the last day; so many have not launched yet."""
WILL_PLEDGE = 0.9
OWN = (
    "Mỗi tổ công tác có một người nhắc khai báo trước 7 giờ 30.",
    "Không có người ra khỏi tỉnh khi chưa được thủ trưởng đồng ý.",
    "Làm việc trực tuyến với xã, hạn chế tập trung đông người.",
    "Hỗ trợ tiêu thụ nông sản cho hộ trong vùng phong tỏa.",
    "Giữ nơi làm việc sạch, thông thoáng, khử khuẩn mỗi ngày hai lần.",
)
HELD = (
    "Thủ trưởng đơn vị đọc kế hoạch của Sở, giải đáp thắc mắc tại chỗ.",
    "Từng bộ phận nhận việc: người trực cổng, người nhắc khai báo, người cập nhật trước 15 giờ.",
    "Chi bộ và công đoàn cùng dự, phát biểu hưởng ứng.",
    "Người vắng mặt được gửi kế hoạch qua điện thoại và ký cam kết sau.",
    "Phát cho mỗi phòng một tờ tóm tắt tiêu chí và cách tính điểm.",
    "Bàn cách giữ việc chuyên môn đúng tiến độ khi có người phải ở nhà.",
    "Tổng vệ sinh, khử khuẩn trụ sở ngay sau buổi phát động.",
)
"""What is said of a launch: some of these. The late ones copy from each other."""
ANSWER = (
    "Ban Thi đua - Khen thưởng trả lời qua điện thoại ngày 21/9: kinh phí lấy từ quỹ của cơ quan; lời văn sẽ được đính"
    " chính."
)


def of_day(day: datetime.date, units: Mapping[str, Unit], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    if day == material.agency().living_from and OFFICE not in left_alone:
        yield moment(day, datetime.time(8, 10)), lambda: _open(units[material.agency().code], day)
    if day == material.agency().living_from + datetime.timedelta(days=1) and OFFICE not in left_alone:
        yield moment(day, datetime.time(10)), lambda: _answer(day)
    for hour in (9, 14, 16):
        at = moment(day, datetime.time(hour, 35))
        yield at, lambda at=at, hour=hour: _go_on(day, hour, at, left_alone)  # type: ignore[misc]


def _open(agency: Unit, day: datetime.date) -> None:
    office, at = User.objects.get(username=OFFICE), moment(day, datetime.time(8, 10))
    campaign, is_new = load_campaign(_file(), agency.pk, name=FILE, actor=office, at=at)
    if is_new:
        open_campaign(campaign, actor=office, at=at)


def _file() -> str:
    """The shipped plan; those who lead the agency are a unit on paper and do not compete."""
    return shipped()[FILE].replace("\nleads = ", '\nleft_out = ["SNN-LDS"]\nleads = ', 1)


def _answer(day: datetime.date) -> None:
    campaign = Campaign.objects.filter(code=CODE).first()
    if campaign:
        office, at = User.objects.get(username=OFFICE), moment(day, datetime.time(10))
        asked = questions_to_issuer(newest_edition(campaign).plan)
        budget = next(one for one in asked if one.key.startswith("budget:"))
        answer_for_issuer(campaign, budget.key, ANSWER, actor=office, at=at)


def running_campaign() -> Campaign | None:
    return Campaign.objects.filter(code=CODE, state="RUNNING").first()


def _go_on(day: datetime.date, hour: int, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """Launches of this day and hour, and the pledges that follow them."""
    campaign = running_campaign()
    if campaign is None:
        return
    plan, tree = newest_edition(campaign).plan, all_tree_on(day)
    due = plan_of(participants(plan, campaign.unit_id, tree), plan.launch_by)
    launched = all_standing(campaign)
    speakers = roles.all_holders(roles.HEADS, list(due), on=day, tree=tree)
    for unit_id, when in due.items():
        head = next(iter(speakers[unit_id]), None)
        if head is None or head.username in left_alone:
            continue
        if unit_id not in launched and (when.date(), when.hour) == (day, hour):
            _launch(campaign, plan, tree[unit_id], head, at)
        elif unit_id in launched and launched[unit_id].launched_on < day:
            _pledge(campaign, plan, [one.id for one in tree.below(unit_id)], hour, at, left_alone)
    if hour == 16:
        _pledge_of_groups(campaign, plan, at, left_alone)
        activities.all_of_day(campaign, at, left_alone)


def plan_of(taking_part: list[UnitNode], launch_by: datetime.date) -> dict[int, datetime.datetime]:
    """When each unit launches; those that never do are left out."""
    drawn = sorted(taking_part, key=lambda node: _chance("launch", node.code))
    in_time, late = drawn[: -LATE - NEVER], drawn[-LATE - NEVER : -NEVER]
    first, times = launch_by - datetime.timedelta(days=9), (9, 14)
    found = {}
    for number, node in enumerate(in_time):
        found[node.id] = moment(
            first + datetime.timedelta(days=number * 9 // len(in_time)), datetime.time(times[number % 2])
        )
    for number, node in enumerate(late, start=1):
        found[node.id] = moment(launch_by + datetime.timedelta(days=number), datetime.time(9))
    return found


def words_of(code: str, *, is_late: bool) -> str:
    """How it was launched, in the words of the unit."""
    whose = "late" if is_late else code
    return " ".join(sorted(HELD, key=lambda line: _chance("held", whose, line))[:3])


def _launch(campaign: Campaign, plan: CampaignFile, node: UnitNode, head: User, at: datetime.datetime) -> None:
    tree, day = all_tree_on(at.date()), at.date()
    people = len(all_person_lines(campaign, [one.id for one in tree.below(node.id)], on=day))
    share = _chance("present", node.code)
    own = sorted(OWN, key=lambda line: _chance("own", node.code, line))[: int(share * 3)]
    told = Launching(
        launched_on=day,
        form=[LaunchForm.MEETING, LaunchForm.CEREMONY, LaunchForm.ONLINE_MEETING][int(share * 3)],
        present=max(1, int(people * (0.8 + share / 5))),
        text=words_of(node.code, is_late=day > plan.launch_by),
        own_criteria=own,
    )
    record_launch(uuid.uuid5(NAMESPACE, f"{campaign.code}:{node.code}"), campaign, node.id, told, actor=head, at=at)
    pledge_for_unit(campaign, node.id, plan.pledge.unit, actor=head, at=at)


def _pledge(
    campaign: Campaign,
    plan: CampaignFile,
    unit_ids: list[int],
    hour: int,
    at: datetime.datetime,
    left_alone: frozenset[str],
) -> None:
    """A part of those who have not pledged yet, by the hour."""
    for line in all_person_lines(campaign, unit_ids, on=at.date()):
        user, share = line.person.user, _chance("pledge", line.person.staff_code)
        if line.pledge or user is None or user.username in left_alone or share > WILL_PLEDGE:
            continue
        if _chance("pledge-at", line.person.staff_code, str(at.date()), str(hour)) < 0.4:
            pledge_oneself(campaign, plan.pledge.person, actor=user, at=at)


def _pledge_of_groups(
    campaign: Campaign, plan: CampaignFile, at: datetime.datetime, left_alone: frozenset[str]
) -> None:
    """The trade union and the youth union, by their officer; the others have not pledged yet."""
    for group in groups_of(campaign, all_tree_on(at.date()))[:2]:
        officer = next(iter(roles.holders(Role.UNION_OFFICER, group.unit_id, on=at.date())), None)
        there = standing(campaign, PledgeKind.GROUP, group_id=group.pk)
        if officer and officer.username not in left_alone and there is None:
            pledge_for_group(campaign, group, plan.pledge.group, actor=officer, at=at)


def _chance(*parts: str) -> float:
    """From 0 to 1, the same each time."""
    return draw(*parts).random()
