"""The kinds of papers that the control room drafts."""

from django.utils.translation import gettext_lazy as _

from vungxanh.documents.kinds import Kind
from vungxanh.reports.papers import quick_report, urging_letter
from vungxanh.reports.queries.papers import QUICK, URGING

QUICK_REPORT_KIND = Kind(QUICK, _("Quick report of a day"), 10, quick_report.draft)
URGING_LETTER_KIND = Kind(URGING, _("Letter that urges"), 20, urging_letter.draft)
KINDS = (QUICK_REPORT_KIND, URGING_LETTER_KIND)
