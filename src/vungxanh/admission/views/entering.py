"""Declaring for those without a phone: the sheet of a unit, the people who stand at a gate, one person's whole form."""

import datetime
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.forms.declaring import fresh_initial
from vungxanh.admission.forms.entering import Entry, EntryForm, SheetForm
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.declaring import Outcome
from vungxanh.admission.operations.paper import SheetOf, enter_sheet
from vungxanh.admission.permissions import Entering
from vungxanh.admission.queries.entering import SheetLine, all_open_sites, all_people_at, all_sheet_lines
from vungxanh.admission.rulebook import ChannelRule
from vungxanh.admission.submission import NewDeclaration, Refused, nothing_to_report
from vungxanh.admission.views.declaring import asked_on
from vungxanh.admission.views.photographs import photographs_context
from vungxanh.common import clock
from vungxanh.organization.models import Person, Site
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries.days import all_is_open
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
OF_A_UNIT = (Channel.CLERK, Channel.LIST_BY_PHONE, Channel.PAPER)
POSTED = re.compile(r"(\d{1,18})-uuid")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the address asks for: whom it lists, for which window and day, and how the answers came."""

    title: str
    address: str
    channel: Channel
    rule: ChannelRule
    window: Window
    day: datetime.date
    site: Site | None
    find: Callable[[Collection[int]], list[SheetLine]]
    search: str = ""
    paper: SheetOf | None = None

    def query(self, **other: str) -> str:
        asked = {"cach": self.channel, "khung": self.window, "ngay": self.day.isoformat(), "q": self.search, **other}
        return "?" + urlencode({key: value for key, value in asked.items() if value})


@require_safe
def unit_sheet_home(request: HttpRequest) -> HttpResponse:
    """The sheet of the uppermost unit for which one enters; the others are named."""
    tree, entering = all_tree_on(clock.today()), Entering(clock.today())
    reach = {one for channel in OF_A_UNIT for one in entering.unit_ids_where(signed_in(request), channel)}
    tops = [node for node in tree if node.id in reach and node.parent_id not in reach]
    if not tops:
        raise Http404
    return _unit_sheet_page(request, tops[0].code, others=tops[1:])


@never_cache
@GET_OR_POST
def unit_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody of the unit who is missing in the window: ticked one by one, sent at once."""
    return _unit_sheet_page(request, code)


def _unit_sheet_page(request: HttpRequest, code: str, *, others: Sequence[UnitNode] = ()) -> HttpResponse:
    now = clock.now()
    tree = all_tree_on(now.date())
    unit, channels = _unit(request, code, tree, now)
    sheet = _unit_sheet(request, unit, channels, tree, now)
    ways = [(one.label, sheet.query(cach=one), one == sheet.channel) for one in channels] if len(channels) > 1 else []
    named = [*others, *tree.children(unit.id)]
    places = [(node.short_name, reverse("admission:unit_sheet", args=[node.code])) for node in named]
    more = {"ways": ways, "places": places, "unit": unit, "days": _days(sheet, now)}
    if sheet.paper:
        more |= photographs_context(sheet.paper, user=signed_in(request), at=now)
    return _sheet_page(request, sheet, now, more)


@require_safe
def gate_sheet_home(request: HttpRequest) -> HttpResponse:
    """The first site where one enters; the others are named."""
    units = Entering(clock.today()).unit_ids_where(signed_in(request), Channel.AT_GATE)
    if not units:
        raise Http404
    sites = all_open_sites(units)
    if not sites:
        return render(request, "admission/no_site.html", {"heading": _("Declare at the gate")})
    return _gate_sheet_page(request, sites[0].code, others=sites[1:])


