"""The words of an agency: kinds of units, contracts, roles, absences."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    AGENCY = "AGENCY", _("agency")
    DIVISION = "DIVISION", _("division")
    SUBORDINATE_UNIT = "SUBORDINATE_UNIT", _("subordinate unit")
    SECTION = "SECTION", _("section")
    STATION = "STATION", _("station")


class ContractKind(models.TextChoices):
    CIVIL_SERVANT = "CIVIL_SERVANT", _("civil servant")
    PUBLIC_EMPLOYEE = "PUBLIC_EMPLOYEE", _("public employee")
    CONTRACT_WORKER = "CONTRACT_WORKER", _("contract worker")
    PART_TIME = "PART_TIME", _("part-time worker")
    SUPPLIER = "SUPPLIER", _("supplier's worker")


class PostKind(models.TextChoices):
    HOME = "HOME", _("home post")
    SECONDMENT = "SECONDMENT", _("secondment")


class WorkPattern(models.TextChoices):
    """How it is known on which days a person works."""

    CALENDAR = "CALENDAR", _("working days of the calendar")
    WEEKDAYS = "WEEKDAYS", _("certain days of the week")
    ROSTER = "ROSTER", _("by the shift roster")


class PartyKind(models.TextChoices):
    """What an outside party is to the agency."""

    ENTERPRISE = "ENTERPRISE", _("enterprise")
    HOUSEHOLD = "HOUSEHOLD", _("business household")
    SUPPORTER = "SUPPORTER", _("supporter")
    PARTNER = "PARTNER", _("coordinating agency")


class Sex(models.TextChoices):
    FEMALE = "FEMALE", _("female")
    MALE = "MALE", _("male")


class Role(models.TextChoices):
    UNIT_HEAD = "UNIT_HEAD", _("head of unit")
    UNIT_DEPUTY = "UNIT_DEPUTY", _("deputy head of unit")
    ACTING_HEAD = "ACTING_HEAD", _("acting head of unit")
    UNIT_CLERK = "UNIT_CLERK", _("clerk of unit")
    HEALTH_OFFICER = "HEALTH_OFFICER", _("health officer")
    GUARD = "GUARD", _("guard")
    UNION_OFFICER = "UNION_OFFICER", _("union officer")
    OFFICE = "OFFICE", _("Office")
    PERSONNEL = "PERSONNEL", _("Personnel")
    DIRECTOR = "DIRECTOR", _("Director")
    DEPUTY_DIRECTOR = "DEPUTY_DIRECTOR", _("Deputy Director")
    RECORDS_CLERK = "RECORDS_CLERK", _("records clerk")
    FINANCE = "FINANCE", _("finance")
    PARTY_COMMITTEE = "PARTY_COMMITTEE", _("Party committee")
    COUNCIL_MEMBER = "COUNCIL_MEMBER", _("council member")
    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")


class AbsenceKind(models.TextChoices):
    LEAVE = "LEAVE", _("leave")
    SICK_LEAVE = "SICK_LEAVE", _("sick leave")
    MATERNITY_LEAVE = "MATERNITY_LEAVE", _("maternity leave")
    STUDY = "STUDY", _("study")
    DUTY_TRAVEL = "DUTY_TRAVEL", _("duty travel")
    AT_HOME = "AT_HOME", _("works at home")
    FIELD_WORK = "FIELD_WORK", _("field work")
    ISOLATION = "ISOLATION", _("isolation")


class FrontLinePlace(models.TextChoices):
    """Where people serve against the epidemic, away from their own work."""

    CHECKPOINT = "CHECKPOINT", _("checkpoint")
    QUARANTINE_SITE = "QUARANTINE_SITE", _("quarantine site")
    COMMUNE_TEAM = "COMMUNE_TEAM", _("team at a commune")
    VACCINATION_SITE = "VACCINATION_SITE", _("vaccination site")
    OTHER = "OTHER", _("another place of the front line")


class FrontLineStep(models.TextChoices):
    """What was done about an assignment."""

    ASSIGN = "ASSIGN", _("assigned")
    CONFIRM = "CONFIRM", _("confirmed by the receiver")
    EXTEND = "EXTEND", _("extended")
    END = "END", _("ended earlier")
    POST_ENDED = "POST_ENDED", _("ended with the post")
    WITHDRAW = "WITHDRAW", _("withdrawn")


class FrontLineStanding(models.TextChoices):
    """How an assignment stands on a day."""

    COMING = "COMING", _("coming")
    SERVING = "SERVING", _("serving")
    OVER = "OVER", _("over")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class DayPart(models.TextChoices):
    WHOLE = "WHOLE", _("whole day")
    MORNING = "MORNING", _("morning")
    AFTERNOON = "AFTERNOON", _("afternoon")


class CalendarDayKind(models.TextChoices):
    WORKING = "WORKING", _("working day")
    DAY_OFF = "DAY_OFF", _("day off")


class RosterKind(models.TextChoices):
    SHIFT = "SHIFT", _("shift")
    DUTY = "DUTY", _("duty on a day off")


class GroupKind(models.TextChoices):
    TRADE_UNION = "TRADE_UNION", _("trade union")
    YOUTH_UNION = "YOUTH_UNION", _("youth union")
    WOMEN = "WOMEN", _("women's union")
    VETERANS = "VETERANS", _("veterans' association")
    PARTY_CELL = "PARTY_CELL", _("Party cell")
    OTHER = "OTHER", _("other group")


class PlaceKind(models.TextChoices):
    GATE = "GATE", _("gate")
    ROOM = "ROOM", _("room")
    VEHICLE = "VEHICLE", _("vehicle")
    FIELD_POST = "FIELD_POST", _("field post")


class ImportStatus(models.TextChoices):
    CHECKED = "CHECKED", _("checked")
    APPLIED = "APPLIED", _("applied")
    REFUSED = "REFUSED", _("refused")
