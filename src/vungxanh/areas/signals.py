"""What areas announce upwards."""

from django.dispatch import Signal

# area_ids: set of AdministrativeUnit ids whose published level changed; at: the moment.
levels_changed = Signal()
