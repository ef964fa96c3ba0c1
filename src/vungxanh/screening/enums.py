"""Windows of the day, timeliness, how a declaration came in and why one is corrected; gates and rooms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Window(models.TextChoices):
    ARRIVAL = "ARRIVAL", _("arrival")
    LEAVING = "LEAVING", _("leaving")


class Timeliness(models.TextChoices):
    EARLY = "EARLY", _("early")
    ON_TIME = "ON_TIME", _("on time")
    LATE = "LATE", _("late")


class Channel(models.TextChoices):
    PAGE = "PAGE", _("own phone or computer")
    API = "API", _("application")
    CLERK = "CLERK", _("entered by the unit")
    LIST_BY_PHONE = "LIST_BY_PHONE", _("told by telephone")
    PAPER = "PAPER", _("paper sheet")
    KIOSK = "KIOSK", _("shared device")
    AT_GATE = "AT_GATE", _("entered at the gate")
    PC_COVID = "PC_COVID", _("PC-Covid")


class CorrectionReason(models.TextChoices):
    """Why somebody corrected a declaration."""

    MISTAP = "MISTAP", _("touched the wrong place")
    FORGOTTEN = "FORGOTTEN", _("forgot something")
    LEARNED = "LEARNED", _("learned something since")
    MEASURED_AGAIN = "MEASURED_AGAIN", _("measured again")
    OTHER = "OTHER", _("another reason")

    @property
    def is_neutral(self) -> bool:
        """Says nothing of anybody's health, so that the unit's head may read it."""
        return self in (CorrectionReason.MISTAP, CorrectionReason.FORGOTTEN)


class Excuse(models.TextChoices):
    """Why nothing is expected from a person on a day; the kinds of absence stand here under the same names, and the
    front line."""

    DAY_OFF = "DAY_OFF", _("day off")
    LEAVE = "LEAVE", _("leave")
    SICK_LEAVE = "SICK_LEAVE", _("sick leave")
    MATERNITY_LEAVE = "MATERNITY_LEAVE", _("maternity leave")
    STUDY = "STUDY", _("study")
    DUTY_TRAVEL = "DUTY_TRAVEL", _("duty travel")
    AT_HOME = "AT_HOME", _("works at home")
    ISOLATION = "ISOLATION", _("isolation")
    FRONT_LINE = "FRONT_LINE", _("front line")


class Direction(models.TextChoices):
    IN = "IN", _("in")
    OUT = "OUT", _("out")
    SEEN = "SEEN", _("was there")


class Means(models.TextChoices):
    """How it is known that somebody was there."""

    SCAN = "SCAN", _("pass scanned")
    TYPED = "TYPED", _("found by the guard")
    GATE_CODE = "GATE_CODE", _("own phone, code that changes")
    FIXED_CODE = "FIXED_CODE", _("own phone, printed code")
    MEETING_LIST = "MEETING_LIST", _("list of a meeting")
    SHIFT_LIST = "SHIFT_LIST", _("list of a shift")
    PAPER = "PAPER", _("paper")

    @property
    def is_weak(self) -> bool:
        """Whether it proves less: nobody and no changing code vouches for the moment."""
        return self in {Means.FIXED_CODE, Means.MEETING_LIST, Means.SHIFT_LIST, Means.PAPER}

    @property
    def is_list(self) -> bool:
        """Whether somebody's list says so, which is written after the meeting or the shift."""
        return self in {Means.MEETING_LIST, Means.SHIFT_LIST}


class GateState(models.TextChoices):
    """What the gate said to somebody who wanted to come in."""

    ALLOWED = "ALLOWED", _("let in")
    HOLD = "HOLD", _("held")
    REFUSED = "REFUSED", _("turned away")


class PresenceConflict(models.TextChoices):
    """What does not fit together in the events of a person; shown to whoever is in charge of the gate."""

    NOT_LEFT = "NOT_LEFT", _("went in, no leaving seen")
    NOT_ENTERED = "NOT_ENTERED", _("left, no entering seen")
    TWO_PLACES = "TWO_PLACES", _("at two places at once")
    CLOCK_OFF = "CLOCK_OFF", _("the clock of the device was wrong")
    AGAINST_RULE = "AGAINST_RULE", _("the gate did not know what the rules say")
