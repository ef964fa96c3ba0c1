"""What the Office directs by: questions and their answers, supervision and what it recommends, guidance."""

from vungxanh.directing.models.guidance import Guidance, GuidanceFile, GuidanceReading
from vungxanh.directing.models.questions import Question, QuestionEntry
from vungxanh.directing.models.supervision import (
    Recommendation,
    RecommendationEntry,
    Supervision,
    SupervisionItem,
    SupervisionMember,
    SupervisionPhotograph,
)

__all__ = [
    "Guidance",
    "GuidanceFile",
    "GuidanceReading",
    "Question",
    "QuestionEntry",
    "Recommendation",
    "RecommendationEntry",
    "Supervision",
    "SupervisionItem",
    "SupervisionMember",
    "SupervisionPhotograph",
]
