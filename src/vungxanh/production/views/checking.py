"""What waits for those who check: figures to verify, several at once, and targets to approve."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.production import permissions
from vungxanh.production.forms.figures import CheckForm
from vungxanh.production.models import ProductionFigure
from vungxanh.production.operations.figures import return_figures, verify_figures
from vungxanh.production.queries.standing import all_waiting_figures, all_waiting_targets
from vungxanh.production.rulebook import term_of

PAGE_SIZE = 100
VERBS = ("xac-minh", "tra-lai")


@never_cache
@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@require_POST
def figure_move(request: HttpRequest, verb: str) -> HttpResponse:
    """Verifies those that were ticked, or sends them back with one reason."""
    if verb not in VERBS:
        raise Http404
    user, now = signed_in(request), clock.now()
    checking = _checking(request)
    waiting = ProductionFigure.objects.filter(unit_id__in=checking.units)
    sent = [int(key) for key in request.POST.getlist("figures") if key.isascii() and key.isdigit() and len(key) < 19]
    form = CheckForm(request.POST, keys=list(waiting.filter(pk__in=sent).values_list("pk", flat=True)))
    if form.is_valid():
        given = form.cleaned_data
        try:
            if verb == "xac-minh":
                count = verify_figures(given["figures"], actor=user, at=now)
                words = ngettext("%(count)d figure is verified.", "%(count)d figures are verified.", count)
            else:
                count = return_figures(given["figures"], reason=given["reason"], actor=user, at=now)
                words = ngettext("%(count)d figure is sent back.", "%(count)d figures are sent back.", count)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, words % {"count": count})
            return redirect("production:check_list")
    return _page(request, form, status=422)


def _checking(request: HttpRequest) -> permissions.Checking:
    """Raises `PermissionDenied` for whoever checks nothing."""
    checking = permissions.checking_of(signed_in(request), on=clock.today())
    if not checking.units:
        raise PermissionDenied(str(permissions.ONLY_CHECKERS))
    return checking


def _page(request: HttpRequest, bound: CheckForm | None = None, *, status: int = 200) -> HttpResponse:
    checking, tree = _checking(request), all_tree_on(clock.today())
    page = Paginator(all_waiting_figures(checking.units), PAGE_SIZE).get_page(request.GET.get("page"))
    counted = _verified(list(page))
    ticked = request.POST.getlist("figures")
    rows: list[dict[str, Any]] = [
        {
            "figure": one,
            "term": term_of(one.indicator),
            "unit": tree[one.unit_id],
            "was": counted.get((one.unit_id, one.indicator, one.month)),
            "verdict": checking.may_check(one.unit_id, one.entered_by_id),
            "is_ticked": str(one.pk) in ticked,
        }
        for one in page
    ]
    proposed = [(one, term_of(one.indicator), tree[one.unit_id]) for one in all_waiting_targets(checking.units)]
    context = {
        "page": page,
        "rows": rows,
        "proposed": proposed,
        "form": bound or CheckForm(keys=[]),
        "any_checkable": any(row["verdict"] for row in rows),
    }
    return render(request, "production/check_list.html", context, status=status)


def _verified(figures: list[ProductionFigure]) -> dict[tuple[int, str, Any], Any]:
    """What counts now of those that would be corrected; one query."""
    if not figures:
        return {}
    rows = ProductionFigure.objects.filter(
        unit_id__in={one.unit_id for one in figures}, month__in={one.month for one in figures}, state="VERIFIED"
    )
    return {(one.unit_id, one.indicator, one.month): one.value for one in rows}
