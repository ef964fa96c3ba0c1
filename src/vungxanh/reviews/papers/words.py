"""The fields of the sentences: what was counted, in Vietnamese words. None is a field that has nothing to say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time, day, number, percent
from vungxanh.documents.queries import Letterhead
from vungxanh.movement.rulebook import CATALOGUE, CampaignFile, term_of
from vungxanh.reviews.figures import Card, Figures, Launched, Reached, Share
from vungxanh.reviews.rulebook import field_of

MOST_MEASURES = 3
GREEN_DAYS = "risk.green_days"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on the paper beside its figures; names of at most `most` units are told."""

    plan: CampaignFile
    head: Letterhead
    agency: str
    report: str
    what: str
    to: str
    most: int


def fields_of(figures: Figures, frame: Frame) -> dict[str, str | None]:
    """Every field that a sentence may name."""
    return {
        **_frame(figures, frame),
        **_launching(figures, frame.most),
        **_days(figures, frame.most),
        **_points(figures, frame.most),
        **_indicators(figures),
        "not_measured": _listed(figures.not_measured),
        "not_scored": _listed(figures.not_scored),
    }


def _frame(figures: Figures, frame: Frame) -> dict[str, str | None]:
    plan, local = frame.plan, figures.at.astimezone(ZONE)
    issued = f" ngày {day(plan.issued_on)}" if plan.issued_on else ""
    return {
        "code": frame.head.code,
        "agency": frame.agency,
        "title": plan.title,
        "short_title": plan.short_title,
        "slogan": plan.slogan or None,
        "plan": f"{plan.type_name.capitalize()} số {plan.number}/{plan.symbol}{issued}" if plan.number else None,
        "plan_symbol": plan.symbol,
        "what": frame.what,
        "report": frame.report,
        "to": frame.to or None,
        "period": figures.period,
        "period_before": figures.period_before or None,
        "first": day(figures.first),
        "last": day(figures.last),
        "time": f"{clock_time(local)} ngày {day(local)}",
        "units": number(len(figures.units)),
        "launch_by": day(plan.launch_by),
    }


def _launching(figures: Figures, most: int) -> dict[str, str | None]:
    there = [one for one in figures.launches if one.state in ("LAUNCHED", "LATE")]
    in_time = [one for one in there if one.state == "LAUNCHED"]
    late = [f"{one.unit} ({day(one.on)})" for one in there if one.state == "LATE"]
    missing = [one.unit for one in figures.launches if one.state in ("OVERDUE", "PENDING")]
    people, pledged = sum(one.people for one in figures.launches), sum(one.pledged for one in figures.launches)
    return {
        "launched": number(len(there)),
        "launched_share": _ratio(len(there), len(figures.launches)),
        "in_time": number(len(in_time)),
        "in_time_share": _ratio(len(in_time), len(figures.launches)),
        "late_units": some(late, most),
        "missing_units": some(missing, most),
        "present": _some_number(sum(one.present for one in there)),
        "own_criteria": _some_number(sum(one.own_criteria for one in there)),
        "units_pledged": number(sum(one.has_pledged for one in figures.launches)),
        "groups_pledged": _some_number(figures.groups_pledged),
        "people_pledged": number(pledged),
        "people": number(people),
        "people_share": _ratio(pledged, people),
    }


def _days(figures: Figures, most: int) -> dict[str, str | None]:
    green = [(one.name, one.shares[GREEN_DAYS]) for one in figures.units if GREEN_DAYS in one.shares]
    lower = sorted((one for one in green if one[1].ratio < 1), key=lambda one: one[1].ratio)
    front = figures.front_line
    return {
        "all_green_units": _some_number(sum(share.ratio == 1 for _name, share in green)),
        "lowest_green": some([f"{name} {share_words(share)}" for name, share in lower], most),
        "front_people": _some_number(front.people),
        "front_days": _some_number(front.days),
        "front_confirmed": _some_number(front.confirmed),
    }


