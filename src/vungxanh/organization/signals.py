"""What the organization announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# people: set of Person ids (None: everybody), first_day and last_day (None: open end) of what changed.
working_days_changed = Signal()
# people: set of Person ids whose posts, names or existence changed, from first_day on.
people_changed = Signal()
# delegation: one that was given or, with `revoked_at`, taken back; actor; at.
delegation_changed = Signal()
