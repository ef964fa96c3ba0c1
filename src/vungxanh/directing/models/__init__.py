"""What the Office directs by: questions and their answers."""

from vungxanh.directing.models.questions import Question, QuestionEntry

__all__ = ["Question", "QuestionEntry"]
