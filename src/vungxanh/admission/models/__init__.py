"""What admission keeps."""

from vungxanh.admission.models.visits import Visit, Visitor

__all__ = ["Visit", "Visitor"]
