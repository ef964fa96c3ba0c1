"""The one shape of a page that changes something: a form, one operation, and away; or the form with what is wrong."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

Words = str | Promise
Back = tuple[str, Words]
"""The address of the page above, and what it is called."""


def change(
    request: HttpRequest,
    form: forms.Form,
    run: Callable[[dict[str, Any]], Words],
    *,
    title: Words,
    back: Back,
    button: Words,
    lead: Words = "",
    to: str = "",
    danger: bool = False,
) -> HttpResponse:
    """`run` takes the clean values, calls the operation and returns what to say; then to `to`, or back.

    A ValidationError of the operation stands above the form and everything typed stays.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said = run(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, str(said))
            return redirect(to or back[0])
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "back": back[0],
        "back_label": back[1],
        "button": button,
        "variant": "danger" if danger else "primary",
    }
    return render(request, "organization/change_page.html", context, status=422 if form.errors else 200)