def _points(figures: Figures, most: int) -> dict[str, str | None]:
    average, before = _average(figures.cards, lambda one: one.total), _average(figures.cards, lambda one: one.before)
    moved = [(one, one.total - one.before) for one in figures.cards if one.total is not None and one.before is not None]
    risen = sorted((one for one in moved if one[1] > 0), key=lambda one: -one[1])
    fallen = sorted((one for one in moved if one[1] < 0), key=lambda one: one[1])
    best = sorted(figures.reached, key=lambda one: -one.ratio)[:MOST_MEASURES]
    worst = sorted((one for one in figures.reached if one.ratio < 1 and one not in best), key=lambda one: one.ratio)
    change = average - before if average is not None and before is not None else None
    return {
        "average": number(average, 2) if average is not None else None,
        "average_before": number(before, 2) if before is not None else None,
        "average_change": _changed(round(change, 2), "điểm") if change is not None else None,
        "leaders": _leaders(figures.cards, most),
        "risen": some([f"{one.unit} (+{number(round(by, 2))})" for one, by in risen], most),
        "fallen": some([f"{one.unit} (−{number(round(-by, 2))})" for one, by in fallen], most),
        "strongest": _measures(best),
        "weakest": _measures(worst[:MOST_MEASURES]),
    }


def _leaders(cards: Sequence[Card], most: int) -> str | None:
    """Those that stand first, block by block."""
    blocks: dict[str, list[str]] = {}
    for card in cards:
        if card.rank == 1 and card.total is not None:
            blocks.setdefault(card.block, []).append(f"{card.unit} ({number(card.total)} điểm)")
    said = [f"{block}: {some(units, most)}" if block else str(some(units, most)) for block, units in blocks.items()]
    return "; ".join(said) or None


def _measures(reached: Sequence[Reached]) -> str | None:
    """Of the points, which is not the share that a measure counts: whoever passes the target has all of them."""
    return "; ".join(f"{_lower(one.name)} ({percent(one.ratio)} số điểm)" for one in reached) or None


def _indicators(figures: Figures) -> dict[str, str | None]:
    """Of every indicator of the catalogue; None where nothing was due, or nobody counts it."""
    codes = {one.code for edition in CATALOGUE.current() for one in edition.indicator}
    found: dict[str, str | None] = {}
    for code in codes:
        now, before, name = figures.agency.get(code), figures.before.get(code), field_of(code)
        is_share = (term := term_of(code)) is None or term.unit == "PERCENT"
        found[name] = share_words(now, is_share=is_share) if now else None
        found[f"before_{name}"] = percent(before.ratio) if before and is_share else None
        change = round((now.ratio - before.ratio) * 100, 1) if now and before and is_share else None
        found[f"change_{name}"] = _changed(change, "điểm phần trăm") if change is not None else None
    return found


def share_words(share: Share, *, is_share: bool = True) -> str:
    """`94,9% (112/118)`; of what is counted in things the count alone."""
    if not is_share:
        return number(share.part)
    return f"{percent(share.ratio)} ({number(share.part)}/{number(share.whole)})"


def some(names: Sequence[str], most: int) -> str | None:
    """All of them, or the first ones and how many more there are."""
    more = f" và {len(names) - most} đơn vị khác" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}" if names else None


def filled(sentences: Sequence[str], fields: Mapping[str, str | None], named: Callable[[str], list[str]]) -> str:
    """The sentences that have something in each of their fields, behind each other; a line break in one stays."""
    said = [one.format(**fields) for one in sentences if all(fields[name] is not None for name in named(one))]
    return " ".join(said).replace(" \n", "\n").strip()


def state_words(line: Launched) -> str:
    words = {"LAUNCHED": "Đúng hạn", "LATE": "Muộn", "OVERDUE": "Chưa phát động", "PENDING": "Chưa phát động"}
    return words[line.state]


def _changed(by: float, what: str) -> str:
    if by == 0:
        return "không thay đổi"
    return f"{'tăng' if by > 0 else 'giảm'} {number(abs(by))} {what}"


def _average(cards: Sequence[Card], value: Callable[[Card], float | None]) -> float | None:
    found = [one for card in cards if (one := value(card)) is not None]
    return sum(found) / len(found) if found else None


def _lower(name: str) -> str:
    """As it stands within a sentence; `5K` and names in capitals stay."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


def _listed(names: Sequence[str]) -> str | None:
    return "; ".join(names) or None


def _ratio(part: int, whole: int) -> str | None:
    return percent(part / whole) if whole else None


def _some_number(value: int) -> str | None:
    return number(value) if value else None
