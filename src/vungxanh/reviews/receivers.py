"""What follows in the same transaction: a draft that comes back from Word stands on the figures of the one before."""

from django.dispatch import receiver

from vungxanh.documents.models import Paper
from vungxanh.documents.signals import paper_taken_over
from vungxanh.reviews.models import Review


@receiver(paper_taken_over)
def keep_its_figures(sender: object, *, before: Paper, paper: Paper, **_: object) -> None:
    kept = Review.objects.filter(paper=before).first()
    if kept:
        kept.pk, kept.paper = None, paper
        kept.save(force_insert=True)
