"""Who works in the agency of the play, where, and to whom something happens: by chance, the same chance every time."""

import datetime
import random
from typing import Any

from vungxanh.cli.simulate.played.world import APP, CALL, CLERK, KIOSK, PAGE, PAPER, ROOT, Person, Place, Unit, World

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thu", "Quang")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hạnh", "Hùng", "Khánh", "Lan", "Minh", "Nga", "Oanh", "Yến")
NIGHT, DAYTIME, FOREST = ("18:00", "06:00"), ("06:00", "18:00"), ("07:00", "07:00")
HEADCOUNT = {"PA": 12, "PB": 10, "TT": 18, "H": 10, "K": 12, "T": 7, "R": 4}
OF_A_BLOCK, OF_THE_REST = 36, 44
FEWEST = OF_THE_REST + 2 * OF_A_BLOCK
"""Fewer people have not enough shoulders for everything that goes wrong."""
ABSENCES: list[dict[str, Any]] = [
    {"kind": "LEAVE", "part": "WHOLE"},
    {"kind": "LEAVE", "part": "AFTERNOON"},
    {"kind": "MATERNITY_LEAVE", "part": "WHOLE"},
    {"kind": "STUDY", "part": "WHOLE"},
    {"kind": "DUTY_TRAVEL", "part": "WHOLE"},
    {"kind": "DUTY_TRAVEL", "part": "WHOLE", "remote": True},
    {"kind": "AT_HOME", "part": "WHOLE"},
    {"kind": "AT_HOME", "part": "WHOLE", "remote": True},
    {"kind": "FIELD_WORK", "part": "WHOLE"},
]
ABSENT_STORIES: dict[str, dict[str, Any]] = {
    "on_leave_inside": {"kind": "SICK_LEAVE", "part": "WHOLE"},
    "half_leave_inside": {"kind": "LEAVE", "part": "MORNING"},
    "isolating_inside": {"kind": "ISOLATION", "part": "WHOLE"},
    "isolating_held": {"kind": "ISOLATION", "part": "WHOLE"},
}
STORIES = (
    "held_then_in", "fever", "gate_fever", "double_tap", "two_gates", "again_in", "insists_in", "out_only", "no_out",
    "forged", "old_code", "place_code", "revoked", "undeclared_inside", "lunch", "two_sites", "two_sites_near_miss",
    "long_before", "long_before_near_miss", "corrected_up",
)  # fmt: skip
"""What happens to somebody at a gate. `played/gates.py` tells each."""
MANNERS = (
    "double_tap", "retry_same", "retry_other", "twice", "late", "early", "forgotten", "closed", "future", "slow_clock",
    "offline", "too_old", "foreign_site", "unknown_site", "incomplete", "not_attested", "unknown_question",
    "naive_time", "cough", "two_signs", "taste", "contact", "contact_and_cough", "symptomatic_contact",
    "epidemic_area", "red_place", "red_place_and_cough", "orange_place", "strange_place", "other_window",
    "corrected_down", "copied", "copied_near_miss", "denied_contact", "denied_contact_near_miss", "at_opens",
    "before_opens", "at_starts", "before_starts", "at_due", "after_due", "before_closes", "at_closes",
)  # fmt: skip
LEAVING_MANNERS = ("late", "early", "forgotten", "forgotten", "cough", "contact", "fever", "double_tap", "retry_same")
BY_THE_APPLICATION = {
    "retry_same", "retry_other", "future", "slow_clock", "offline", "too_old", "foreign_site", "unknown_site",
    "incomplete", "unknown_question", "naive_time", "strange_place", "other_window", "corrected_down", "copied",
    "copied_near_miss", "denied_contact", "denied_contact_near_miss",
}  # fmt: skip
APP_STORIES = {"forged", "revoked", "corrected_up", "two_sites", "two_sites_near_miss", "place_code"}
AT_TWO_GATES = {"two_gates", "undeclared_inside", "isolating_inside"}
"""Where one gate is without network and lets in whom it should not."""
WITHOUT_PHONE = (CLERK, CALL, PAPER, KIOSK)


def make_agency(day: datetime.date, *, people: int, units: int, seed: int) -> World:
    """Nobody does anything yet. `units`: how many subordinate units of the usual shape; 0 takes as many as people
    need."""
    chance = random.Random(seed)  # noqa: S311
    blocks = units or max(1, round((people - OF_THE_REST) / OF_A_BLOCK))
    found = _units(blocks)
    share = max(1.0, people / (OF_THE_REST + OF_A_BLOCK * blocks))
    world = World(day, seed, found, _people(found, share, chance), _places(blocks), chance=chance)
    _plant(world)
    return world


