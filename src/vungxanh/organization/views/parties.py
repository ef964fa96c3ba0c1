"""Outside parties: the list, one with its names and what points to it, and two that are one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import permissions
from vungxanh.organization.enums import PartyKind
from vungxanh.organization.forms import AliasForm, PartyForm
from vungxanh.organization.models import Party, PartyAlias, PartyMerge, Unit
from vungxanh.organization.operations import parties as operations
from vungxanh.organization.queries import parties as queries
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.organization.views.changing import Back, change

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PAGE_SIZE = 50


@require_safe
def party_list(request: HttpRequest) -> HttpResponse:
    """`?tim=` words with or without marks, a code or a tax code; `?loai=` a kind."""
    user, today = signed_in(request), clock.today()
    if not permissions.sees_parties(request):
        raise Http404
    search, kind = request.GET.get("tim", "").strip()[:100], request.GET.get("loai", "")
    found = queries.parties_visible_to(user, on=today, search=search, kind=kind if kind in PartyKind.values else "")
    kept = queries.agency_ids_where(user, queries.KEEP_PARTIES, on=today)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "search": search,
        "kind": kind,
        "kinds": PartyKind.choices,
        "may_keep": bool(kept_agencies(request)),
        "duplicates": queries.duplicates_of(kept),
    }
    return render(request, "organization/party_list.html", context)


@never_cache
@require_safe
def party_page(request: HttpRequest, code: str) -> HttpResponse:
    """An old code leads to the party that it was merged into."""
    party = _party(request, code)
    if party.code != code:
        return redirect("organization:party_page", party.code)
    merges = PartyMerge.objects.filter(keep=party, undone_at__isnull=True).select_related("gone", "merged_by")
    context = {
        "party": party,
        "aliases": party.aliases.order_by("pk"),
        "pointing": queries.all_pointing([party.pk])[party.pk],
        "merges": merges.order_by("-merged_at"),
        "may_keep": permissions.may_keep_parties(signed_in(request), party.agency_id, on=clock.today()),
    }
    return render(request, "organization/party_page.html", context)


@GET_OR_POST
def party_add(request: HttpRequest) -> HttpResponse:
    """`?ten=` fills in a name that visitors wrote."""
    user, now = signed_in(request), clock.now()
    agencies = kept_agencies(request)
    if not agencies:
        raise Http404
    initial = {"name": request.GET.get("ten", "")[:200], "agency": agencies[0].id}
    form = PartyForm(request.POST or None, agencies=agencies, initial=initial)

    def run(given: dict[str, Any]) -> str:
        agency = Unit.objects.get(pk=given["agency"])
        party = operations.register_party(agency, values=given, actor=user, at=now)
        return _("%(name)s is registered.") % {"name": party.name}

    back = (reverse("organization:party_list"), _("Outside parties"))
    return change(request, form, run, title=_("New outside party"), button=_("Register"), back=back)


@GET_OR_POST
def party_change(request: HttpRequest, code: str) -> HttpResponse:
    user, now, party = signed_in(request), clock.now(), _kept_party(request, code)
    same = {name: getattr(party, name) for name in ("name", "kind", *operations.FIELDS)}
    form = PartyForm(request.POST or None, initial=same)

    def run(given: dict[str, Any]) -> str:
        operations.change_party(party, values=given, actor=user, at=now)
        return _("The change is kept.")

    return change(request, form, run, title=_("Change"), lead=party.name, button=_("Keep"), back=_back(party))


@GET_OR_POST
def party_name(request: HttpRequest, code: str) -> HttpResponse:
    """Another name under which the party is found."""
    user, now, party = signed_in(request), clock.now(), _kept_party(request, code)
    form = AliasForm(request.POST or None)

    def run(given: dict[str, Any]) -> str:
        operations.add_alias(party, given["text"], actor=user, at=now)
        return _("The change is kept.")

    return change(request, form, run, title=_("Another name"), lead=party.name, button=_("Keep"), back=_back(party))


@require_POST
def party_unname(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    party = _kept_party(request, code)
    alias = get_object_or_404(PartyAlias.objects.select_related("party"), pk=pk, party=party)
    operations.drop_alias(alias, actor=signed_in(request), at=clock.now())
    return redirect("organization:party_page", party.code)


@GET_OR_POST
def party_merge(request: HttpRequest, code: str) -> HttpResponse:
    """`code` stays; `?kia=` is the other. Shown before is what moves; nothing is done by looking."""
    user, now, keep = signed_in(request), clock.now(), _kept_party(request, code)
    asked = request.POST.get("kia") or request.GET.get("kia", "")
    gone = queries.party_for(user, asked.strip(), on=now.date()) if asked else None
    if gone is None or gone.pk == keep.pk or gone.agency_id != keep.agency_id:
        messages.error(request, _("Choose two parties of one agency."))
        return redirect("organization:party_page", keep.code)
    if request.method == "POST":
        try:
            operations.merge_parties(gone, keep, actor=user, at=now)
            messages.success(request, _("The two are one now; it can be taken back below."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("organization:party_page", keep.code)
    labels = PartyForm().fields
    rows = [(labels[name].label, getattr(keep, name), getattr(gone, name)) for name in operations.FIELDS]
    context = {"keep": keep, "gone": gone, "rows": rows, "moving": queries.all_pointing([gone.pk])[gone.pk]}
    return render(request, "organization/party_merge.html", context)


@require_POST
def party_merge_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    party = _kept_party(request, code)
    merge = get_object_or_404(PartyMerge.objects.select_related("keep", "gone"), pk=pk, keep=party)
    try:
        back = operations.undo_merge(merge, actor=signed_in(request), at=clock.now())
        messages.success(request, _("%(name)s is a party of its own again.") % {"name": back.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("organization:party_page", party.code)


def _party(request: HttpRequest, code: str) -> Party:
    party = queries.party_for(signed_in(request), code, on=clock.today())
    if party is None:
        raise Http404
    return party


def _kept_party(request: HttpRequest, code: str) -> Party:
    party = _party(request, code)
    permissions.may_keep_parties(signed_in(request), party.agency_id, on=clock.today()).or_refuse()
    return party


def kept_agencies(request: HttpRequest) -> list[UnitNode]:
    """Those at whose root the viewer keeps parties."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    ids = queries.agency_ids_where(user, queries.KEEP_PARTIES, on=today)
    return [tree[one] for one in sorted(ids) if permissions.may_keep_parties(user, one, on=today)]


def _back(party: Party) -> Back:
    return reverse("organization:party_page", args=[party.code]), party.name
