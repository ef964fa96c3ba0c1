"""`POST /api/v1/declarations`, from phones with network or with what waited until there was some."""

import re
from collections.abc import Mapping, Sequence

from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused
from vungxanh.api.declarations import DeclarationIn, all_shown, new_declaration, refusal, status_of
from vungxanh.api.problems import MEDIA_TYPE, problem
from vungxanh.common import clock
from vungxanh.intake.door import Answer, Arrived, Door, Kind, in_json
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import all_people_of_users


def write(group: Sequence[Arrived[DeclarationIn]]) -> list[Answer | None]:
    answers: list[Answer | None] = [None] * len(group)
    people = all_people_of_users({one.claims.user_id for one in group})
    places = [place for place, one in enumerate(group) if one.claims.user_id in people]
    outcomes = submit_declarations([_new(group[place], people) for place in places], at=clock.now())
    shown = iter(all_shown([outcome for outcome in outcomes if isinstance(outcome, Accepted)]))
    for place, outcome in zip(places, outcomes, strict=True):
        answers[place] = _refused(outcome) if isinstance(outcome, Refused) else _accepted(outcome, next(shown))
    return answers


def _new(arrived: Arrived[DeclarationIn], people: Mapping[int, Person]) -> NewDeclaration:
    person = people[arrived.claims.user_id]
    assert person.user
    return new_declaration(person.user, person, arrived.given)


def _accepted(outcome: Accepted, shown: Mapping[str, object]) -> Answer:
    return Answer(status_of(outcome), in_json(shown).encode())


def _refused(outcome: Refused) -> Answer:
    error = refusal(outcome)
    return Answer(error.status, problem(error.status, faults=error.faults).content, MEDIA_TYPE.encode())


door = Door(Kind(re.compile("/api/v1/declarations"), DeclarationIn, write))
