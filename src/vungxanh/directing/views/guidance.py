"""Guidance: what is in force, one of them with who has read it, the draft, the attached file."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.directing import papers, permissions
from vungxanh.directing.enums import GuidanceState
from vungxanh.directing.forms.guidance import GuidanceForm, WithdrawForm
from vungxanh.directing.models import Guidance, GuidanceFile
from vungxanh.directing.operations import guidance as operations
from vungxanh.directing.queries import guidance as queries
from vungxanh.directing.rulebook import GUIDANCE_RULE
from vungxanh.directing.views.supervision import paper_file
from vungxanh.directing.workflow import GUIDANCE
from vungxanh.documents.printing import pdf, word
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, all_tree_on

PAGE_SIZE = 30
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
VERBS = {"ban-hanh": "publish", "da-doc": "acknowledge", "nhac": "remind", "rut": "withdraw"}


@never_cache
@require_safe
def guidance_list(request: HttpRequest) -> HttpResponse:
    """In force, or everything (`xem`): drafts, replaced and taken back."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    search = request.GET.get("q", "").strip()[:100]
    shown = "tat-ca" if request.GET.get("xem") == "tat-ca" else "hieu-luc"
    found = queries.found_by(queries.guidance_visible_to(user, on=today, tree=tree), search)
    if shown == "hieu-luc":
        found = found.filter(state=GuidanceState.PUBLISHED)
    to_read = set(queries.guidance_to_read(user, on=today, tree=tree).values_list("pk", flat=True))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "search": search,
        "page": page,
        "rows": [(one, one.pk in to_read) for one in page],
        "to_read": len(to_read),
        "may_draft": roles.holds_somewhere(user, queries.PUBLISH, on=today),
    }
    return render(request, "directing/guidance_list.html", context)


