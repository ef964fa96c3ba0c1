"""What happens at the gates: most come in and go out, some are held, some tap twice, some gates lose their network."""

import datetime
from dataclasses import dataclass
from typing import Any

from vungxanh.cli.simulate.played.declaring import TO_CLARIFY, Attempt, act_of
from vungxanh.cli.simulate.played.rules import HIGH, LONGEST_STAY, Declared, minutes
from vungxanh.cli.simulate.played.world import APP, Act, Known, Person, Stay, World

SECONDS = datetime.timedelta(seconds=1)
PASSING_MANNERS = {"usual", "double_tap", "retry_same", "not_attested", "corrected_down"}
"""Whoever declares so has declared before the gate."""
OFFLINE_GATE, SLOW_GATE = "PA-2", "C1-1"
"""One gate without network in the morning, and one whose device's clock is slow as well."""
FETCHED, SENT = "06:30", "09:30"
SLOW = minutes(25)


@dataclass
class Scan:
    """What a device without network kept of one person: by tag of its list, by pass or by code."""

    person: Person
    at: datetime.datetime
    named_by: str
    uuid: str


class Gates:
    """Everybody's way through the gates of the day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.scans: dict[str, list[Scan]] = {OFFLINE_GATE: [], SLOW_GATE: []}
        self.gates = {site: world.gates_of(site)[0].code for site in world.sites_with_gates}
        self.keepers: dict[str, str] = {}
        for site in world.sites_with_gates:
            top = site.removeprefix("S-")
            role = "GUARD" if top == "PA" else "UNIT_CLERK"
            self.keepers[site] = world.holder(role, top).code

    def play(self) -> None:
        for person in self.world.people:
            if person.story:
                getattr(self, person.story)(person)
            elif self.passes_by(person):
                self.usual(person)
        self.rooms()
        for gate in (OFFLINE_GATE, SLOW_GATE):
            self.send(gate)

    def passes_by(self, person: Person) -> bool:
        """Who works in office hours at a site with gates, has declared in the morning and is not held."""
        world, today = self.world, self.arrivals(person)
        is_here = world.site_of(person) in self.gates and person.pattern == "Hành chính"
        is_fine = person.manner in PASSING_MANNERS and not person.absences and person.leaving_manner == "usual"
        return is_here and is_fine and bool(today) and max(one.received for one in today) < world.at("08:10")

    def arrivals(self, person: Person) -> list[Declared]:
        said = self.world.declared.get(person.code, [])
        return [one for one in said if one.window == "ARRIVAL" and one.day == self.world.day]

    # --- One after another -----------------------------------------------------------------------------------------
    def scan(self, person: Person, at: datetime.datetime, expect: str, **more: Any) -> None:
        """At the console, typed or by pass. `expect`: ALLOWED, HOLD:<reason>, REFUSED:<reason> or LEFT."""
        site = self.world.site_of(person)
        body = {"gate": more.pop("gate", self.gates[site]), "text": person.code, "direction": "IN", **more}
        self.world.acts.append(Act(at, self.keepers[site], "scan", expect, body))

    def leave(self, person: Person, at: datetime.datetime, expect: str = "LEFT", **more: Any) -> None:
        self.scan(person, at, expect, direction="OUT", **more)

    def stay(
        self, person: Person, entered: datetime.datetime | None, left: datetime.datetime | None = None, **more: Any
    ) -> Stay:
        told = {"told_in": entered, "told_out": left, **more}
        one = Stay(person.name, self.world.site_of(person), entered, told["told_in"], left, told["told_out"])
        self.world.stays.append(one)
        return one

    def conflict(self, person: Person, kind: str, since: datetime.datetime) -> None:
        self.world.conflicts.append(Known(person.name, kind, self.world.site_of(person), since))

    def clarify(self, person: Person, code: str, *, near_miss: bool = False) -> None:
        found = Known(person.name, code, self.world.top_of(person.stands), self.world.at(TO_CLARIFY))
        (self.world.near_misses if near_miss else self.world.findings).append(found)

    def declared(self, person: Person, text: str, said: dict[str, Any] | None = None, **more: Any) -> str:
        """At that time, by the own phone; returns the key of the declaration."""
        at = self.world.at(text)
        attempt = Attempt(at, "ARRIVAL", at, said or {}, self.world.uuid())
        self.world.acts.append(act_of(self.world, person, attempt))
        self.world.acts[-1].body.update(more)
        return attempt.uuid

    def home(self, person: Person) -> datetime.datetime:
        return self.world.at("17:00") + minutes(1 + int(person.code[2:]) * 7 % 50)

    def usual(self, person: Person) -> None:
        """By scan, by code or by the own phone; through a gate that may be without network."""
        world, site = self.world, self.world.site_of(person)
        last = max(one.received for one in self.arrivals(person))
        at = max(world.at("07:20") + minutes(int(person.code[2:]) * 11 % 45), last + minutes(2))
        at = at.replace(second=int(person.code[2:]) % 60, microsecond=0)
        home, number = self.home(person), int(person.code[2:])
        offline = next((gate for gate in self.scans if gate.startswith(site.removeprefix("S-"))), "")
        if offline and (offline == SLOW_GATE or number % 3 == 0) and at < world.at(SENT):
            named_by = "pass" if person.way == APP and number % 4 == 0 else ("tag", "code")[number % 2]
            self.scans[offline].append(Scan(person, at, named_by, world.uuid()))
            self.stay(person, at, home, told_in=world.at(SENT))
        elif person.has_phone and number % 5 == 0:
            body = {"gate": self.gates[site], "keeper": self.keepers[site], "direction": "IN"}
            world.acts.append(Act(at, person.code, "own_code", "ALLOWED", body))
            self.stay(person, at, home)
        else:
            self.scan(person, at, "ALLOWED", text="pass" if person.way == APP else person.code, of=person.code)
            self.stay(person, at, home)
        self.leave(person, home)

    # --- What goes otherwise ---------------------------------------------------------------------------------------
    def held_then_in(self, person: Person) -> None:
        at = self.world.at
        self.scan(person, at("07:20"), "HOLD:NOT_DECLARED")
        self.declared(person, "07:30")
        self.scan(person, at("07:34"), "ALLOWED")
        self.leave(person, self.home(person))
        self.stay(person, at("07:34"), self.home(person))

    def fever(self, person: Person) -> None:
        self.declared(person, "07:05", {"temperature": 37.8})
        self.scan(person, self.world.at("07:25"), "HOLD:LEVEL")

    def gate_fever(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:25"), "HOLD:FEVER", temperature="38,2")
        self.scan(person, at("07:41"), "ALLOWED", temperature="36,6")
        self.leave(person, self.home(person))
        self.stay(person, at("07:41"), self.home(person))

    def double_tap(self, person: Person) -> None:
        entered = self.world.at("07:27")
        self.declared(person, "07:05")
        self.scan(person, entered, "ALLOWED")
        self.scan(person, entered + 6 * SECONDS, "ALLOWED")
        self.leave(person, self.home(person))
        self.leave(person, self.home(person) + 5 * SECONDS)
        self.stay(person, entered, self.home(person))

    def two_gates(self, person: Person) -> None:
        """The same person at both gates in the same half minute; the one without network tells of it later."""
        entered = self.world.at("07:44")
        self.declared(person, "07:05")
        self.scan(person, entered, "ALLOWED")
        self.scans[OFFLINE_GATE].append(Scan(person, entered + 12 * SECONDS, "code", self.world.uuid()))
        self.leave(person, self.home(person))
        self.stay(person, entered, self.home(person))
        self.conflict(person, "TWO_PLACES", self.world.at(SENT))

    def again_in(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:28"), "ALLOWED")
        self.scan(person, at("10:05"), "HOLD:INSIDE")
        self.leave(person, self.home(person))
        self.stay(person, at("07:28"), self.home(person))

    def insists_in(self, person: Person) -> None:
        """Went out unseen, comes back: the guard lets in, and the first stay has no leaving."""
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:29"), "ALLOWED")
        self.scan(person, at("10:10"), "HOLD:INSIDE")
        self.scan(person, at("10:11"), "ALLOWED", insists=True)
        self.leave(person, self.home(person))
        # Until the second entry is known the first one counts.
        self.stay(person, at("07:29"), at("10:11"))
        self.stay(person, at("10:11"), self.home(person))
        self.conflict(person, "NOT_LEFT", at("10:11"))

    def out_only(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.leave(person, at("17:05"), "HOLD:NOT_INSIDE")
        self.leave(person, at("17:06"), insists=True)
        self.conflict(person, "NOT_ENTERED", at("17:06"))

    def no_out(self, person: Person) -> None:
        entered = self.world.at("07:31")
        self.declared(person, "07:05")
        self.scan(person, entered, "ALLOWED")
        self.stay(person, entered)
        self.conflict(person, "NOT_LEFT", entered + LONGEST_STAY)

    def forged(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:32"), "REFUSED:FORGED", text="forged", of=person.code)
        self.scan(person, at("07:33"), "ALLOWED")
        self.leave(person, self.home(person))
        self.stay(person, at("07:33"), self.home(person))

    def old_code(self, person: Person) -> None:
        """A photograph of the gate's screen is worth nothing two minutes later."""
        site, at = self.world.site_of(person), self.world.at
        body = {"gate": self.gates[site], "keeper": self.keepers[site], "direction": "IN"}
        self.declared(person, "07:05")
        self.world.acts.append(Act(at("07:33"), person.code, "old_code", "422", {**body, "seconds": 120}))
        self.world.acts.append(Act(at("07:36"), person.code, "own_code", "ALLOWED", body))
        self.leave(person, self.home(person))
        self.stay(person, at("07:36"), self.home(person))

    def place_code(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:34"), "REFUSED:GATE_CODE", text="address")
        self.scan(person, at("07:35"), "ALLOWED", text="pass", of=person.code)
        self.leave(person, self.home(person))
        self.stay(person, at("07:35"), self.home(person))

    def revoked(self, person: Person) -> None:
        """Let in, goes out, learns of a contact and corrects: the pass of the morning is good no more."""
        at = self.world.at
        key = self.declared(person, "07:05")
        self.scan(person, at("07:30"), "ALLOWED", text="pass", of=person.code)
        self.leave(person, at("09:05"))
        self.stay(person, at("07:30"), at("09:05"))
        self.correct_up(person, key, "09:12")
        self.scan(person, at("09:40"), "HOLD:REVOKED", text="pass", of=person.code)

    def corrected_up(self, person: Person) -> None:
        key = self.declared(person, "07:05")
        self.correct_up(person, key, "08:30")
        assert self.world.level_at(person, self.world.at("08:31")) == HIGH

    def correct_up(self, person: Person, key: str, text: str) -> None:
        at = self.world.at(text)
        said, more = {"yes": ["contact_with_case"]}, {"corrects": key, "reason": "LEARNED"}
        attempt = Attempt(at, "ARRIVAL", at, said, self.world.uuid(), more=more)
        self.world.acts.append(act_of(self.world, person, attempt))

    def undeclared_inside(self, person: Person) -> None:
        """The gate without network lets in somebody who has not declared, and never does."""
        self._let_in(person)
        self.clarify(person, "KK")

    def isolating_inside(self, person: Person) -> None:
        self._let_in(person)
        self.clarify(person, "DC4")
        self.clarify(person, "KK")

    def _let_in(self, person: Person) -> None:
        entered, sent = self.world.at("07:46") + int(person.code[2:]) % 50 * SECONDS, self.world.at(SENT)
        self.scans[OFFLINE_GATE].append(Scan(person, entered, "code", self.world.uuid()))
        self.leave(person, self.home(person))
        self.stay(person, entered, self.home(person), told_in=sent)
        self.conflict(person, "AGAINST_RULE", sent)

    def isolating_held(self, person: Person) -> None:
        """Comes to the gate, is not let in: nobody has to clarify anything."""
        self.scan(person, self.world.at("07:50"), "HOLD:NOT_DECLARED")
        self.clarify(person, "DC4", near_miss=True)
        self.clarify(person, "KK", near_miss=True)

    def on_leave_inside(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        self.scan(person, at("07:52"), "ALLOWED")
        self.leave(person, at("11:20"))
        self.stay(person, at("07:52"), at("11:20"))
        self.clarify(person, "DC5")

    def half_leave_inside(self, person: Person) -> None:
        """On leave in the morning, at work in the afternoon: as it should be."""
        at = self.world.at
        self.declared(person, "13:05")
        self.scan(person, at("13:20"), "ALLOWED")
        self.leave(person, self.home(person))
        self.stay(person, at("13:20"), self.home(person))
        self.clarify(person, "DC5", near_miss=True)

    def lunch(self, person: Person) -> None:
        at = self.world.at
        self.declared(person, "07:05")
        for entered, left in ((at("07:36"), at("11:31")), (at("13:15"), self.home(person))):
            self.scan(person, entered, "ALLOWED")
            self.leave(person, left)
            self.stay(person, entered, left)

    def two_sites(self, person: Person) -> None:
        self._declared_elsewhere(person, minutes(6))
        self.clarify(person, "HN")

    def two_sites_near_miss(self, person: Person) -> None:
        self._declared_elsewhere(person, minutes(11))
        self.clarify(person, "HN", near_miss=True)

    def _declared_elsewhere(self, person: Person, later: datetime.timedelta) -> None:
        entered = self.world.at("07:10") + later
        other = "S-TT" if self.world.site_of(person) != "S-TT" else "S-PB"
        self.declared(person, "07:10", site=other)
        self.scan(person, entered, "ALLOWED")
        self.leave(person, self.home(person))
        self.stay(person, entered, self.home(person))

    def long_before(self, person: Person) -> None:
        self._declared_long_before(person, "05:05", "09:06")
        self.clarify(person, "KS")

    def long_before_near_miss(self, person: Person) -> None:
        self._declared_long_before(person, "05:30", "09:25")
        self.clarify(person, "KS", near_miss=True)

    def _declared_long_before(self, person: Person, said: str, came: str) -> None:
        entered = self.world.at(came)
        self.declared(person, said)
        self.scan(person, entered, "ALLOWED")
        self.leave(person, self.home(person))
        self.stay(person, entered, self.home(person))

    # --- Without network -------------------------------------------------------------------------------------------
    def send(self, gate: str) -> None:
        """All at once, then once more; among them what nobody can keep."""
        world, scans = self.world, self.scans[gate]
        site = next(one.site for one in world.places if one.code == gate)
        keeper, behind = self.keepers[site], SLOW if gate == SLOW_GATE else minutes(0)
        world.acts.append(Act(world.at(FETCHED), keeper, "fetch_shift", "200", {"gate": gate}))
        kept = [
            {"uuid": one.uuid, "by": one.named_by, "of": one.person.code, "at": (one.at - behind).isoformat()}
            for one in scans
        ]
        odd = [
            {"uuid": world.uuid(), "by": "unknown", "of": "", "at": (world.at("08:00") - behind).isoformat()},
            {"uuid": world.uuid(), "by": "code", "of": keeper, "at": (world.at("10:30") - behind).isoformat()},
            {"uuid": world.uuid(), "by": "code", "of": keeper, "at": (world.at("09:00", plus_days=-4)).isoformat()},
        ]
        refused = ["REFUSED"] * len(odd)
        for time, word in ((SENT, "KEPT"), ("09:36", "AGAIN")):
            body = {"gate": gate, "behind_seconds": int(behind.total_seconds()), "scans": [*kept, *odd]}
            world.acts.append(Act(world.at(time), keeper, "send_scans", ",".join([word] * len(kept) + refused), body))
        if behind:
            for one in scans:
                self.conflict(one.person, "CLOCK_OFF", world.at(SENT))

    def rooms(self) -> None:
        """By the code of a room that changes and the printed one of a vehicle: who was there together is a contact."""
        for place in self.world.places:
            if place.kind == "GATE":
                continue
            here = [one for one in self.world.people if self.world.site_of(one) == place.site]
            people = [one for one in here if one.has_phone and not one.story and self.passes_by(one)][:3]
            for number, one in enumerate(people):
                body = {"gate": place.code, "keeper": self.keepers[place.site], "direction": "SEEN"}
                at = self.world.at("15:10") + minutes(number)
                self.world.acts.append(Act(at, one.code, "own_code", "NOTED", body))
            for one in people:
                others = sorted(other.name for other in people if other is not one)
                self.world.contacts.append(Known(one.name, ", ".join(others), place.name, self.world.at("15:20")))
