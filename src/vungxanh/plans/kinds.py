"""The plan of a unit as a kind of papers."""

from django.utils.translation import gettext_lazy as _

from vungxanh.documents.kinds import Kind
from vungxanh.plans.papers import draft

PLAN_KIND = Kind("plans.unit_plan", _("Plan of a unit"), 30, draft)
