"""The kind of papers that are made for many units from one content."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.documents.content import Content
from vungxanh.documents.fields import filled
from vungxanh.documents.kinds import Kind, Subject
from vungxanh.documents.queries import all_batch_item

LETTER_CODE = "documents.letter"


def draft(subject: Subject, at: datetime.datetime) -> Content:
    """What was ordered for the unit: the same at any moment."""
    item = all_batch_item(subject.key)
    return filled(item.batch.parts, item.values)


LETTER = Kind(LETTER_CODE, _("Paper for many units"), 30, draft)
