"""What screening announces upwards, inside the transaction of the change."""

from django.dispatch import Signal

# subjects, site_ids: whose stays at which sites may be others now; actor: who recorded; at: the moment of recording.
stays_changed = Signal()
