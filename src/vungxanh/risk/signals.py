"""What risk announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# subjects: pseudonyms of people whose level in force may be another one now; at: the moment.
levels_changed = Signal()
# new: the UnitZone rows just written; before: those that they follow, by unit; at: the moment.
zones_changed = Signal()
