"""What is done in admission: declarations are accepted."""

from vungxanh.admission.operations.declaring import Outcome, submit_declarations

__all__ = ["Outcome", "submit_declarations"]
