"""Names that visitors wrote, each with the parties that may be meant; somebody says which."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.views import signed_in
from vungxanh.admission.operations.visit_parties import name_visits
from vungxanh.admission.queries.parties import all_written_names
from vungxanh.common import clock
from vungxanh.organization.permissions import may_keep_parties
from vungxanh.organization.queries.parties import KEEP_PARTIES, agency_ids_where, party_for
from vungxanh.organization.tree import all_tree_on

MOST = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def party_texts(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    ids = sorted(agency_ids_where(user, KEEP_PARTIES, on=now.date()))
    kept = [one for one in ids if may_keep_parties(user, one, on=now.date())]
    if not kept:
        raise Http404
    if request.method == "POST":
        return _named(request)
    tree = all_tree_on(now.date())
    names = [one for agency in kept for one in all_written_names(agency, tree=tree, most=MOST)]
    return render(request, "admission/party_texts.html", {"names": names})


def _named(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    party = party_for(user, request.POST.get("party", "").strip(), on=now.date())
    if party is None:
        messages.error(request, _("There is no outside party with this code."))
        return redirect("visits:party_texts")
    count = name_visits(request.POST.get("text", ""), party, actor=user, at=now)
    words = ngettext("%(count)d visit belongs to %(name)s now.", "%(count)d visits belong to %(name)s now.", count)
    messages.success(request, words % {"count": count, "name": party.name})
    return redirect("visits:party_texts")
