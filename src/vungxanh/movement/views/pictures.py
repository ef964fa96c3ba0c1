"""Pictures that come with a form, and the page that asks before one is taken off."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from vungxanh.common import clock
from vungxanh.common.verdict import Verdict
from vungxanh.movement.rulebook import MOVEMENT_RULE


def keep_pictures(request: HttpRequest, pictures: Sequence[UploadedFile], keep: Callable[[bytes], object]) -> None:
    """What they belong to stands in any case; of each picture that is not kept it is said why."""
    rule = MOVEMENT_RULE.current().in_force(clock.today())
    largest, most = rule.largest_mb, rule.most_photographs
    if len(pictures) > most:
        words = _("Of %(sent)d pictures the first %(most)d are kept.")
        messages.error(request, words % {"sent": len(pictures), "most": most})
    for one in pictures[:most]:
        if (one.size or 0) > largest * 1024 * 1024:
            words = _("The photograph is larger than %(size)d MB.") % {"size": largest}
            messages.error(request, f"{one.name}: {words}")
            continue
        try:
            keep(one.read())
        except ValidationError as error:
            messages.error(request, f"{one.name}: {' '.join(error.messages)}")


def ask_before_taking_off(
    request: HttpRequest, *, picture: str, back: str, back_label: str, may: Verdict, take_off: Callable[[], None]
) -> HttpResponse:
    """`picture` and `back`: addresses. Refused in words, nothing is taken off."""
    may.or_refuse()
    refused: list[str] = []
    if request.method == "POST":
        try:
            take_off()
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, _("The picture is taken off."))
            return redirect(back)
    context = {"picture": picture, "back": back, "back_label": back_label, "refused": refused}
    return render(request, "movement/photograph_withdraw.html", context, status=422 if refused else 200)