@never_cache
@GET_OR_POST
def gate_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody who stands at the gate: found by staff code, telephone or name."""
    return _gate_sheet_page(request, code)


def _gate_sheet_page(request: HttpRequest, code: str, *, others: Sequence[Site] = ()) -> HttpResponse:
    now = clock.now()
    sheet = _gate_sheet(request, _site(request, code, now), now)
    places = [(site.name, reverse("admission:gate_sheet", args=[site.code])) for site in others]
    return _sheet_page(request, sheet, now, {"is_search": True, "places": places})


@never_cache
@GET_OR_POST
def unit_entry(request: HttpRequest, code: str, staff_code: str) -> HttpResponse:
    now = clock.now()
    tree = all_tree_on(now.date())
    unit, channels = _unit(request, code, tree, now)
    return _entry_page(request, _unit_sheet(request, unit, channels, tree, now), staff_code, now)


@never_cache
@GET_OR_POST
def gate_entry(request: HttpRequest, code: str, staff_code: str) -> HttpResponse:
    now = clock.now()
    sheet = _gate_sheet(request, _site(request, code, now), now, search=staff_code)
    return _entry_page(request, sheet, staff_code, now)


def _unit(request: HttpRequest, code: str, tree: Tree, now: datetime.datetime) -> tuple[UnitNode, list[Channel]]:
    """The unit with the ways in which the viewer enters there; somebody else's unit is not there."""
    unit = tree.by_code(code)
    entering = Entering(now.date())
    user = signed_in(request)
    channels = [one for one in OF_A_UNIT if unit and unit.id in entering.unit_ids_where(user, one)]
    if unit is None or not channels:
        raise Http404
    return unit, channels


def _site(request: HttpRequest, code: str, now: datetime.datetime) -> Site:
    reach = Entering(now.date()).unit_ids_where(signed_in(request), Channel.AT_GATE)
    site = Site.objects.filter(code=code, unit_id__in=reach, closed_on__isnull=True).first()
    if site is None:
        raise Http404
    return site


def _unit_sheet(
    request: HttpRequest, unit: UnitNode, channels: Sequence[Channel], tree: Tree, now: datetime.datetime
) -> Sheet:
    asked = request.GET.get("cach", "")
    channel = Channel(asked) if asked in channels else channels[0]
    entering = Entering(now.date())
    day = _asked_day(request, entering.days_back(channel, at=now), now.date())
    _open(day, now)
    window = _asked_window(request, day, now)
    below = [node.id for node in tree.below(unit.id)]
    return Sheet(
        title=unit.name,
        address=reverse("admission:unit_sheet", args=[unit.code]),
        channel=channel,
        rule=entering.rules.channel[channel],
        window=window,
        day=day,
        site=None,
        paper=SheetOf(unit.id, day, window) if channel == Channel.PAPER else None,
        find=lambda also: all_sheet_lines(below, day, window, tree=tree, also=also),
    )


def _gate_sheet(request: HttpRequest, site: Site, now: datetime.datetime, *, search: str = "") -> Sheet:
    day = now.date()
    tree = all_tree_on(day)
    _open(day, now)
    search = search or request.GET.get("q", "").strip()[:80]
    return Sheet(
        title=site.name,
        address=reverse("admission:gate_sheet", args=[site.code]),
        channel=Channel.AT_GATE,
        rule=Entering(day).rules.channel[Channel.AT_GATE],
        window=_asked_window(request, day, now),
        day=day,
        site=site,
        find=lambda also: all_people_at(site, search, day, tree=tree, also=also),
        search=search,
    )


def _open(day: datetime.date, now: datetime.datetime) -> None:
    if not all_is_open(day):
        open_day(day, at=now)


def _asked_day(request: HttpRequest, days: Collection[datetime.date], today: datetime.date) -> datetime.date:
    """`?ngay=2021-09-20` within the days of which one may still enter something; else today."""
    try:
        asked = datetime.date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return today
    return asked if asked in days else today


def _days(sheet: Sheet, now: datetime.datetime) -> list[tuple[datetime.date, str, bool]]:
    """For the tabs: the day, its address, and whether it is the one shown."""
    days = Entering(now.date()).days_back(sheet.channel, at=now)
    return [(day, sheet.query(ngay=day.isoformat()), day == sheet.day) for day in days] if len(days) > 1 else []


def _asked_window(request: HttpRequest, day: datetime.date, now: datetime.datetime) -> Window:
    """`?khung=LEAVING`; else the one that the shipped times say is open now."""
    asked = request.GET.get("khung", "")
    if asked in Window.values:
        return Window(asked)
    times = WINDOWS.current().in_force(day)
    is_leaving = day == now.date() and now.time() >= times.leaving.opens
    return Window.LEAVING if is_leaving else Window.ARRIVAL


def _posted_ids(data: Mapping[str, str]) -> list[int]:
    return [int(found[1]) for name in data if (found := POSTED.fullmatch(name))]


