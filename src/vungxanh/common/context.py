"""What every page knows."""

from functools import partial

from django.http import HttpRequest

from vungxanh.common import clock, navigation


def page(request: HttpRequest) -> dict[str, object]:
    return {
        "now": clock.now(),
        "today": clock.today(),
        "demonstration": clock.is_demonstration(),
        "menu": partial(navigation.menu_for, request),
    }
