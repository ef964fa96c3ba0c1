"""Supervision of units: what is planned and was found, the plan of a visit, its page, its minutes on paper."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.directing import exports, papers, permissions
from vungxanh.directing.enums import SupervisionState
from vungxanh.directing.forms.supervision import CancelForm, ObjectForm, PlanForm, WordForm
from vungxanh.directing.models import Supervision, SupervisionPhotograph
from vungxanh.directing.operations import recording
from vungxanh.directing.operations import supervision as operations
from vungxanh.directing.queries import supervision as queries
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.workflow import SUPERVISION
from vungxanh.documents.printing import pdf, word
from vungxanh.organization import roles
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import all_people_found
from vungxanh.organization.tree import Tree, all_tree_on

PAGE_SIZE = 30
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
VERBS = {
    "bat-dau": "begin",
    "gui-bien-ban": "send_minutes",
    "lay-lai": "take_back",
    "xac-nhan": "confirm",
    "y-kien": "object",
    "huy": "cancel",
}
FORMS: Mapping[str, type[forms.Form]] = {"object": ObjectForm, "cancel": CancelForm}


@never_cache
@require_safe
def supervision_list(request: HttpRequest) -> HttpResponse:
    """What one sees, the latest day first, and what waits."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    seen = _seen(request, tree)
    page = Paginator(seen, PAGE_SIZE).get_page(request.GET.get("page"))
    followed = queries.recommendations_visible_to(user, on=today, tree=tree)
    own = roles.unit_ids_where(user, roles.HEADS, on=today, tree=tree)
    open_ones = list(followed.filter(ended_at__isnull=True))
    context = {
        "page": page,
        "rows": [(one, _unit_name(one, tree)) for one in page],
        "may_plan": roles.holds_somewhere(user, queries.PLAN, on=today),
        "to_answer": queries.all_supervisions_to_answer().filter(unit__in=own).count(),
        "open": len(open_ones),
        "overdue": len(queries.overdue(open_ones, today)),
        "settled": followed.filter(ended_at__isnull=False).count(),
    }
    return render(request, "directing/supervision_list.html", context)


