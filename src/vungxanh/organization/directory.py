"""Answers what the modules below ask of the organization: who administers what, and who an account is in words."""

import datetime
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.common.directory import Name, Standing
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import PostKind, Role
from vungxanh.organization.models import Delegation, Person, Post, RoleAssignment
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import all_tree_on


class OrganizationDirectory:
    """See `common.directory.Directory`. Whoever administers every root administers the whole installation."""

    def may_administer(self, user: User, *, on: datetime.date) -> Verdict:
        held = roles.holds_somewhere(user, Role.ADMINISTRATOR, on=on)
        return ALLOWED if held else refused(_("Only an administrator of the system may do this."))

    def may_keep_areas(self, user: User, *, on: datetime.date) -> Verdict:
        held = roles.holds_somewhere(user, (Role.ADMINISTRATOR, Role.OFFICE), on=on)
        return ALLOWED if held else refused(_("Only the Office or an administrator imports areas and levels."))

    def unit_ids_administered_by(self, user: User, *, on: datetime.date) -> set[int] | None:
        tree = all_tree_on(on)
        administered = roles.unit_ids_where(user, Role.ADMINISTRATOR, on=on, tree=tree)
        is_whole = bool(tree.roots) and all(root.id in administered for root in tree.roots)
        return None if is_whole else administered

    def accounts_administered_by(self, user: User, *, on: datetime.date) -> QuerySet[User]:
        """Whoever stands or holds a role elsewhere too, be it a lent one, is left to those who administer all of it."""
        administered = self.unit_ids_administered_by(user, on=on)
        if administered is None:
            return User.objects.all()
        inside, outside = Q(unit_id__in=administered), ~Q(unit_id__in=administered)
        posts = Post.objects.filter(in_force(on), person__user__isnull=False)
        held = RoleAssignment.objects.filter(in_force(on))
        here = Q(pk__in=posts.filter(inside).values("person__user")) | Q(pk__in=held.filter(inside).values("user"))
        lent = Delegation.objects.filter(roles.lent_from(on), outside)
        elsewhere = (
            Q(pk__in=posts.filter(outside).values("person__user"))
            | Q(pk__in=held.filter(outside).values("user"))
            | Q(pk__in=lent.values("delegate"))
        )
        return User.objects.filter(here).exclude(elsewhere)

    def standings(self, user_ids: Collection[int], *, on: datetime.date) -> dict[int, Standing]:
        tree = all_tree_on(on)
        held: dict[int, list[str]] = {user_id: [] for user_id in user_ids}
        for row in RoleAssignment.objects.filter(in_force(on), user_id__in=user_ids).order_by("pk"):
            place = tree[row.unit_id].short_name if row.unit_id in tree else ""
            held[row.user_id].append(f"{row.get_role_display()} · {place}")
        posts = Post.objects.filter(in_force(on), person__user_id__in=user_ids, kind=PostKind.HOME)
        units = dict(posts.values_list("person__user_id", "unit_id"))
        places = {user_id: tree[unit_id].name for user_id, unit_id in units.items() if unit_id in tree}
        return {user_id: Standing(places.get(user_id, ""), tuple(words)) for user_id, words in held.items()}

    def names_of(self, user: User) -> list[Name]:
        person = person_of(user)
        return [(Person._meta.label_lower, str(person.pk))] if person else []
