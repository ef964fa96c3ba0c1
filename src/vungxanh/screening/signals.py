"""What screening announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# seen_by: whose stays may be others now, and who recorded it, None for the system; site_ids: where; at: the moment of
# recording.
stays_changed = Signal()
# days; people: `Person` ids whose person-days on them were written anew, None for everybody's; unit_ids: where they
# stood before or stand now, None for any.
person_days_changed = Signal()
