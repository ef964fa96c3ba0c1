"""What screening announces upwards."""

from django.dispatch import Signal

# Sent inside the transaction that changed the expectations; people: set of pseudonyms, days: (first, last).
days_changed = Signal()
