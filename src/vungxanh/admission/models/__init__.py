"""What admission keeps."""

from vungxanh.admission.models.passes import GatePass
from vungxanh.admission.models.visits import Visit, Visitor

__all__ = ["GatePass", "Visit", "Visitor"]
