"""Campaigns, what units, groups and people do in them, and scores."""

from vungxanh.movement.models.activities import Activity, ActivityFigure, ActivityParticipant, ActivityPhotograph
from vungxanh.movement.models.adjustments import Adjustment, EvidenceFile
from vungxanh.movement.models.campaigns import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.models.launches import Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.models.pledges import Pledge
from vungxanh.movement.models.self_scores import CrossCheck, SampleItem, ScoreSample, SelfScore
from vungxanh.movement.models.standing import PeriodStanding, PointReview, ScoreSnapshot
from vungxanh.movement.models.targets import UnitTarget

__all__ = [
    "Activity",
    "ActivityFigure",
    "ActivityParticipant",
    "ActivityPhotograph",
    "Adjustment",
    "Campaign",
    "CampaignEdition",
    "CrossCheck",
    "EvidenceFile",
    "IssuerAnswer",
    "Launch",
    "LaunchPhotograph",
    "OwnCriterion",
    "PeriodStanding",
    "Pledge",
    "PointReview",
    "SampleItem",
    "ScoreSample",
    "ScoreSnapshot",
    "SelfScore",
    "UnitTarget",
]