def _units(blocks: int) -> list[Unit]:
    units = [Unit(ROOT, "Sở Thử nghiệm", None, "AGENCY", "S-SO")]
    for code, name, kind in (
        ("PA", "Phòng A", "DIVISION"),
        ("PB", "Phòng B", "DIVISION"),
        ("TT", "Trung tâm", "SUBORDINATE_UNIT"),
    ):
        units.append(Unit(code, name, ROOT, kind, f"S-{code}", True))
    for n in range(1, blocks + 1):
        code = f"C{n}"
        units.append(Unit(code, f"Chi cục {n}", ROOT, "SUBORDINATE_UNIT", f"S-{code}", True))
        units.append(Unit(f"{code}-H", f"Phòng Hành chính {n}", code, "SECTION", f"S-{code}"))
        units.append(Unit(f"{code}-K", f"Phòng Kỹ thuật {n}", code, "SECTION", f"S-{code}"))
        units.append(Unit(f"{code}-T", f"Trạm {n}", code, "STATION", f"S-{code}-T", n % 2 == 1))
        units.append(Unit(f"{code}-T-R", f"Chốt rừng {n}", f"{code}-T", "STATION", f"S-{code}-T-R"))
    return units


def _places(blocks: int) -> list[Place]:
    places = [Place("PA-1", "S-PA", "Cổng chính", "GATE"), Place("PA-2", "S-PA", "Cổng sau", "GATE")]
    places += [Place(f"{code}-1", f"S-{code}", f"Cổng {code}", "GATE") for code in ("PB", "TT")]
    places += [Place(f"C{n}-1", f"S-C{n}", f"Cổng chi cục {n}", "GATE") for n in range(1, blocks + 1)]
    places.append(Place("PA-HT", "S-PA", "Hội trường", "ROOM"))
    places.append(Place("PB-XE", "S-PB", "Xe 7 chỗ", "VEHICLE", True))
    return places


def _people(units: list[Unit], share: float, chance: random.Random) -> list[Person]:
    people: list[Person] = []

    def add(unit: Unit, **more: Any) -> Person:
        number = len(people) + 1
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)} {word_of(number)}"
        birth = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1966 + number % 32}"
        people.append(Person(f"NV{number:04}", name, birth, f"0990{number:06}", unit.code, **more))
        people[-1].way = APP if number % 2 == 0 else PAGE
        return people[-1]

    for unit in units[1:]:
        count = round(HEADCOUNT.get(unit.code.rsplit("-", 1)[-1], 3) * share)
        team = [add(unit) for _ in range(count)]
        team[0].title, team[0].role = "Trưởng đơn vị", "UNIT_HEAD"
        if unit.parent == ROOT:
            team[1].title, team[1].role = "Cán bộ đầu mối", "UNIT_CLERK"
        if unit.code.endswith("-R"):
            for place, person in enumerate(team[1:]):
                person.pattern, person.shift = "Theo ca", FOREST if place % 2 == 0 else None
    guards = [add(units[1], contract="Nhà cung cấp", title="Bảo vệ", pattern="Theo ca") for _ in range(4)]
    for guard, shift in zip(guards, (DAYTIME, NIGHT, NIGHT, None), strict=True):
        guard.shift = shift
    guards[0].role = "GUARD"
    staff = [one for one in people if one.unit == "PA" and not one.role and one.is_counted]
    for person, role in zip(staff, ("OFFICE", "HEALTH_OFFICER", "DIRECTOR"), strict=False):
        person.role = role
    return people


def word_of(number: int) -> str:
    """A last word that makes each name its own, since pages show names and no codes."""
    consonants = "BCDGHKLMNPQRSTVX"
    first, second, third = (consonants[number // step % 16] for step in (256, 16, 1))
    return f"{first}a{second.lower()}i{third.lower()}a"


def _plant(world: World) -> None:
    """Everything that can go wrong goes wrong for somebody; the larger the agency, the more often."""
    chance, share = world.chance, max(1, len(world.people) // 250)
    plain = [one for one in world.people if one.is_plain]
    chance.shuffle(plain)
    at_gates = [one for one in plain if world.gates_of(world.site_of(one))]
    for name in (*STORIES, *ABSENT_STORIES) * share:
        wants = "S-PA" if name in AT_TWO_GATES else ""
        fitting = [one for one in at_gates if not wants or world.site_of(one) == wants]
        if not fitting:
            continue
        person = fitting[-1]
        at_gates.remove(person)
        plain.remove(person)
        person.story = name
        person.way = APP if name in APP_STORIES else PAGE
        if name in ABSENT_STORIES:
            person.absences.append(ABSENT_STORIES[name])
    for absence in ABSENCES:
        plain.pop().absences.append(absence)
    for host in ("PB", "TT"):
        seconded = next(one for one in plain if one.unit != host)
        plain.remove(seconded)
        seconded.host = host
    for days in ("T2 T4 T6", "T3 T5"):
        one = plain.pop()
        one.contract, one.pattern, one.title = "Bán thời gian", days, "Nhân viên phục vụ"
    for manner in MANNERS * share:
        if plain:
            one = plain.pop()
            one.manner = manner
            one.way = APP if manner in BY_THE_APPLICATION else PAGE
    for number, one in enumerate(plain[: max(4, len(plain) // 3)]):
        one.way = WITHOUT_PHONE[number % 4]
    rest = [one for one in world.people if one.has_phone and not (one.role or one.story or one.host) and one.is_counted]
    chance.shuffle(rest)
    for one, manner in zip(rest, LEAVING_MANNERS * share, strict=False):
        one.leaving_manner = manner