@never_cache
@GET_OR_POST
def guidance_draft(request: HttpRequest) -> HttpResponse:
    """`thay`: a newer version of that one."""
    user, now = signed_in(request), clock.now()
    nodes = {one.unit_id for one in roles.holdings(user, on=now.date()) if one.role in queries.PUBLISH}
    tree = all_tree_on(now.date())
    unit_id = min((node for node in nodes if node in tree), key=tree.depth, default=None)
    if unit_id is None:
        raise PermissionDenied(str(permissions.may_draft_guidance(user, 0, on=now.date()).reason))
    initial: dict[str, Any] = {"effective_on": now.date(), "targets": [tree[unit_id].code]}
    if earlier := _earlier(request, user):
        targets = earlier.targets.values_list("code", flat=True)
        initial |= {"title": earlier.title, "text": earlier.text, "replaces": str(earlier.pk), "targets": list(targets)}
    form = _form(request, unit_id, tree, initial)
    if request.method == "POST" and form.is_valid() and (written := _written(form, tree)):
        try:
            made = operations.draft_guidance(form.cleaned_data["key"], unit_id, written, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("directing:guidance_page", made.pk)
    return render(request, "directing/guidance_form.html", {"form": form}, status=422 if form.errors else 200)


def _earlier(request: HttpRequest, user: User) -> Guidance | None:
    try:
        key = uuid.UUID(request.GET.get("thay", ""))
    except ValueError:
        return None
    seen = queries.guidance_visible_to(user, on=clock.today()).filter(state=GuidanceState.PUBLISHED)
    return seen.filter(pk=key).first()


@never_cache
@GET_OR_POST
def guidance_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    guidance, user, now = _guidance(request, key), signed_in(request), clock.now()
    permissions.may_draft_guidance(user, guidance.unit_id, on=now.date()).or_refuse()
    if request.method != "POST" and guidance.state != GuidanceState.DRAFT:
        state = {"state": guidance.get_state_display()}
        messages.error(request, _("The guidance stands otherwise by now: %(state)s.") % state)
        return redirect("directing:guidance_page", key)
    tree = all_tree_on(now.date())
    initial = {name: getattr(guidance, name) for name in ("key", "title", "number", "text", "effective_on")}
    initial |= {"targets": list(guidance.targets.values_list("code", flat=True)), "replaces": str(guidance.replaces_id)}
    has_file = GuidanceFile.objects.filter(guidance=guidance).exists()
    form = _form(request, guidance.unit_id, tree, initial, has_file=has_file)
    if request.method == "POST" and form.is_valid() and (written := _written(form, tree)):
        try:
            operations.change_guidance(guidance, written, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("directing:guidance_page", key)
    context = {"form": form, "guidance": guidance}
    return render(request, "directing/guidance_form.html", context, status=422 if form.errors else 200)


def _form(
    request: HttpRequest, unit_id: int, tree: Tree, initial: dict[str, Any], *, has_file: bool = False
) -> GuidanceForm:
    units = [(node.code, f"{'– ' * (tree.depth(node.id))}{node.name}") for node in tree.below(unit_id)]
    seen = queries.guidance_visible_to(signed_in(request), on=clock.today(), tree=tree)
    earlier = [(str(one.pk), one.title) for one in seen.filter(state=GuidanceState.PUBLISHED, unit_id=unit_id)]
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    return GuidanceForm(*given, units=units, earlier=earlier, has_file=has_file, initial=initial)


def _written(form: GuidanceForm, tree: Tree) -> operations.Written | None:
    """None where the file is too large to be read at all; said beside it."""
    given, attached = form.cleaned_data, None
    largest = GUIDANCE_RULE.current().in_force(clock.today()).largest_mb
    if isinstance(file := given["attached"], UploadedFile):
        if (file.size or 0) > largest * 1024 * 1024:
            form.add_error("attached", _("The file is larger than %(size)d MB.") % {"size": largest})
            return None
        attached = operations.Attached(file.name or "", file.read())
    nodes = [tree.by_code(code) for code in given["targets"]]
    return operations.Written(
        title=given["title"],
        text=given["text"],
        effective_on=given["effective_on"],
        target_ids=[node.id for node in nodes if node],
        number=given["number"],
        replaces=Guidance.objects.get(pk=given["replaces"]) if given["replaces"] else None,
        attached=attached,
        is_file_removed=bool(given.get("is_file_removed")),
    )


@never_cache
@require_safe
def guidance_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _guidance(request, key))


@never_cache
@require_safe
def guidance_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To be saved, never shown by the browser as a page of ours."""
    attached = get_object_or_404(GuidanceFile, guidance=_guidance(request, key))
    response = HttpResponse(operations.file_content(attached), content_type=attached.media_type)
    response["Content-Disposition"] = content_disposition_header(True, attached.name) or "attachment"
    return response


@never_cache
@require_safe
def guidance_docx(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    printed = papers.printed_guidance(_guidance(request, key), on=clock.today())
    return paper_file(word.word(printed), word.MEDIA_TYPE, f"huong-dan-{printed.day:%Y%m%d}.docx")


@never_cache
@require_safe
def guidance_pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    printed = papers.printed_guidance(_guidance(request, key), on=clock.today())
    return paper_file(pdf.pdf(printed), "application/pdf", f"huong-dan-{printed.day:%Y%m%d}.pdf")


@never_cache
@require_POST
def guidance_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    guidance, name = _guidance(request, key), VERBS[verb]
    form = WithdrawForm(request.POST if name == "withdraw" else {"reason": "-"})
    if form.is_valid():
        try:
            words = _moved(guidance, name, form.cleaned_data["reason"], signed_in(request), clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, words)
            return redirect("directing:guidance_page", key)
    return _page(request, guidance, form, status=422)


def _moved(guidance: Guidance, verb: str, reason: str, user: User, now: datetime.datetime) -> str:
    """What to say of it. Raises `ValidationError`."""
    if verb == "publish":
        operations.publish_guidance(guidance, actor=user, at=now)
        return _("It is published; the readers are told.")
    if verb == "acknowledge":
        operations.acknowledge_guidance(guidance, actor=user, at=now)
        return _("It is written down that you have read and understood it.")
    if verb == "remind":
        count = operations.remind_of_guidance(guidance, actor=user, at=now)
        return ngettext("%(count)d person is reminded.", "%(count)d people are reminded.", count) % {"count": count}
    operations.withdraw_guidance(guidance, reason=reason, actor=user, at=now)
    return _("It is taken back.")


def _guidance(request: HttpRequest, key: uuid.UUID) -> Guidance:
    """Raises `Http404` where the viewer does not read it."""
    seen = queries.guidance_visible_to(signed_in(request), on=clock.today())
    return get_object_or_404(seen.select_related("replaces", "made_by"), key=key)


def _page(
    request: HttpRequest, guidance: Guidance, bound: WithdrawForm | None = None, *, status: int = 200
) -> HttpResponse:
    """With the moves that its state and the viewer allow; `bound` is a form that was refused."""
    user, today = signed_in(request), clock.today()
    guidance.refresh_from_db()
    tree = all_tree_on(today)
    is_office = roles.holds(user, queries.SEE_ALL, guidance.unit_id, on=today)
    readings = queries.all_readings(guidance, on=today, tree=tree) if is_office else []
    readers = [reader for one in readings for reader in one.readers]
    offered = {
        verb: slug
        for slug, verb in VERBS.items()
        if GUIDANCE.allows(guidance.state, verb) and permissions.may_move_guidance(user, guidance, verb, on=today)
    }
    context = {
        "guidance": guidance,
        "attached": GuidanceFile.objects.filter(guidance=guidance).first(),
        "targets": [tree[unit].name for unit in guidance.targets.values_list("pk", flat=True) if unit in tree],
        "earlier": queries.chain_of(guidance),
        "newer": guidance.replacements.filter(state__in=queries.OUT).first(),
        "reading": guidance.readings.filter(user=user).first(),
        "offered": offered,
        "withdraw_form": bound or WithdrawForm(),
        "refused": bound,
        "is_change": GUIDANCE.allows(guidance.state, "change")
        and bool(permissions.may_move_guidance(user, guidance, "change", on=today)),
        "is_office": is_office,
        "readings": readings,
        "read": sum(reader.read_at is not None for reader in readers),
        "readers": len(readers),
    }
    return render(request, "directing/guidance_page.html", context, status=status)
