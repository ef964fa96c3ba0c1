"""Who drafts reviews and who reads them."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.documents.permissions import may_draft
from vungxanh.documents.queries import SEE_PAPERS
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign
from vungxanh.organization import roles
from vungxanh.organization.permissions import holds_one_of


def may_see_reviews(user: User, campaign: Campaign, *, on: datetime.date) -> Verdict:
    if roles.holds(user, SEE_PAPERS, campaign.unit_id, on=on):
        return ALLOWED
    return refused(_("Reports of the movement are seen by the Office, the records clerk and the leaders."))


def may_draft_review(user: User, campaign: Campaign, *, on: datetime.date) -> Verdict:
    """Of a campaign that was opened and not withdrawn; also after it has ended, when the final review is written."""
    if campaign.state not in (CampaignState.RUNNING, CampaignState.CLOSED):
        return refused(_("Reports are drafted once the movement is opened."))
    return may_draft(user, campaign.unit_id, on=on)


def sees_reviews(request: HttpRequest) -> bool:
    """Whether a link to them leads somewhere."""
    return holds_one_of(request, SEE_PAPERS)
