"""What accounts announce upwards, inside the transaction of the change."""

from django.dispatch import Signal

# user: whose; device: as the browser named itself, None where the user was signed out everywhere; at.
device_shut_out = Signal()
