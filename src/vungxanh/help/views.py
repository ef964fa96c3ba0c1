"""The manual: its contents with the viewer's own pages first, the search, a page, a picture."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.documents import documents
from vungxanh.help.manual import BY_NAME, PAGES, PageOfManual, rendered, search
from vungxanh.organization import roles

LONGEST = 80
TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".webp": "image/webp"}


@require_safe
@login_not_required
def contents(request: HttpRequest) -> HttpResponse:
    """`?q=` searches the pages that the viewer may read."""
    own, others = _pages_for(request)
    text = request.GET.get("q", "").strip()[:LONGEST]
    context = {
        "own": [(page, rendered(page.name)) for page in own],
        "others": [(page, rendered(page.name)) for page in others],
        "text": text,
        "hits": search([*own, *others], text),
    }
    return render(request, "help/contents.html", context)


@require_safe
@login_not_required
def page(request: HttpRequest, name: str) -> HttpResponse:
    found = BY_NAME.get(name)
    if found is None:
        raise Http404
    if not (found.is_public or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    text = rendered(name)
    sections = [section for section in text.sections if section.level == 2]
    return render(request, "help/page.html", {"manual": text, "sections": sections})


@require_safe
@login_not_required
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Without an account only the pictures of public pages."""
    public = {one for page in PAGES if page.is_public for one in rendered(page.name).pictures}
    known = {one for page in PAGES for one in rendered(page.name).pictures}
    if name not in known:
        raise Http404
    if name not in public and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    path = documents() / "pictures" / name
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), content_type=TYPES[path.suffix], headers={"Cache-Control": "private, max-age=3600"}
    )


def _pages_for(request: HttpRequest) -> tuple[list[PageOfManual], list[PageOfManual]]:
    """The viewer's own pages by role, and the others that the viewer may read."""
    user = request.user
    if not isinstance(user, User):
        return [page for page in PAGES if page.is_public], []
    held = {one.role for one in roles.holdings(user, on=clock.today())}
    own = [page for page in PAGES if page.roles & held]
    own += [page for page in PAGES if page.is_own_of_staff]
    return own, [page for page in PAGES if page not in own]
