"""Frozen scores of a movement, counted again and compared."""

import sys

import click

from vungxanh.movement.exports import figure_words
from vungxanh.movement.models import Campaign, ScoreSnapshot
from vungxanh.movement.queries.standing import all_standing_snapshots, recomputed


@click.command("check-scores")
@click.argument("code")
def check_scores(code: str) -> None:
    """Count the frozen scores of the movement CODE again and say what differs; changes nothing."""
    campaign = Campaign.objects.filter(code=code).first()
    if campaign is None:
        raise click.BadParameter("không có phong trào nào mang mã này", param_hint="CODE")
    snapshots = all_standing_snapshots(campaign)
    if not snapshots:
        click.echo("Chưa có kỳ nào chốt điểm.")
    if [one for one in snapshots if not _comes_out(campaign, one)]:
        sys.exit(1)


def _comes_out(campaign: Campaign, snapshot: ScoreSnapshot) -> bool:
    """Whether it does, said in words."""
    period = snapshot.standing.period_code
    if not snapshot.is_whole:
        click.echo(f"Kỳ {period}: tệp đã lưu không còn đúng như khi chốt, mã SHA-256 không khớp.")
        return False
    found = recomputed(campaign, snapshot)
    for one in found:
        what = one.measure.id if one.measure else "tổng"
        click.echo(
            f"Kỳ {period}, {one.unit.code}, {what}: đã chốt {figure_words(one.was)}; tính lại {figure_words(one.now)}."
        )
    if not found:
        click.echo(f"Kỳ {period}: mọi số đều khớp.")
    return not found