@never_cache
@require_safe
def supervision_xlsx(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    tree = all_tree_on(today)
    seen = _seen(request, tree)
    followed = queries.recommendations_visible_to(signed_in(request), on=today, tree=tree)
    return download(
        f"kiem-tra-giam-sat-{today:%Y%m%d}",
        exports.supervision_workbook(seen.prefetch_related("items"), followed, tree),
    )


def _seen(request: HttpRequest, tree: Tree) -> Any:
    """Raises `PermissionDenied` for whoever has no part in supervision."""
    user, today = signed_in(request), clock.today()
    seen = queries.supervisions_visible_to(user, on=today, tree=tree)
    if not roles.holds_somewhere(user, queries.SEE_SUPERVISION, on=today) and not seen.exists():
        words = _("Supervision is for the units' staff with a role, the Office, the leaders and those who go.")
        raise PermissionDenied(words)
    return seen


@never_cache
@GET_OR_POST
def supervision_plan(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    if not roles.holds_somewhere(user, queries.PLAN, on=now.date()):
        raise PermissionDenied(str(permissions.may_plan(user, 0, on=now.date()).reason))
    contents = SUPERVISION_RULE.current().in_force(now.date()).content
    initial = {"unit": request.GET.get("don-vi", ""), "codes": [one.code for one in contents], "is_announced": True}
    form = _plan_form(request, initial)
    if request.method == "POST" and form.is_valid() and (plan := _plan(form, user, now)):
        try:
            made = operations.plan_supervision(form.cleaned_data["key"], plan, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The visit is planned."))
            return redirect("directing:supervision_page", made.pk)
    return render(request, "directing/supervision_plan.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@GET_OR_POST
def supervision_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    supervision, user, now = visible_supervision(request, key), signed_in(request), clock.now()
    permissions.may_plan(user, supervision.unit_id, on=now.date()).or_refuse()
    if request.method != "POST" and not SUPERVISION.allows(supervision.state, "change"):
        state = {"state": supervision.get_state_display()}
        messages.error(request, _("The visit stands otherwise by now: %(state)s.") % state)
        return redirect("directing:supervision_page", key)
    items = list(supervision.items.order_by("position"))
    initial = {
        "key": key,
        "unit": supervision.unit.code,
        "day": supervision.day,
        "purpose": supervision.purpose,
        "is_announced": supervision.is_announced,
        "team": "\n".join(person.staff_code for person in queries.all_members(supervision)),
        "codes": [item.code for item in items if item.code],
        "own": "\n".join(item.says for item in items if not item.code),
    }
    form = _plan_form(request, initial)
    form.fields["unit"].disabled = True
    if request.method == "POST" and form.is_valid() and (plan := _plan(form, user, now)):
        try:
            operations.change_supervision(supervision, plan, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("directing:supervision_page", key)
    context = {"form": form, "supervision": supervision}
    return render(request, "directing/supervision_plan.html", context, status=422 if form.errors else 200)


def _plan_form(request: HttpRequest, initial: dict[str, Any]) -> PlanForm:
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    planned = roles.unit_ids_where(user, queries.PLAN, on=today, tree=tree)
    units = [(node.code, node.name) for node in tree if node.id in planned]
    contents = [(one.code, one.says) for one in SUPERVISION_RULE.current().in_force(today).content]
    return PlanForm(request.POST or None, units=units, contents=contents, initial=initial)


def _plan(form: PlanForm, user: User, now: datetime.datetime) -> operations.Plan | None:
    """None where somebody who is to go is not found, or is not the only one of the name; said on the form."""
    given, tree = form.cleaned_data, all_tree_on(now.date())
    unit = tree.by_code(given["unit"])
    root = tree.root_of(unit.id) if unit else None
    if unit is None or root is None:
        form.add_error("unit", _("The unit does not exist on that day."))
        return None
    agency = [node.id for node in tree.below(root.id)]
    people = []
    for line in given["team"]:
        found = _found(line, agency, now.date())
        if len(found) == 1:
            people.append(found[0])
        elif found:
            names = "; ".join(f"{person.full_name} {person.staff_code}" for person in found)
            words = _("“%(name)s” is several people; write the code: %(names)s.")
            form.add_error("team", words % {"name": line, "names": names})
        else:
            form.add_error("team", _("Nobody is found for “%(name)s”.") % {"name": line})
    if form.errors:
        return None
    return operations.Plan(
        unit.id, given["day"], given["purpose"], given["is_announced"], people, given["codes"], given["own"]
    )


def _found(line: str, agency: list[int], on: datetime.date) -> list[Person]:
    """By staff code, else by name; of several those whose whole name it is."""
    found = list(all_people_found(line, agency, on=on))
    whole = [person for person in found if person.full_name.casefold() == line.casefold()]
    return whole if len(whole) == 1 else found


@never_cache
@require_safe
def supervision_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, visible_supervision(request, key))


@never_cache
@require_POST
def supervision_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    supervision, name = visible_supervision(request, key), VERBS[verb]
    form = FORMS.get(name, WordForm)(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        text = form.cleaned_data.get("text", "")
        try:
            moved = operations.move_supervision(supervision, name, actor=signed_in(request), at=clock.now(), text=text)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The visit: %(state)s.") % {"state": moved.get_state_display()})
            is_begun = moved.state == SupervisionState.BEGUN
            return redirect("directing:supervision_record" if is_begun else "directing:supervision_page", key)
    return _page(request, supervision, {name: form}, status=422)


@never_cache
@require_safe
def minutes_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The minutes as they are printed and signed; from the first result on."""
    supervision = _with_minutes(request, key)
    tree = all_tree_on(supervision.day)
    root = tree.root_of(supervision.unit_id)
    context = shown(supervision) | {
        "unit_name": _unit_name(supervision, tree),
        "agency": root.name if root else "",
        "is_draft": supervision.state == SupervisionState.BEGUN,
    }
    return render(request, "directing/minutes_page.html", context)


@never_cache
@require_safe
def minutes_docx(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    supervision = _with_minutes(request, key)
    content = word.word(papers.printed_minutes(supervision))
    return paper_file(content, word.MEDIA_TYPE, f"bien-ban-{supervision.day:%Y%m%d}.docx")


@never_cache
@require_safe
def minutes_pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    supervision = _with_minutes(request, key)
    content = pdf.pdf(papers.printed_minutes(supervision))
    return paper_file(content, "application/pdf", f"bien-ban-{supervision.day:%Y%m%d}.pdf")


def _with_minutes(request: HttpRequest, key: uuid.UUID) -> Supervision:
    """What the unit has, or what those who write it see. Raises `Http404`."""
    supervision, today = visible_supervision(request, key), clock.today()
    is_written = supervision.state in queries.OF_THE_UNIT
    if not is_written and not _allows(signed_in(request), supervision, "record", today):
        raise Http404
    return supervision


def paper_file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@require_safe
def photograph(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The picture; every look is written down."""
    found = get_object_or_404(SupervisionPhotograph.objects.select_related("supervision"), key=key)
    _with_minutes(request, found.supervision_id)
    if found.content is None:
        raise Http404
    picture = recording.read_photograph(found, actor=signed_in(request), at=clock.now())
    return HttpResponse(picture, content_type="image/jpeg")


def visible_supervision(request: HttpRequest, key: uuid.UUID) -> Supervision:
    """Raises `Http404` where the viewer does not see it."""
    return get_object_or_404(queries.supervisions_visible_to(signed_in(request), on=clock.today()), key=key)


def shown(supervision: Supervision) -> dict[str, Any]:
    """What page and paper both show."""
    return {
        "supervision": supervision,
        "members": queries.all_members(supervision),
        "items": queries.all_items(supervision),
        "recommendations": list(supervision.recommendations.order_by("number").select_related("answerable")),
    }


def _page(
    request: HttpRequest, supervision: Supervision, bound: Mapping[str, forms.Form] | None = None, *, status: int = 200
) -> HttpResponse:
    """With the moves that its state and the viewer allow; `bound` is a form that was refused."""
    user, today = signed_in(request), clock.today()
    supervision.refresh_from_db()
    bound = bound or {}
    offered = {
        verb: {"form": bound.get(verb) or FORMS.get(verb, WordForm)(auto_id=f"{verb}_%s"), "slug": slug}
        for slug, verb in VERBS.items()
        if SUPERVISION.allows(supervision.state, verb)
        and permissions.may_move_supervision(user, supervision, verb, on=today)
    }
    context = shown(supervision) | {
        "unit_name": _unit_name(supervision, all_tree_on(today)),
        "offered": offered,
        "refused": next(iter(bound.values()), None),
        "is_record": _allows(user, supervision, "record", today),
        "is_change": _allows(user, supervision, "change", today),
        "has_minutes": supervision.state in queries.OF_THE_UNIT or supervision.state == SupervisionState.BEGUN,
        "is_followed": supervision.state in queries.OF_THE_UNIT,
        "sees_findings": supervision.state in queries.OF_THE_UNIT or _allows(user, supervision, "record", today),
    }
    return render(request, "directing/supervision_page.html", context, status=status)


def _allows(user: User, supervision: Supervision, verb: str, on: datetime.date) -> bool:
    return SUPERVISION.allows(supervision.state, verb) and bool(
        permissions.may_move_supervision(user, supervision, verb, on=on)
    )


def _unit_name(supervision: Supervision, tree: Tree) -> str:
    return tree[supervision.unit_id].name if supervision.unit_id in tree else supervision.unit.code
