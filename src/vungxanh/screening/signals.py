"""What screening announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# subjects, site_ids: whose stays at which sites may be others now; actor: who recorded; at: the moment of recording.
stays_changed = Signal()
# days; people: `Person` ids whose person-days on them were written anew, None for everybody's; unit_ids: where they
# stood before or stand now, None for any.
person_days_changed = Signal()
