"""The product as an application on the phone: its manifest, and the service worker that works without network."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from vungxanh.common import offline

ICONS = [
    {"src": "dist/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "dist/icon-512.png", "sizes": "512x512", "type": "image/png"},
    {"src": "dist/icon-maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
]


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """W3C Web Application Manifest."""
    content = {
        "id": "/",
        "name": "Vùng Xanh",
        "short_name": "Vùng Xanh",
        "description": str(_("Health declarations of the agency, with or without network")),
        "lang": "vi",
        "start_url": "/khai-bao/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f7f4",
        "theme_color": "#0a4a36",
        "icons": [{**icon, "src": static(icon["src"])} for icon in ICONS],
    }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Stands at the root, since a worker serves what lies below its own address."""
    return HttpResponse(offline.worker_source(), content_type="text/javascript; charset=utf-8")
