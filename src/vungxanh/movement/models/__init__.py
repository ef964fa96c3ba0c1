"""Campaigns, launches, pledges, self-scores and adjustments."""

from vungxanh.movement.models.adjustments import Adjustment, EvidenceFile
from vungxanh.movement.models.campaigns import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.models.launches import Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.models.pledges import Pledge
from vungxanh.movement.models.self_scores import CrossCheck, SampleItem, ScoreSample, SelfScore

__all__ = [
    "Adjustment",
    "Campaign",
    "CampaignEdition",
    "CrossCheck",
    "EvidenceFile",
    "IssuerAnswer",
    "Launch",
    "LaunchPhotograph",
    "OwnCriterion",
    "Pledge",
    "SampleItem",
    "ScoreSample",
    "SelfScore",
]
