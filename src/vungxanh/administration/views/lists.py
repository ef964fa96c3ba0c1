"""What is only looked at: jobs, roles, rules, reminders, the system."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.administration.exports import roles_workbook
from vungxanh.administration.forms import RoleFilterForm
from vungxanh.administration.jobs import cron_words
from vungxanh.administration.permissions import may_change_settings, may_see_settings
from vungxanh.administration.queries import SEE
from vungxanh.administration.queries.jobs import all_job_states, all_last_run
from vungxanh.administration.queries.reminders import all_reminders
from vungxanh.administration.queries.role_holders import Wanted, roles_held_for
from vungxanh.administration.queries.rule_files import all_rule_states
from vungxanh.administration.queries.system import all_system_state
from vungxanh.administration.rulebook import SETTINGS
from vungxanh.administration.views.overview import is_backup_old, stands_still
from vungxanh.common import clock
from vungxanh.common.directory import may_administer
from vungxanh.common.spreadsheets import download
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

A_PAGE = 50
EXAMINED = {
    "settings": pgettext_lazy("examination", "Settings of the server"),
    "disk": pgettext_lazy("examination", "Room on the disk"),
    "keys": pgettext_lazy("examination", "Keys"),
    "database": pgettext_lazy("examination", "Database"),
    "migrations": pgettext_lazy("examination", "Tables up to date"),
    "clock": pgettext_lazy("examination", "Clock"),
    "subscribers": pgettext_lazy("examination", "Receivers of events"),
    "replica": pgettext_lazy("examination", "Replica of the database"),
}


@never_cache
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    may_see_settings(signed_in(request), on=clock.today()).or_refuse()
    context = {
        "rows": [(one, cron_words(one.job.cron)) for one in all_job_states()],
        "last_run": all_last_run(),
        "stands_still": stands_still(SETTINGS.current().in_force(clock.today())),
    }
    return render(request, "administration/job_list.html", context)


@never_cache
@require_safe
def role_holder_list(request: HttpRequest) -> HttpResponse:
    """`?xlsx=1` gives what the filter shows as a spreadsheet."""
    user, today = signed_in(request), clock.today()
    may_see_settings(user, on=today).or_refuse()
    tree = all_tree_on(today)
    form = RoleFilterForm(request.GET, tree=tree, unit_ids=roles.unit_ids_where(user, SEE, on=today, tree=tree))
    wanted = Wanted(**form.cleaned_data) if form.is_valid() else Wanted()
    held = roles_held_for(user, wanted, on=today, tree=tree)
    if request.GET.get("xlsx"):
        return download(f"vai-tro-{today:%Y%m%d}", roles_workbook(held))
    context = {
        "form": form,
        "page": Paginator(held, A_PAGE).get_page(request.GET.get("page")),
        "may_grant": may_administer(user, on=today),
    }
    return render(request, "administration/role_holder_list.html", context)


@never_cache
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_see_settings(user, on=today).or_refuse()
    context = {"files": all_rule_states(today), "may_change": may_change_settings(user, on=today)}
    return render(request, "administration/rule_list.html", context)


@never_cache
@require_safe
def reminder_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_see_settings(user, on=today).or_refuse()
    context = {"groups": all_reminders(today), "may_change": may_change_settings(user, on=today)}
    return render(request, "administration/reminder_list.html", context)


@never_cache
@require_safe
def system_page(request: HttpRequest) -> HttpResponse:
    may_change_settings(signed_in(request), on=clock.today()).or_refuse()
    state, rule = all_system_state(at=clock.now()), SETTINGS.current().in_force(clock.today())
    examined = [{"name": EXAMINED[name], "faults": faults} for name, faults in state.findings.items()]
    context = {
        "state": state,
        "examined": examined,
        "is_backup_old": is_backup_old(state.backup, rule),
    }
    return render(request, "administration/system_page.html", context)
