"""What follows in the same transaction: a paper that is issued issues its plan, one that is withdrawn withdraws it."""

import datetime

from django.dispatch import receiver

from vungxanh.accounts.models import User
from vungxanh.documents.models import Paper
from vungxanh.documents.signals import paper_issued, paper_taken_over, paper_withdrawn
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.operations.moving import issue_by_paper, withdraw_by_paper


@receiver(paper_issued)
def issue_its_plan(sender: object, *, paper: Paper, actor: User, at: datetime.datetime, **_: object) -> None:
    issue_by_paper(paper, actor=actor, at=at)


@receiver(paper_withdrawn)
def withdraw_its_plan(sender: object, *, paper: Paper, actor: User, at: datetime.datetime, **_: object) -> None:
    withdraw_by_paper(paper, actor=actor, at=at)


@receiver(paper_taken_over)
def follow_its_paper(sender: object, *, before: Paper, paper: Paper, **_: object) -> None:
    UnitPlan.objects.filter(paper=before).update(paper=paper)
