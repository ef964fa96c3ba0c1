"""What a movement is by its files: the plan with its criteria, the catalogue of indicators, the rules of launching."""

from vungxanh.movement.rulebook.campaign import Adjustment, CampaignFile, Clause, Criterion, Measure, Part, Period
from vungxanh.movement.rulebook.places import PLACES, WhereDone, place_of
from vungxanh.movement.rulebook.questions import Question, questions_to_issuer
from vungxanh.movement.rulebook.reading import (
    LONGEST_FILE,
    LONGEST_LINE,
    MOST_LINES,
    decoded,
    read_campaign,
    read_stored,
    shipped,
)
from vungxanh.movement.rulebook.rules import (
    CATALOGUE,
    MOVEMENT_RULE,
    SCORING_RULE,
    SELF_SCORE_RULE,
    IndicatorTerm,
    ScoringRule,
    SelfScoreRule,
    scoring_on,
    self_score_rule,
    term_of,
)
from vungxanh.movement.rulebook.standing import REVIEW_RULE, ReviewRule, review_rule_on

__all__ = [
    "CATALOGUE",
    "LONGEST_FILE",
    "LONGEST_LINE",
    "MOST_LINES",
    "MOVEMENT_RULE",
    "PLACES",
    "REVIEW_RULE",
    "SCORING_RULE",
    "SELF_SCORE_RULE",
    "Adjustment",
    "CampaignFile",
    "Clause",
    "Criterion",
    "IndicatorTerm",
    "Measure",
    "Part",
    "Period",
    "Question",
    "ReviewRule",
    "ScoringRule",
    "SelfScoreRule",
    "WhereDone",
    "decoded",
    "place_of",
    "questions_to_issuer",
    "read_campaign",
    "read_stored",
    "review_rule_on",
    "scoring_on",
    "self_score_rule",
    "shipped",
    "term_of",
]
