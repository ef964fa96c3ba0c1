"""What screening announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# events: the sightings by which stays may be others now; actors: who recorded them, by id; at: the moment of recording.
stays_changed = Signal()
# days; people: `Person` ids whose person-days on them were written anew, None for everybody's; unit_ids: where they
# stood before or stand now, None for any.
person_days_changed = Signal()
