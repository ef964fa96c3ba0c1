"""Run inside a home of its own, with a primary and a replica: an agency whose Office looks at its boards. Each line
that comes in is done, and answered by a line of JSON."""

import datetime
import json
import sys
import uuid
import warnings
from typing import Any

import django

DAY = datetime.date(2021, 9, 20)


class Asked:
    """What a connection was asked; one that is not there is not opened for it."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    def __call__(self, execute: Any, sql: str, *given: Any) -> Any:
        self.queries.append(sql)
        return execute(sql, *given)


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection, connections
    from django.http import HttpRequest, HttpResponse
    from django.test import Client

    from tests.factories.risk import make_person, make_person_day, make_unit, make_user
    from vungxanh.cli.installation import prepare_database
    from vungxanh.common import clock, replica
    from vungxanh.federation.models import RollupSender
    from vungxanh.organization.enums import Role
    from vungxanh.organization.models import Person

    settings.ALLOWED_HOSTS = ["testserver"]
    prepare_database()
    with clock.at(clock.moment(DAY, datetime.time(9))):
        root = make_unit("SO")
        unit = make_unit("CC", root)
        office = make_user("vanphong", Role.OFFICE, root)
        client = Client()
        client.force_login(office, "vungxanh.accounts.backends.NameOrPhoneBackend")

        def look(path: str = "/tong-hop/") -> dict[str, Any]:
            """Where a page was read from, and its status."""
            far, near = Asked(), Asked()
            with connections["replica"].execute_wrapper(far), connection.execute_wrapper(near):
                response = client.get(path)
            tables = ("federation_rollupsender", "risk_unitday", "screening_personday")
            read = [sum(any(one in sql for one in tables) for sql in asked.queries) for asked in (far, near)]
            names = [name for name in ("Tỉnh A", "Tỉnh B", "Tỉnh C") if name in response.content.decode()]
            return {"status": response.status_code, "replica": read[0], "primary": read[1], "names": names}

        def write(name: str) -> dict[str, Any]:
            """Committed, then looked at at once."""
            given = {"code": name, "name": name, "public_key": name, "created_at": clock.now(), "created_by": office}
            RollupSender.objects.create(key=uuid.uuid4(), **given)
            return look()

        def board() -> dict[str, Any]:
            make_person_day(make_person(unit, f"Người {uuid.uuid4().hex[:6]}"), unit)
            return look("/dieu-hanh/")

        def save() -> dict[str, Any]:
            """What was read from the replica is changed at the primary."""
            with replica.reading():
                person = Person.objects.order_by("pk")[0]
            read_from, person.full_name = person._state.db, "Tên mới"
            person.save()
            return {"from": read_from, "now": Person.objects.get(pk=person.pk).full_name}

        def cut() -> dict[str, Any]:
            """The replica dies while a page is made; how often it was begun, and what it found."""
            begun = []

            @replica.from_replica
            def view(_request: HttpRequest) -> HttpResponse:
                begun.append(replica._reads_replica.get())
                if begun[-1]:
                    with connections["replica"].cursor() as cursor:
                        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                return HttpResponse(str(RollupSender.objects.count()))

            return {"found": view(HttpRequest()).content.decode(), "begun": begun}

        def rest() -> dict[str, Any]:
            """As if the moment were over for which it is left alone."""
            replica._left_alone_until = 0.0
            return {"fault": replica.fault()}

        verbs = {"look": look, "write": write, "board": board, "save": save, "cut": cut, "rest": rest}
        for line in sys.stdin:
            verb, *words = line.strip().split("|")
            sys.stdout.write(json.dumps(verbs[verb](*words)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
