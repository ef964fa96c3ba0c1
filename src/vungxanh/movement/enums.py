"""Words of the movement."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("campaign", "loaded, not opened")
    RUNNING = "RUNNING", pgettext_lazy("campaign", "under way")
    CLOSED = "CLOSED", pgettext_lazy("campaign", "closed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("campaign", "withdrawn")


class LaunchForm(models.TextChoices):
    CEREMONY = "CEREMONY", _("launching ceremony")
    MEETING = "MEETING", _("staff meeting")
    ONLINE_MEETING = "ONLINE_MEETING", _("online meeting")
    WRITTEN = "WRITTEN", _("in writing")


class LaunchState(models.TextChoices):
    RECORDED = "RECORDED", pgettext_lazy("launch", "launched")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("launch", "withdrawn")


class PledgeKind(models.TextChoices):
    UNIT = "UNIT", _("pledge of a unit")
    GROUP = "GROUP", _("pledge of a group")
    PERSON = "PERSON", _("pledge of a person")


class PledgeState(models.TextChoices):
    CONFIRMED = "CONFIRMED", pgettext_lazy("pledge", "pledged")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("pledge", "withdrawn")


class PledgeEnding(models.TextChoices):
    """Why a pledge does not stand any more; one that was taken back also has a reason in words."""

    TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("pledge", "taken back")
    REPLACED = "REPLACED", pgettext_lazy("pledge", "replaced by a new pledge")


class ActivityState(models.TextChoices):
    HELD = "HELD", pgettext_lazy("activity", "held")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("activity", "withdrawn")


class SelfScoreState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("self-score", "draft")
    SENT = "SENT", pgettext_lazy("self-score", "sent")
    RETURNED = "RETURNED", pgettext_lazy("self-score", "returned")
    APPRAISED = "APPRAISED", pgettext_lazy("self-score", "appraised")


class SampleResult(models.TextChoices):
    AS_SCORED = "AS_SCORED", _("as the unit scored itself")
    DIFFERENT = "DIFFERENT", _("otherwise than the unit scored itself")


class AdjustmentKind(models.TextChoices):
    BONUS = "BONUS", _("bonus points")
    PENALTY = "PENALTY", _("penalty points")


class AdjustmentState(models.TextChoices):
    GIVEN = "GIVEN", pgettext_lazy("adjustment", "given")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("adjustment", "withdrawn")


class StandingState(models.TextChoices):
    """Of the scores of a period."""

    OPEN = "OPEN", pgettext_lazy("standing", "counted, not shown yet")
    SHOWN = "SHOWN", pgettext_lazy("standing", "shown for now")
    FROZEN = "FROZEN", pgettext_lazy("standing", "frozen")


class PointReviewState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("review of points", "waits for an answer")
    ACCEPTED = "ACCEPTED", pgettext_lazy("review of points", "accepted, corrected")
    REFUSED = "REFUSED", pgettext_lazy("review of points", "not accepted")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("review of points", "withdrawn")


class UnitTargetState(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("target of a unit", "waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("target of a unit", "approved")
    REFUSED = "REFUSED", pgettext_lazy("target of a unit", "not approved")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("target of a unit", "withdrawn")


class AwardForm(models.TextChoices):
    """Legal names stand in Vietnamese without marks."""

    GIAY_KHEN = "GIAY_KHEN", _("Certificate of Commendation of the Director")
    BANG_KHEN_CAP_TINH = "BANG_KHEN_CAP_TINH", _("Certificate of Merit of the province")
    BANG_KHEN_THU_TUONG = "BANG_KHEN_THU_TUONG", _("Certificate of Merit of the Prime Minister")
    HUAN_CHUONG_LAO_DONG = "HUAN_CHUONG_LAO_DONG", _("Labour Order")
