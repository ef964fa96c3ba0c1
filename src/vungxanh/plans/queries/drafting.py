"""What a template is filled with: the unit's own data as they are at a moment, in words."""

import datetime
from collections.abc import Mapping

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.common.formats import day as day_words
from vungxanh.common.formats import number
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.launches import all_standing as all_launches
from vungxanh.movement.queries.launches import own_lines, staff_posts
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post, Site
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.plans.rulebook import BLANK
from vungxanh.risk.queries.zones import all_levels_on

ZONES = {"GREEN": "vùng xanh", "YELLOW": "vùng vàng", "ORANGE": "vùng cam", "RED": "vùng đỏ"}


def all_values(unit_id: int, campaign: Campaign | None, at: datetime.datetime) -> Mapping[str, str]:
    """By field. What the data do not say is BLANK, for people to fill in."""
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    below = [node.id for node in tree.below(unit_id)]
    sites = Site.objects.filter(unit_id__in=below).order_by("name").values_list("name", flat=True)
    root = tree.root_of(unit_id)
    values = {
        "unit": tree[unit_id].name,
        "agency": root.name if root and root.id != unit_id else BLANK,
        "head": head_words(unit_id, today, tree),
        "people": number(staff_posts(below, on=today).count()),
        "site_list": "; ".join(dict.fromkeys(sites)) or BLANK,
        "zone_today": ZONES.get(all_levels_on([unit_id], today).get(unit_id, ""), BLANK),
        "day": day_words(today),
    }
    return values | _campaign_values(campaign, unit_id) if campaign else values


def _campaign_values(campaign: Campaign, unit_id: int) -> dict[str, str]:
    plan = newest_edition(campaign).plan
    launch = all_launches(campaign).get(unit_id)
    own = own_lines(launch) if launch else []
    number_words = f"số {plan.number}/{plan.symbol}" if plan.number else f"số {BLANK}/{plan.symbol}"
    issued = f" ngày {day_words(plan.issued_on)}" if plan.issued_on else ""
    return {
        "campaign_title": plan.short_title,
        "campaign_number": number_words + issued,
        "campaign_starts": f"ngày {day_words(plan.starts_on)}",
        "campaign_ends": f"đến ngày {day_words(plan.ends_on)}" if plan.ends_on else "đến khi phong trào kết thúc",
        "launch_day": day_words(launch.launched_on) if launch else BLANK,
        "own_criteria": "\n".join(f"- {line}" for line in own) or f"- {BLANK}",
    }


def head_words(unit_id: int, on: datetime.date, tree: Tree) -> str:
    """`Trưởng phòng Nguyễn Văn An`; only the post where several lead or nobody does."""
    name, title = head_of(unit_id, on, tree)
    return f"{title} {name}".strip() if name else BLANK


def head_of(unit_id: int, on: datetime.date, tree: Tree) -> tuple[str, str]:
    """Name and post of whoever leads the unit itself, both empty where that is nobody or not one alone."""
    own = [one for one in roles.all_held([Role.UNIT_HEAD, Role.ACTING_HEAD], [unit_id], on=on) if not one.principal]
    users = {one.user.pk: one.user for one in own}
    if len(users) != 1:
        return "", ""
    [user] = users.values()
    return user.full_name, post_of(user, unit_id, on, tree)


def post_of(user: User, unit_id: int, on: datetime.date, tree: Tree) -> str:
    """The title of a post in the unit or below it; empty where the person has none there."""
    below = [node.id for node in tree.below(unit_id)]
    posts = Post.objects.filter(in_force(on), person__user_id=user.pk, unit_id__in=below)
    return posts.order_by("rank", "pk").values_list("title", flat=True).first() or ""
