"""Pages of the administrator: find an account, give a one-time password, close and open it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts import operations, queries
from vungxanh.accounts.forms import AccountFilterForm
from vungxanh.accounts.models import User
from vungxanh.accounts.permissions import may_administer_account
from vungxanh.accounts.views.own import signed_in
from vungxanh.common import clock
from vungxanh.common.directory import directory, may_administer

A_PAGE = 50


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    viewer, today = signed_in(request), clock.today()
    may_administer(viewer, on=today).or_refuse()
    form = AccountFilterForm(request.GET)
    form.is_valid()
    found = queries.accounts_visible_to(viewer, on=today, **form.chosen)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    standings = directory().standings([user.pk for user in page], on=today)
    rows = [(user, standings.get(user.pk)) for user in page]
    return render(request, "accounts/account_list.html", {"form": form, "page": page, "rows": rows})


@require_safe
def account_detail(request: HttpRequest, user_id: int) -> HttpResponse:
    viewer, today = signed_in(request), clock.today()
    user = _account(request, user_id)
    context = {
        "account": user,
        "standing": directory().standings([user.pk], on=today).get(user.pk),
        "verdict": may_administer_account(viewer, user, on=today),
        "sessions": queries.sessions_of(user, at=clock.real_now()),
        "devices": queries.tokens_of(user, at=clock.real_now()).exclude(key_thumbprint=""),
    }
    return render(request, "accounts/account_detail.html", context)


@require_POST
def password_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """The one-time password stands on this answer and nowhere else."""
    user = _account(request, user_id)
    password = operations.reset_password(user, at=clock.now(), actor=signed_in(request))
    return render(request, "accounts/password_given.html", {"account": user, "password": password})


@require_POST
def sign_out_everywhere(request: HttpRequest, user_id: int) -> HttpResponse:
    user = _account(request, user_id)
    operations.sign_out_everywhere(user, at=clock.now(), actor=signed_in(request))
    messages.success(request, _("Signed out everywhere; what its devices still kept is wiped when they next ask."))
    return redirect("accounts:account_detail", user_id=user.pk)


@require_POST
def account_close(request: HttpRequest, user_id: int) -> HttpResponse:
    user = _account(request, user_id)
    operations.set_active(user, False, at=clock.now(), actor=signed_in(request))
    messages.success(request, _("The account is closed and signed out everywhere."))
    return redirect("accounts:account_detail", user_id=user.pk)


@require_POST
def account_open(request: HttpRequest, user_id: int) -> HttpResponse:
    user = _account(request, user_id)
    operations.set_active(user, True, at=clock.now(), actor=signed_in(request))
    messages.success(request, _("The account is open again."))
    return redirect("accounts:account_detail", user_id=user.pk)


def _account(request: HttpRequest, user_id: int) -> User:
    """An account that the viewer administers; anybody else's is not there."""
    viewer, today = signed_in(request), clock.today()
    may_administer(viewer, on=today).or_refuse()
    return get_object_or_404(queries.accounts_visible_to(viewer, on=today), pk=user_id)
