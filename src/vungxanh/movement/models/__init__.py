"""Campaigns, launches and pledges."""

from vungxanh.movement.models.campaigns import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.models.launches import Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.models.pledges import Pledge

__all__ = [
    "Campaign",
    "CampaignEdition",
    "IssuerAnswer",
    "Launch",
    "LaunchPhotograph",
    "OwnCriterion",
    "Pledge",
]
