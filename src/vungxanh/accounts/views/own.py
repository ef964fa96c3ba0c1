"""Pages of one's own account: signing in and out, the password, sessions and tokens."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts import operations, queries
from vungxanh.accounts.backends import attempted_name
from vungxanh.accounts.forms import PasswordForm, SignInForm, TokenForm
from vungxanh.accounts.models import User
from vungxanh.accounts.session_store import ADDRESS, DEVICE, OWN_DEVICE, STARTED
from vungxanh.common import clock


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Signs in and notes on the session which device it is."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_valid(form)
        note_device(self.request)
        operations.note_sign_in(signed_in(self.request), at=clock.now())
        return response


def note_device(request: HttpRequest) -> None:
    """On a session that has just begun: which device it is."""
    request.session[DEVICE] = request.headers.get("User-Agent", "")[:200]
    request.session[ADDRESS] = request.META.get("REMOTE_ADDR")
    request.session[STARTED] = clock.real_now().isoformat()


class SignOutView(LogoutView):
    """Only by POST, so that no picture on a foreign page signs anybody out."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        operations.note_sign_out(signed_in(request), at=clock.now())
        return super().post(request, *args, **kwargs)


sign_in = never_cache(SignInView.as_view())
sign_out = SignOutView.as_view()


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, str] | None) -> HttpResponse:
    """Called by the lock-out after too many wrong passwords."""
    until = queries.all_locked_until(attempted_name(request, credentials), request.META.get("REMOTE_ADDR"))
    page = render(request, "accounts/locked_out.html", {"until": until}, status=429)
    if until:
        seconds = (until - clock.real_now()).total_seconds()
        page.headers["Retry-After"] = str(max(1, round(seconds)))
    return page


def signed_in(request: HttpRequest) -> User:
    """The user of a page that only signed-in users reach."""
    assert isinstance(request.user, User)
    return request.user


def is_on_own_device(request: HttpRequest) -> bool:
    """Signed in by a slip, which makes the phone one's own without another question."""
    return bool(request.session.get(OWN_DEVICE))


@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    user, real = signed_in(request), clock.real_now()
    return render(
        request,
        "accounts/account_page.html",
        {
            "sessions": queries.sessions_of(user, at=real),
            "tokens": queries.tokens_of(user, at=real),
            "own_key": request.session.session_key,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = request.session.session_key
        operations.change_password(user, form.cleaned_data["new"], at=clock.now(), keep_session=key)
        update_session_auth_hash(request, user)
        messages.success(request, _("The password is changed. Other devices were signed out."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if form.errors else 200
    return render(request, "accounts/password_change.html", {"form": form}, status=status)


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Ends the named session, or every other one."""
    user, own = signed_in(request), request.session.session_key
    ended = operations.end_sessions(user, at=clock.now(), only=request.POST.get("session") or None, keep=own)
    if ended:
        messages.success(request, _("Signed out on %(count)d device(s).") % {"count": ended})
    return redirect("accounts:account_page")


@require_POST
def token_revoke(request: HttpRequest) -> HttpResponse:
    user, form = signed_in(request), TokenForm(request.POST)
    form.is_valid()
    tokens = queries.tokens_of(user, at=clock.real_now())
    token = get_object_or_404(tokens, pk=form.cleaned_data.get("token"))
    operations.revoke_token(token, at=clock.now(), actor=user)
    messages.success(request, _("The access token is revoked."))
    return redirect("accounts:account_page")


@require_POST
def language_keep(request: HttpRequest) -> HttpResponse:
    """The language of the account, for every device."""
    language = request.POST.get("language", "")
    if check_for_language(language) and language in {"vi", "en"}:
        operations.set_language(signed_in(request), language, at=clock.now())
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "accounts:account_page")
