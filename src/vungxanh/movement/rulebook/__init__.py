"""What a movement is by its files: the plan with its criteria, the catalogue of indicators, the rules of launching."""

from vungxanh.movement.rulebook.campaign import CampaignFile, Clause, Criterion, Measure, Part, Period
from vungxanh.movement.rulebook.places import PLACES, WhereDone
from vungxanh.movement.rulebook.questions import Question, questions_to_issuer
from vungxanh.movement.rulebook.reading import LONGEST_FILE, decoded, read_campaign, shipped
from vungxanh.movement.rulebook.rules import CATALOGUE, MOVEMENT_RULE, SCORING_RULE, IndicatorTerm, ScoringRule, term_of

__all__ = [
    "CATALOGUE",
    "LONGEST_FILE",
    "MOVEMENT_RULE",
    "PLACES",
    "SCORING_RULE",
    "CampaignFile",
    "Clause",
    "Criterion",
    "IndicatorTerm",
    "Measure",
    "Part",
    "Period",
    "Question",
    "ScoringRule",
    "WhereDone",
    "decoded",
    "questions_to_issuer",
    "read_campaign",
    "shipped",
    "term_of",
]
