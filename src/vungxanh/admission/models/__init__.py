"""What admission keeps."""

from vungxanh.admission.models.meetings import Meeting, MeetingAttendee
from vungxanh.admission.models.paper import PaperEntry, PaperSheet, SheetPhotograph
from vungxanh.admission.models.passes import GatePass
from vungxanh.admission.models.shifts import ShiftAttendance
from vungxanh.admission.models.visits import Visit, Visitor, VisitReminder

__all__ = [
    "GatePass",
    "Meeting",
    "MeetingAttendee",
    "PaperEntry",
    "PaperSheet",
    "SheetPhotograph",
    "ShiftAttendance",
    "Visit",
    "VisitReminder",
    "Visitor",
]
