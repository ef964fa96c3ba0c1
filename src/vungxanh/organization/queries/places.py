"""Gates, rooms and vehicles by the code that stands on them."""

import datetime

from vungxanh.organization.models import Place


def all_open_place(code: str, *, on: datetime.date) -> Place | None:
    """With its site; None where there is no such place or it is closed. Who may see it is asked by the caller."""
    place = Place.objects.filter(code=code).select_related("site").first()
    return None if place is None or place.is_closed(on) else place
