"""From which figures a review was drafted."""

from django.db import models

from vungxanh.documents.models import Paper
from vungxanh.movement.models import Campaign
from vungxanh.reviews.enums import ReviewKind
from vungxanh.reviews.figures import Figures, read, sha256_of


class Review(models.Model):
    """One version of a review: its paper and the figures on it, which never change. `report_code`: of the calendar of
    the plan. `proposed`: who signs, who gets it, and the texts by label, as drafted, before people changed them."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="review")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="review_papers")
    kind = models.CharField(max_length=10, choices=ReviewKind)
    report_code = models.CharField(max_length=40)
    counted_at = models.DateTimeField()
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    proposed = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "report_code"], name="review_by_report")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(report_code=""), name="review_of_a_report"),
            models.CheckConstraint(condition=~models.Q(sha256=""), name="review_figures_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.report_code}"

    @property
    def frozen(self) -> Figures:
        return read(self.figures)

    @property
    def is_whole(self) -> bool:
        """The figures are those that were kept."""
        return sha256_of(self.figures) == self.sha256
