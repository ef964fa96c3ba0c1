"""My guests: inviting them, saying whether one expects them."""

import datetime
from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.forms.visits import InviteForm
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import Guest, Plan, answer_visit, invite_visitor, move_visit
from vungxanh.admission.queries.entering import all_open_sites
from vungxanh.admission.queries.reminders import visits_to_answer_for_others
from vungxanh.admission.queries.visits import all_regular, visits_of_host
from vungxanh.admission.rulebook import VISITS, VisitRule
from vungxanh.common import clock
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Party, Person, Site
from vungxanh.organization.queries.parties import parties_to_choose, party_to_choose
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.organization.tree import all_tree_on

MOST_PARTIES = 8


@never_cache
@require_safe
def guest_list(request: HttpRequest) -> HttpResponse:
    """Those who wait for an answer first."""
    if person_of(signed_in(request)) is None:
        return render(request, "admission/no_person.html")
    visits = visits_of_host(signed_in(request), on=clock.today())
    asking = [one for one in visits if one.host_answer == HostAnswer.PENDING and one.state in ("WAITING", "HELD")]
    others = [one for one in visits if one not in asking]
    for_others = visits_to_answer_for_others(signed_in(request), on=clock.today())
    for_others = for_others.select_related("visitor", "site", "host", "party").prefetch_related("reminders")
    context = {"asking": asking, "others": others, "for_others": for_others.order_by("declared_at", "pk")}
    return render(request, "admission/guest_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_invite(request: HttpRequest) -> HttpResponse:
    """`?sdt=` fills in a guest who was here before. While the party is typed, the known ones that it may mean."""
    user, now = signed_in(request), clock.now()
    person = person_of(user)
    if person is None:
        raise Http404
    sites = _sites(person, now.date())
    rule = VISITS.current().in_force(now.date())
    choices = [(site.code, site.name) for site in sites]
    given = request.POST if request.method == "POST" else _initial(request, sites)
    is_typing = bool(request.headers.get("HX-Request"))
    parties = _parties(user, given, on=now.date(), keeps_choice=not is_typing)
    if request.method == "POST":
        form = InviteForm(request.POST, rule=rule, sites=choices, parties=parties)
        if form.is_valid() and _is_ahead(form, rule, now):
            try:
                visit = _invited(request, form, sites, person, now)
            except ValidationError as error:
                form.add_error("party", error)
            else:
                return redirect("visits:guest_link", visit.code)
        return render(request, "admission/guest_invite.html", {"form": form}, status=422)
    chosen = given.get("party", "")
    initial = {**given, "party": chosen if chosen in parties else ""}
    form = InviteForm(rule=rule, sites=choices, parties=parties, initial=initial)
    template = "partials/party_choices.html" if is_typing else "guest_invite.html"
    return render(request, f"admission/{template}", {"form": form})


@never_cache
@require_safe
def guest_link(request: HttpRequest, code: str) -> HttpResponse:
    """The link of an invitation, to be sent by whatever means the two use."""
    visit = _own(request, code)
    return render(request, "admission/guest_link.html", {"visit": visit, "link": _link(request, visit)})


@require_POST
def guest_answer(request: HttpRequest, code: str, answer: str) -> HttpResponse:
    """`tiep` or `khong-tiep`; the latter with a reason."""
    visit, user, now = _to_answer(request, code), signed_in(request), clock.now()
    said = {"tiep": HostAnswer.CONFIRMED, "khong-tiep": HostAnswer.DECLINED}.get(answer)
    if said is None:
        raise Http404
    reason = request.POST.get("reason", "")
    _tried(request, lambda: answer_visit(visit, said, by=VisitRole.HOST, actor=user, at=now, reason=reason))
    return redirect("visits:guest_list")


@require_POST
def guest_cancel(request: HttpRequest, code: str) -> HttpResponse:
    visit, user, now = _own(request, code), signed_in(request), clock.now()
    _tried(request, lambda: move_visit(visit, "cancel", by=VisitRole.HOST, actor=user, at=now))
    return redirect("visits:guest_list")


def _tried(request: HttpRequest, do: Callable[[], Visit]) -> None:
    try:
        do()
        messages.success(request, _("Kept."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


def _own(request: HttpRequest, code: str) -> Visit:
    person = person_of(signed_in(request))
    visit = Visit.objects.filter(code=code, host=person).select_related("visitor", "site").first() if person else None
    if visit is None:
        raise Http404
    return visit


def _to_answer(request: HttpRequest, code: str) -> Visit:
    """One of one's own guests, or one of which one was told in the host's place."""
    for_others = visits_to_answer_for_others(signed_in(request), on=clock.today()).filter(code=code)
    visit = for_others.select_related("visitor", "site", "host").first()
    return visit or _own(request, code)


def _sites(person: Person, on: datetime.date) -> list[Site]:
    """Of the agencies where the host stands."""
    tree = all_tree_on(on)
    roots = {root.id for unit_id in unit_ids_of(person, on) if (root := tree.root_of(unit_id))}
    return all_open_sites([node.id for root in roots for node in tree.below(root)])


def _initial(request: HttpRequest, sites: list[Site]) -> dict[str, str]:
    known = all_regular(request.GET.get("sdt", ""), [site.pk for site in sites])
    if known is None:
        typed = {"party_name": request.GET.get("party_name", "")[:160], "party": request.GET.get("party", "")[:20]}
        return {"phone": request.GET.get("sdt", "")[:20], **typed}
    party = known.party.code if known.party else ""
    return {"phone": known.phone, "full_name": known.full_name, "party_name": known.party_name, "party": party}


def _parties(user: User, given: Mapping[str, str], *, on: datetime.date, keeps_choice: bool) -> dict[str, Party]:
    """By code whom the text may mean, and whom the host chose: a code that was merged since leads to the kept one."""
    text, chosen = given.get("party_name", ""), given.get("party", "")
    found = {party.code: party for party in parties_to_choose(user, text, on=on, most=MOST_PARTIES)}
    if keeps_choice and chosen and chosen not in found and (party := party_to_choose(user, chosen, on=on)):
        found[chosen] = party
    return found


def _is_ahead(form: InviteForm, rule: VisitRule, now: datetime.datetime) -> bool:
    planned = form.cleaned_data["planned_at"]
    if now - datetime.timedelta(hours=1) <= planned <= now + datetime.timedelta(days=rule.planned_days_ahead):
        return True
    form.add_error(
        "planned_at", _("Invite for a time within the next %(days)d days.") % {"days": rule.planned_days_ahead}
    )
    return False


def _invited(
    request: HttpRequest, form: InviteForm, sites: list[Site], person: Person, now: datetime.datetime
) -> Visit:
    given = form.cleaned_data
    site = next(one for one in sites if one.code == given["site"])
    plan = Plan(
        purpose=given["purpose"],
        planned_at=given["planned_at"].astimezone(ZONE),
        group_size=given["group_size"],
        group_list=given["group_list"],
    )
    party: Party | None = given["party"]
    called = party.name[:160] if party else given["party_name"]
    guest = Guest(given["full_name"], given["phone"], party_name=called, party=party)
    return invite_visitor(site, guest, plan, host=person, actor=signed_in(request), at=now)


def _link(request: HttpRequest, visit: Visit) -> str:
    return request.build_absolute_uri(reverse("visits:visit_invited", args=[visit.key]))
