"""The page that a slip's QR opens: whose slip is it, then one tap signs in on this phone."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vungxanh.accounts import operations
from vungxanh.accounts.forms import SlipForm
from vungxanh.accounts.models import User
from vungxanh.accounts.session_store import OWN_DEVICE
from vungxanh.accounts.views.own import note_device
from vungxanh.common import clock, limits
from vungxanh.common.directory import directory

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
TRIES, WITHIN_SECONDS = 20, 900
"""Wrong ones only: a whole office that is activated behind one address is not held up."""


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def slip_use(request: HttpRequest) -> HttpResponse:
    """The QR carries the code behind `#`, where no server and no log sees it; without a script it is typed."""
    form = SlipForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/slip_use.html", {"form": form}, status=422 if form.errors else 200)
    address = request.META.get("REMOTE_ADDR", "")
    if limits.tried("slip", address) >= TRIES:
        form.add_error("code", _("Too many wrong codes came from here. Wait a quarter of an hour."))
        return render(request, "accounts/slip_use.html", {"form": form}, status=429)
    try:
        return _answer(request, form)
    except operations.SlipError as error:
        limits.count("slip", address, seconds=WITHIN_SECONDS)
        form.add_error("code", str(error.words))
        return render(request, "accounts/slip_use.html", {"form": form}, status=422)


def _answer(request: HttpRequest, form: SlipForm) -> HttpResponse:
    """First whose slip it is; signed in only when that is confirmed."""
    code, real = form.cleaned_data["code"], clock.real_now()
    if "confirmed" not in request.POST:
        owner = operations.owner_of(code, real=real)
        return render(request, "accounts/slip_confirm.html", {"form": form, "owner": owner, "unit": _unit_of(owner)})
    user = operations.use_slip(code, at=clock.now(), real=real)
    login(request, user, backend=BACKEND)
    note_device(request)
    request.session[OWN_DEVICE] = True
    return redirect("/khai-bao/")


def _unit_of(owner: User) -> str:
    standing = directory().standings([owner.pk], on=clock.today()).get(owner.pk)
    return standing.unit if standing else ""
