"""How the units of the demonstration agency score themselves: written, sent with evidence, returned, checked by others,
inspected by a drawn sample, appraised."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from vungxanh.accounts.models import User
from vungxanh.cli.demo.evidence import list_of_people
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.movement import running_campaign
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import SampleResult, SelfScoreState
from vungxanh.movement.models import CrossCheck, SampleItem, ScoreSample, SelfScore
from vungxanh.movement.operations.appraisal import answer_check, appraise_self_score, ask_check, return_self_score
from vungxanh.movement.operations.evidence import add_evidence
from vungxanh.movement.operations.samples import Found, draw_sample, record_inspection
from vungxanh.movement.operations.self_scores import OwnScore, send_self_scores, write_self_score
from vungxanh.movement.permissions import may_appraise
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.self_scores import Season, season_of
from vungxanh.movement.rulebook import Measure
from vungxanh.organization import roles
from vungxanh.organization.models import Post
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.organization.workdays import all_workdays

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202110010052")
APPRAISERS = ("vanphong", "tochuc")
SENT_EARLY, DRAFTED = 0.7, 0.85
"""Up to the first share of the units sends early, up to the second has drafts then; the others begin at the end."""
RETURNED, INSPECTED = 0.15, 0.6
"""So large a part of what was sent comes back once; so large a part of the sample is inspected at once."""
NAMED = 9
WORDS = {
    "4.4": (
        "Hai đề xuất bằng văn bản gửi Văn phòng Sở: bố trí lại giờ tiếp khách, chia ca làm việc khi có người phải"
        " cách ly. Danh sách người thực hiện kèm theo.",
        "Một đề xuất điều chỉnh lịch đi cơ sở theo cấp độ dịch của xã, một phương án làm việc từ xa cho bộ phận một"
        " cửa.",
        "Một đề xuất bằng văn bản về kiểm soát xe ra vào trụ sở; đang soạn đề xuất thứ hai.",
    ),
    "5.2": (
        "Công đoàn, Chi đoàn của đơn vị mỗi tổ chức một hoạt động, có danh sách người tham gia.",
        "Chi đoàn hướng dẫn khai báo tại cổng buổi sáng; Công đoàn thăm hỏi đoàn viên phải cách ly. Danh sách kèm"
        " theo.",
        "Công đoàn vận động đoàn viên ký cam kết, phát khẩu trang; danh sách người tham gia kèm theo.",
    ),
}
OTHERWISE = ("Đơn vị đã thực hiện, danh sách kèm theo.",)
RETURN_REASON = "Danh sách chưa ghi ngày và người phụ trách; đề nghị bổ sung rồi gửi lại."
ADDED = "Đã bổ sung ngày thực hiện và người phụ trách vào danh sách."
SAME, LESS = "", "Có một hoạt động chưa có danh sách người tham gia."
FAR_LESS = "Chỉ có một buổi với ba người tham gia; danh sách kèm theo là của đợt ký cam kết."
CHECKED = 5
"""So many self-scores are checked by another unit: the first with far more than was found, the second with a little."""


@dataclass(frozen=True, slots=True)
class Days:
    """`first`: units write and send on it and the two days after; `looked`: the Office returns some, checks are
    answered."""

    first: datetime.date
    looked: datetime.date


PERIODS = {
    "ky-1": Days(datetime.date(2021, 9, 28), datetime.date(2021, 10, 1)),
    "ky-2": Days(datetime.date(2021, 12, 27), datetime.date(2021, 12, 30)),
}
DAY = datetime.timedelta(days=1)
Step = Callable[[Season, datetime.datetime, frozenset[str]], None]


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    for code, days in PERIODS.items():
        steps = _steps(days, day)
        season = _season(code, day) if steps or day >= days.looked else None
        if season is None:
            continue
        if day == season.period.last:
            steps.append((datetime.time(15, 20), _send_rest))
        if _is_appraised_on(season, day):
            steps += [(datetime.time(9, 15), _inspect), (datetime.time(11), _appraise)]
        for time, step in steps:
            at = moment(day, time)
            yield at, lambda step=step, season=season, at=at: step(season, at, left_alone)  # type: ignore[misc]


def _steps(days: Days, day: datetime.date) -> list[tuple[datetime.time, Step]]:
    found: list[tuple[datetime.time, Step]] = []
    if days.first <= day <= days.first + 2 * DAY:
        found.append((datetime.time(15, 20), _score))
    if day == days.first + 2 * DAY:
        found.append((datetime.time(16, 5), _ask_checks))
    if day == days.looked:
        found += [(datetime.time(10, 45), _return_some), (datetime.time(15, 50), _answer_checks)]
    return found


def _season(code: str, day: datetime.date) -> Season | None:
    campaign = running_campaign()
    period = newest_edition(campaign).plan.period_named(code) if campaign else None
    return season_of(campaign, period, day) if campaign and period else None


def _is_appraised_on(season: Season, day: datetime.date) -> bool:
    """The first working day on which units do not send any more."""
    first = season.rule.send_by(season.period) + DAY
    workdays = all_workdays(first, first + 14 * DAY)
    while not workdays.is_working(first, season.campaign.unit_id):
        first += DAY
    return first == day


def _score(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """A third of the units on each day."""
    place = (at.date() - PERIODS[season.period.code].first).days
    for node, head in _heads(season, at, left_alone):
        share = _chance("send", node.code)
        if share > DRAFTED or int(_chance("send-at", node.code, season.period.code) * 3) != place:
            continue
        if not _own(season, node.id):
            _write_all(season, node, head, at)
            if share <= SENT_EARLY:
                send_self_scores(season.campaign, season.period.code, node.id, actor=head, at=at)


def _write_all(season: Season, node: UnitNode, head: User, at: datetime.datetime) -> None:
    for measure in season.measures:
        points = round(measure.weight * (0.6 + 0.4 * _chance("points", node.code, measure.id)) * 2) / 2
        texts = WORDS.get(measure.id, OTHERWISE)
        told = OwnScore(points, texts[int(_chance("words", node.code, measure.id) * len(texts))])
        period = season.period.code
        score = write_self_score(season.campaign, period, measure.id, node.id, told, seen_at=None, actor=head, at=at)
        _add_evidence(score, node, measure, head, at)


def _add_evidence(score: SelfScore, node: UnitNode, measure: Measure, head: User, at: datetime.datetime) -> None:
    """A list of those who took part, as a PDF or, as if photographed, a picture."""
    below = [one.id for one in all_tree_on(at.date()).below(node.id)]
    posts = Post.objects.filter(in_force(at.date()), unit__in=below).select_related("person")
    names = {one.person.full_name for one in posts}
    chosen = sorted(names, key=lambda name: _chance("named", measure.id, score.period, name))[:NAMED]
    is_pdf = _chance("kind", node.code, measure.id) < 0.6
    title = f"DANH SÁCH NGƯỜI THAM GIA (chỉ tiêu {measure.id})"
    content = list_of_people(title, node.name, sorted(chosen), at.date(), kind="PDF" if is_pdf else "JPEG")
    name = f"Danh sách {measure.id}.{'pdf' if is_pdf else 'jpg'}"
    add_evidence(score, name, content, actor=head, at=at)


def _return_some(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """What nobody was asked to check."""
    for score in _sent(season).filter(checks=None, reason="", appraised_at=None):
        appraiser = _appraiser(score, at, left_alone)
        if appraiser and _chance("return", score.unit.code, score.measure, score.period) < RETURNED:
            return_self_score(score, RETURN_REASON, actor=appraiser, at=at)


def _ask_checks(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """Of one measure of each of some units, by the unit that stands next to it."""
    scores = [one for one in _sent(season).filter(measure=season.measures[-1].id) if one.points]
    scores.sort(key=lambda one: (-(one.points or 0), _chance("check", one.unit.code, one.period)))
    ids = [node.id for node in season.units]
    for score in scores[:CHECKED]:
        appraiser = _appraiser(score, at, left_alone)
        checker = ids[(ids.index(score.unit_id) + 1) % len(ids)]
        if appraiser and not score.checks.exists():
            ask_check(score, checker, actor=appraiser, at=at)


def _answer_checks(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """The last one has not answered yet."""
    asked = CrossCheck.objects.filter(self_score__campaign=season.campaign, self_score__period=season.period.code)
    rows = asked.select_related("self_score__campaign", "self_score__unit").order_by("pk")
    for place, check in enumerate(rows[: CHECKED - 1]):
        head = next(iter(roles.holders(roles.HEADS, check.unit_id, on=at.date())), None)
        points = check.self_score.points or 0
        is_open = check.checked_at is None and check.self_score.state == SelfScoreState.SENT
        if head is None or head.username in left_alone or not is_open:
            continue
        less, words = ((min(2.0, points), FAR_LESS), (min(0.5, points), LESS))[place] if place < 2 else (0.0, SAME)
        answer_check(check, points - less, words, actor=head, at=at)


def _send_rest(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """On the last day of the period everybody but the slowest unit sends."""
    slowest = max(season.units, key=lambda node: _chance("send", node.code), default=None)
    for node, head in _heads(season, at, left_alone):
        if node == slowest:
            continue
        own = _own(season, node.id)
        if not own:
            _write_all(season, node, head, at)
        for score in own:
            if score.state == SelfScoreState.RETURNED and ADDED not in score.explanation:
                told = OwnScore(score.points, f"{score.explanation} {ADDED}")
                place = (season.campaign, season.period.code, score.measure, node.id)
                write_self_score(*place, told, seen_at=score.written_at, actor=head, at=at)
        if not own or {one.state for one in own} & {SelfScoreState.RETURNED, SelfScoreState.DRAFT}:
            send_self_scores(season.campaign, season.period.code, node.id, actor=head, at=at)


def _inspect(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """The sample is drawn and a part of it inspected at once."""
    drawer = next((name for name in APPRAISERS if name not in left_alone), None)
    if drawer is None or not _sent(season).exists():
        return
    if not ScoreSample.objects.filter(campaign=season.campaign, period=season.period.code).exists():
        seed = uuid.uuid5(NAMESPACE, season.period.code).hex
        draw_sample(season.campaign, season.period.code, actor=User.objects.get(username=drawer), at=at, seed=seed)
    items = SampleItem.objects.filter(sample__campaign=season.campaign, sample__period=season.period.code)
    rows = list(items.select_related("self_score__campaign", "self_score__unit").order_by("position"))
    for item in rows[: round(len(rows) * INSPECTED)]:
        score = item.self_score
        inspector = _appraiser(score, at, left_alone)
        if item.result or inspector is None or score.state not in (SelfScoreState.SENT, SelfScoreState.APPRAISED):
            continue
        points = score.points or 0
        is_less = points >= 1 and item.position % 4 == 2
        found = (
            Found(SampleResult.DIFFERENT, at.date(), points - 0.5, LESS)
            if is_less
            else Found(SampleResult.AS_SCORED, at.date())
        )
        record_inspection(item, found, actor=inspector, at=at)


def _appraise(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """By what a check or an inspection found, else as the unit scored itself."""
    for score in _sent(season):
        appraiser = _appraiser(score, at, left_alone)
        if appraiser is None or score.points is None:
            continue
        own = score.points
        checks = score.checks.values_list("points", "difference")
        inspected = SampleItem.objects.filter(self_score=score).values_list("points", "remark")
        lower = [(found, said) for found, said in [*checks, *inspected] if found is not None and found < own]
        points, words = min(lower, default=(own, ""))
        appraise_self_score(score, points, words, actor=appraiser, at=at)


def _heads(season: Season, at: datetime.datetime, left_alone: frozenset[str]) -> Iterator[tuple[UnitNode, User]]:
    """Units whose part nobody plays, with who speaks for them."""
    heads = roles.all_holders(roles.HEADS, [node.id for node in season.units], on=at.date())
    for node in season.units:
        head = next(iter(heads[node.id]), None)
        if head and head.username not in left_alone:
            yield node, head


def _own(season: Season, unit_id: int) -> list[SelfScore]:
    rows = SelfScore.objects.filter(campaign=season.campaign, period=season.period.code, unit_id=unit_id)
    return list(rows.order_by("measure"))


def _sent(season: Season) -> QuerySet[SelfScore]:
    rows = SelfScore.objects.filter(campaign=season.campaign, period=season.period.code, state=SelfScoreState.SENT)
    return rows.select_related("unit", "campaign").order_by("unit__code", "measure")


def _appraiser(score: SelfScore, at: datetime.datetime, left_alone: frozenset[str]) -> User | None:
    """The Office; of its own unit Personnel."""
    users = User.objects.filter(username__in=set(APPRAISERS) - left_alone).order_by("-username")
    return next((user for user in users if may_appraise(user, score, on=at.date())), None)


def _chance(*parts: str) -> float:
    """From 0 to 1, the same each time."""
    return draw("self-scores", *parts).random()
