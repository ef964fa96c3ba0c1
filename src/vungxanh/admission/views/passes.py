"""One's own pass of the day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.exports import own_pass
from vungxanh.common import clock
from vungxanh.organization.queries.people import person_of


@never_cache
@require_safe
def pass_page(request: HttpRequest) -> HttpResponse:
    """Large, to be shown to the guard or printed."""
    person = person_of(signed_in(request))
    shown = own_pass(person, at=clock.now()) if person else None
    return render(request, "admission/own_pass.html", {"shown": shown})
