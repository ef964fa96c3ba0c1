"""Pages that read codes with the camera: only they may use it, and only they may run the reader (WebAssembly)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_permissions_policy.decorators import permissions_policy_override

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def with_camera(view: View[P]) -> View[P]:
    """The camera for our own page, nothing else more than any page may."""
    policy: dict[str, str | list[str] | tuple[str]] = {**settings.PERMISSIONS_POLICY, "camera": ["self"]}
    allowed = permissions_policy_override(policy)(view)

    @csp_update({"script-src": ["'wasm-unsafe-eval'"]})
    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **more: P.kwargs) -> HttpResponse:
        return allowed(request, *args, **more)

    return shown  # type: ignore[return-value]
