"""What risk announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# subjects: pseudonyms of people whose level in force may be another one now; at: the moment.
levels_changed = Signal()
