"""Windows of the day, timeliness, and how a declaration came in."""

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


class Excuse(models.TextChoices):
    """Why nothing is expected from a person on a day; the kinds of absence stand here under the same names."""

    DAY_OFF = "DAY_OFF", _("day off")
    LEAVE = "LEAVE", _("leave")
    SICK_LEAVE = "SICK_LEAVE", _("sick leave")
    MATERNITY_LEAVE = "MATERNITY_LEAVE", _("maternity leave")
    STUDY = "STUDY", _("study")
    DUTY_TRAVEL = "DUTY_TRAVEL", _("duty travel")
    AT_HOME = "AT_HOME", _("works at home")
    ISOLATION = "ISOLATION", _("isolation")