def _sheet_page(request: HttpRequest, sheet: Sheet, now: datetime.datetime, more: Mapping[str, object]) -> HttpResponse:
    done: list[tuple[SheetLine, Refused | None]] = []
    status = 200
    if request.method == "POST":
        form = _sheet_form(sheet, sheet.find(_posted_ids(request.POST)), data=request.POST)
        if form.is_valid() and not form.entries:
            form.add_error(None, _("Tick at least one person."))
        if form.is_valid():
            done = _submitted(signed_in(request), sheet, form.entries, now)
        status = 200 if any(refused is None for _line, refused in done) else 422
    if request.method != "POST" or done:
        told_at = request.POST.get("told_at", "")
        form = _sheet_form(sheet, sheet.find([]), initial={"told_at": told_at})
    context = {
        "sheet": sheet,
        "form": form,
        "rows": list(form.rows),
        "accepted": [line for line, refused in done if refused is None],
        "refused": [(line, refused) for line, refused in done if refused],
        "windows": [(one.label, sheet.query(khung=one), one == sheet.window) for one in Window],
        **more,
    }
    return render(request, "admission/sheet.html", context, status=status)


def _sheet_form(sheet: Sheet, lines: list[SheetLine], **kwargs: object) -> SheetForm:
    return SheetForm(
        lines=lines,
        rule=sheet.rule,
        questionnaire=QUESTIONNAIRE.current().in_force(sheet.day),
        has_times=sheet.channel == Channel.PAPER,
        **kwargs,
    )


def _submitted(
    user: User, sheet: Sheet, entries: Sequence[Entry], now: datetime.datetime
) -> list[tuple[SheetLine, Refused | None]]:
    """What became of each, in the order of the sheet."""
    told = [entry.line.moment_of(sheet.window, entry.time) if entry.time else None for entry in entries]
    forms = QUESTIONNAIRE.current()
    batch = [
        NewDeclaration(
            client_uuid=entry.client_uuid,
            person=entry.line.person,
            window=sheet.window,
            site_code=sheet.site.code if sheet.site else None,
            declared_at=moment,
            temperature_c=entry.temperature_c,
            answers=nothing_to_report(forms.in_force((moment or now).date()), sheet.window),
            attested=True,
            channel=sheet.channel,
            actor=user,
        )
        for entry, moment in zip(entries, told, strict=True)
    ]
    outcomes = _sent(sheet, batch, now)
    return [
        (entry.line, outcome if isinstance(outcome, Refused) else None)
        for entry, outcome in zip(entries, outcomes, strict=True)
    ]


def _sent(sheet: Sheet, batch: Sequence[NewDeclaration], now: datetime.datetime) -> list[Outcome]:
    return enter_sheet(sheet.paper, batch, at=now) if sheet.paper else submit_declarations(batch, at=now)


def _entry_page(request: HttpRequest, sheet: Sheet, staff_code: str, now: datetime.datetime) -> HttpResponse:
    """The whole form for one person of the sheet; one who declared meanwhile is refused in words by the operation."""
    ids = list(Person.objects.filter(staff_code=staff_code).values_list("pk", flat=True))
    line = next((one for one in sheet.find(ids) if one.person.pk in ids), None)
    if line is None:
        raise Http404
    is_sent = request.method == "POST"
    given = {"data": request.POST} if is_sent else {"initial": fresh_initial(sheet.window)}
    form = _entry_form(sheet, line.opens_at(sheet.window) if sheet.rule.asks_time else now, **given)
    refused: Refused | None = None
    if is_sent and form.is_valid():
        [outcome] = _sent(sheet, [_new(signed_in(request), sheet, line, form)], now)
        if not isinstance(outcome, Refused):
            messages.success(request, _("%(name)s: the declaration is in.") % {"name": line.person.full_name})
            return redirect(sheet.address + sheet.query(q=""))
        refused = outcome
    context = {"sheet": sheet, "line": line, "form": form, "refused": refused, "back": sheet.address + sheet.query()}
    return render(request, "admission/entry.html", context, status=422 if is_sent else 200)


def _entry_form(sheet: Sheet, told: datetime.datetime, **kwargs: object) -> EntryForm:
    return EntryForm(window=sheet.window, rule=sheet.rule, **asked_on(told.date()), **kwargs)


def _new(user: User, sheet: Sheet, line: SheetLine, form: EntryForm) -> NewDeclaration:
    told_at = form.cleaned_data.get("told_at")
    return NewDeclaration(
        client_uuid=form.cleaned_data["client_uuid"],
        person=line.person,
        window=sheet.window,
        site_code=sheet.site.code if sheet.site else None,
        declared_at=line.moment_of(sheet.window, told_at) if told_at else None,
        temperature_c=form.temperature,
        answers=form.answers,
        attested=form.cleaned_data["attested"],
        channel=sheet.channel,
        actor=user,
    )
