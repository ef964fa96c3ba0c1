"""Campaigns, launches, pledges and activities."""

from vungxanh.movement.models.activities import Activity, ActivityFigure, ActivityParticipant, ActivityPhotograph
from vungxanh.movement.models.campaigns import Campaign, CampaignEdition, IssuerAnswer
from vungxanh.movement.models.launches import Launch, LaunchPhotograph, OwnCriterion
from vungxanh.movement.models.pledges import Pledge

__all__ = [
    "Activity",
    "ActivityFigure",
    "ActivityParticipant",
    "ActivityPhotograph",
    "Campaign",
    "CampaignEdition",
    "IssuerAnswer",
    "Launch",
    "LaunchPhotograph",
    "OwnCriterion",
    "Pledge",
]
