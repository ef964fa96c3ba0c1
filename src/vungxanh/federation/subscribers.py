"""What is told upward: the sums of a day of an agency at the top."""

from django.utils.translation import gettext_lazy as _

from vungxanh.federation.sums import COUNTS, named
from vungxanh.webhooks.events import EventType

ROLLUP = "rollup.counted"
EXAMPLE_COUNTS = named((412, 400, 380, 380, 351, 9, 12, 380, 340, 4, 20, 14, 12, 1, 1))
NAMED = named((320, 310, 296, 296, 275, 6, 9, 296, 268, 2, 14, 11, 10, 1, 0))
ROLLUP_EVENT = EventType(
    ROLLUP,
    _("Sums of a day for the superior agency"),
    _(
        "How the day of a whole agency at the top of the tree stands, when its sums change: for a superior agency that "
        "keeps Vùng Xanh as well. Small agencies are counted together."
    ),
    {
        "sender": "SNN",
        "sender_name": "Sở Nông nghiệp và Phát triển nông thôn",
        "day": "2021-09-20",
        "version": 54000,
        "counted_at": "2021-09-20T15:00:00+07:00",
        "total": EXAMPLE_COUNTS,
        "health": {
            "excused": 11,
            "high_people": 3,
            "very_high_people": 1,
            "zones": {"GREEN": 11, "YELLOW": 2, "ORANGE": 1, "RED": 0},
        },
        "agencies": [{"code": "SNN", "name": "Sở Nông nghiệp và Phát triển nông thôn", "zone": "ORANGE", **NAMED}],
        "others": {"agencies": 2, **{name: EXAMPLE_COUNTS[name] - NAMED[name] for name in COUNTS}},
    },
    60,
)
