"""One unit: how its targets stand, the figures of a month, one indicator with everything that was given and entered."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.charts import Chart, Series, bar_chart
from vungxanh.common.views.months import named_month
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.production import permissions
from vungxanh.production.enums import FigureState
from vungxanh.production.forms.figures import Asked, MonthForm
from vungxanh.production.forms.targets import ReasonForm
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.operations import figures as operations
from vungxanh.production.queries.standing import TargetLine, all_lines, all_targets_as_of, overlapping
from vungxanh.production.rulebook import month_before, month_of, months_between, next_month, rule_on, term_of
from vungxanh.production.views.seen import asked_year, seen_unit, year_span
from vungxanh.production.workflow import TARGET

VERBS = {"duyet": "approve", "khong-duyet": "refuse", "rut": "withdraw"}


@never_cache
@require_safe
def unit_page(request: HttpRequest, unit: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    node = seen_unit(request, unit, all_tree_on(now.date()))
    year = asked_year(request)
    own = ProductionTarget.objects.filter(unit_id=node.id)
    standing = all_targets_as_of(now).filter(unit_id=node.id)
    lines = _lines(overlapping(standing, *year_span(year)), now)
    month = month_before(now.date())
    owed = [one for one in _lines(overlapping(standing, month, month), now) if not one.is_there(month)]
    context = {
        "unit": node,
        "year": year,
        "lines": lines,
        "proposed": [(one, term_of(one.indicator)) for one in own.filter(state="PROPOSED").order_by("proposed_at")],
        "month": month,
        "owed": owed,
        "due_day": rule_on(now.date()).due_day(month),
        "is_over": now.date() > rule_on(now.date()).due_day(month),
        "waiting": sum(len(one.waiting) for one in lines),
        "returned": [(one, figure) for one in lines for figure in one.returned],
        "may_enter": permissions.may_enter(user, node.id, on=now.date()),
    }
    return render(request, "production/unit_page.html", context)


@never_cache
@require_safe
def unit_day(request: HttpRequest, unit: str, day: datetime.date) -> HttpResponse:
    """From the control room: the page of the year of the figures that are due on the day."""
    node = seen_unit(request, unit, all_tree_on(clock.today()))
    return redirect(f"{reverse('production:unit_page', args=[node.code])}?nam={month_before(day).year}")


@never_cache
@require_safe
def indicator_page(request: HttpRequest, unit: str, indicator: str) -> HttpResponse:
    return indicator_shown(request, unit, indicator)


def indicator_shown(
    request: HttpRequest, unit: str, indicator: str, refused: ReasonForm | None = None, *, status: int = 200
) -> HttpResponse:
    """`refused`: the form of a decision that was not taken."""
    user, now = signed_in(request), clock.now()
    node = seen_unit(request, unit, all_tree_on(now.date()))
    given = ProductionTarget.objects.filter(unit_id=node.id, indicator=indicator)
    targets = list(given.select_related("proposed_by", "decided_by").order_by("-first_day", "-proposed_at"))
    rows = ProductionFigure.objects.filter(unit_id=node.id, indicator=indicator)
    versions = list(rows.select_related("entered_by", "checked_by").order_by("-month", "-number"))
    if not targets and not versions:
        raise Http404
    lines = all_lines([one for one in targets if one.state == "APPROVED"], at=now)
    checking = permissions.checking_of(user, on=now.date())
    context = {
        "unit": node,
        "term": term_of(indicator),
        "lines": lines,
        "chart": _chart(versions) if versions else None,
        "targets": [(one, _offered(user, one, checking)) for one in targets],
        "versions": versions,
        "may_enter": permissions.may_enter(user, node.id, on=now.date()),
        "form": ReasonForm(),
        "refused": refused,
    }
    return render(request, "production/indicator_page.html", context, status=status)


def _offered(user: User, target: ProductionTarget, checking: permissions.Checking) -> list[dict[str, Any]]:
    """The moves of its state, with whether the viewer may make them."""
    today = clock.today()
    words = {"approve": _("Approve"), "refuse": _("Refuse"), "withdraw": _("Take back")}
    return [
        {
            "slug": slug,
            "verb": verb,
            "word": words[verb],
            "verdict": permissions.may_move_target(user, target, verb, on=today, checking=checking),
        }
        for slug, verb in VERBS.items()
        if TARGET.allows(target.state, verb)
    ]


def _chart(versions: Sequence[ProductionFigure]) -> Chart:
    """The last twelve months with a figure between; what waits stands beside what is verified."""
    last = versions[0].month
    months = months_between(min(one.month for one in versions), last)[-12:]
    verified = {one.month: float(one.value) for one in versions if one.state == FigureState.VERIFIED}
    waiting = {one.month: float(one.value) for one in versions if one.state == FigureState.ENTERED}
    shown = {month: value for month, value in waiting.items() if month not in verified}
    series = [
        Series(_("Verified"), [verified.get(month) for month in months], "green"),
        Series(_("Waits for verification"), [shown.get(month) for month in months], "yellow"),
    ]
    return bar_chart(_("Month by month"), [f"{month:%m/%Y}" for month in months], series)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def figure_enter(request: HttpRequest, unit: str) -> HttpResponse:
    """`?thang=2021-09`: all indicators with a target in the month; the month before this one unless named."""
    user, now = signed_in(request), clock.now()
    node = seen_unit(request, unit, all_tree_on(now.date()))
    permissions.may_enter(user, node.id, on=now.date()).or_refuse()
    this = month_of(now.date())
    month = min(named_month(request) or month_before(this), this)
    form = MonthForm(request.POST or None, asked=_asked(node, month, now))
    if request.method == "POST" and form.is_valid():
        entries = [operations.Entry(node.id, one.indicator, month, one.value, one.note, one.seen) for one in form.given]
        try:
            count = operations.enter_figures(node.id, month, entries, actor=user, at=now)
        except ValidationError as error:
            _refuse(form, error)
        else:
            words = ngettext(
                "%(count)d figure waits for verification.", "%(count)d figures wait for verification.", count
            )
            messages.success(request, words % {"count": count} if count else _("Nothing was changed."))
            return redirect(f"{reverse('production:unit_page', args=[node.code])}?nam={month.year}")
    context = {
        "unit": node,
        "month": month,
        "earlier": month_before(month),
        "later": next_month(month) if month < this else None,
        "form": form,
        "due_day": rule_on(now.date()).due_day(month),
        "today": now.date(),
    }
    return render(request, "production/figure_enter.html", context, status=422 if form.errors else 200)


def _asked(node: UnitNode, month: datetime.date, at: datetime.datetime) -> list[Asked]:
    targets = overlapping(all_targets_as_of(at).filter(unit_id=node.id), month, month)
    return [Asked(one.term, one.latest.get(month)) for one in _lines(targets, at)]


def _lines(targets: QuerySet[ProductionTarget], at: datetime.datetime) -> list[TargetLine]:
    """By field and name of the indicator."""
    found = all_lines(list(targets), at=at)
    found.sort(key=lambda one: (one.term.field, one.term.name, one.target.first_day))
    return found


def _refuse(form: MonthForm, error: ValidationError) -> None:
    """What is wrong with an indicator stands beside its figure, and so does what somebody else entered meanwhile."""
    by_indicator = error.error_dict if hasattr(error, "error_dict") else {}
    for code, faults in by_indicator.items():
        name = f"v_{code}"
        form.add_error(name if name in form.fields else None, faults)
    form.show_newest(by_indicator)
    if not by_indicator:
        form.add_error(None, error)
