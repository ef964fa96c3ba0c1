"""Campaigns, launches, pledges, how the scores of a period stand, and targets of units."""

from vungxanh.movement.models.campaigns import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.models.launches import Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.models.pledges import Pledge
from vungxanh.movement.models.standing import PeriodStanding, PointReview, ScoreSnapshot
from vungxanh.movement.models.targets import UnitTarget

__all__ = [
    "Campaign",
    "CampaignEdition",
    "IssuerAnswer",
    "Launch",
    "LaunchPhotograph",
    "OwnCriterion",
    "PeriodStanding",
    "Pledge",
    "PointReview",
    "ScoreSnapshot",
    "UnitTarget",
]
