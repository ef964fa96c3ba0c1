"""What risk tells subscribers: counts and colours of reporting points, nothing of anybody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.webhooks.events import EventType

RETURN_SUBMITTED, RETURN_REPLACED = "return.submitted", "return.replaced"
ZONE_CHANGED = "zone.changed"
UNUSUAL_OPENED, UNUSUAL_CLOSED = "unusual.opened", "unusual.closed"

WINDOW = {"expected": 40, "declared": 38, "late": 3, "early": 1, "missing": 2}
RETURN = {
    "unit": "CCKL",
    "unit_name": "Chi cục Kiểm lâm",
    "day": "2021-09-20",
    "kind": "DAILY",
    "number": 1,
    "version": 1,
    "submitted_at": "2021-09-20T14:10:00+07:00",
    "is_on_time": True,
    "zone": "YELLOW",
    "zone_rows": ["NC3"],
    "figures": {
        "staff": 42,
        "others": 1,
        "arrival": WINDOW,
        "leaving_day": "2021-09-17",
        "leaving": WINDOW,
        "excused": {"LEAVE": 2},
        "levels": {"LOW": 36, "MEDIUM": 3, "HIGH": 1, "VERY_HIGH": 0, "UNKNOWN": 3},
        "overridden": 0,
    },
}
UNUSUAL = {
    "unit": "CCKL",
    "unit_name": "Chi cục Kiểm lâm",
    "day": "2021-09-20",
    "number": 1,
    "opened_at": "2021-09-20T09:02:00+07:00",
    "due_at": "2021-09-20T10:02:00+07:00",
}

EVENTS = (
    EventType(
        RETURN_SUBMITTED,
        _("Return sent"),
        _("A unit sends its daily return, or an unusual one, for the first time: its figures and its colour."),
        RETURN,
        10,
    ),
    EventType(
        RETURN_REPLACED,
        _("Return replaced"),
        _("A unit sends a newer version of a return: the same figures anew, and the version that they replace."),
        RETURN | {"version": 2, "replaces": 1},
        20,
    ),
    EventType(
        ZONE_CHANGED,
        _("Colour of a unit changed"),
        _("A unit that reports, or one above it, has another colour than before. Smaller units are not told of."),
        {
            "unit": "CCKL",
            "unit_name": "Chi cục Kiểm lâm",
            "day": "2021-09-20",
            "at": "2021-09-20T08:15:00+07:00",
            "zone": "ORANGE",
            "zone_before": "YELLOW",
            "zone_rows": ["CC"],
        },
        30,
    ),
    EventType(
        UNUSUAL_OPENED,
        _("Unusual return opened"),
        _("Something happened that a unit has to report at once; what it was is not told."),
        UNUSUAL,
        40,
    ),
    EventType(
        UNUSUAL_CLOSED,
        _("Unusual return answered"),
        _("The unit sent the unusual return that had been opened; “return.submitted” has its figures."),
        UNUSUAL | {"closed_at": "2021-09-20T09:40:00+07:00", "is_on_time": True},
        50,
    ),
)
