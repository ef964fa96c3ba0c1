"""Wiring of admission."""

from importlib import import_module
from types import ModuleType

from django.apps import AppConfig
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.common import badges, indicators, navigation, offline, schedule, search

GATE_BADGES = {
    "ALLOWED": badges.Badge(pgettext_lazy("gate", "May enter"), "circle-check", "green"),
    "HOLD": badges.Badge(pgettext_lazy("gate", "On hold"), "clock-pause", "orange"),
    "REFUSED": badges.Badge(pgettext_lazy("gate", "May not enter"), "circle-x", "red"),
    "LEFT": badges.Badge(pgettext_lazy("gate", "Gone out"), "door-exit", "blue"),
}
CHANNEL_BADGES = {
    "PAGE": badges.Badge(pgettext_lazy("channel", "Own phone"), "device-mobile", "grey"),
    "API": badges.Badge(pgettext_lazy("channel", "Application"), "device-mobile", "grey"),
    "CLERK": badges.Badge(pgettext_lazy("channel", "Entered by the unit"), "user-check", "blue"),
    "LIST_BY_PHONE": badges.Badge(pgettext_lazy("channel", "Told by telephone"), "phone", "blue"),
    "PAPER": badges.Badge(pgettext_lazy("channel", "Paper"), "file-text", "blue"),
    "KIOSK": badges.Badge(pgettext_lazy("channel", "Shared device"), "home-2", "blue"),
    "AT_GATE": badges.Badge(pgettext_lazy("channel", "At the gate"), "door-enter", "blue"),
    "PC_COVID": badges.Badge(pgettext_lazy("channel", "PC-Covid"), "shield-check", "blue"),
}
VISIT_BADGES = {
    "INVITED": badges.Badge(pgettext_lazy("visit", "Invited"), "mail", "blue"),
    "WAITING": badges.Badge(pgettext_lazy("visit", "Waiting"), "clock", "yellow"),
    "HELD": badges.Badge(pgettext_lazy("visit", "Held"), "clock-pause", "orange"),
    "ADMITTED": badges.Badge(pgettext_lazy("visit", "Inside"), "door-enter", "green"),
    "REFUSED": badges.Badge(pgettext_lazy("visit", "Not let in"), "circle-x", "red"),
    "LEFT": badges.Badge(pgettext_lazy("visit", "Left"), "door-exit", "grey"),
    "CANCELLED": badges.Badge(pgettext_lazy("visit", "Cancelled"), "x", "grey"),
    "EXPIRED": badges.Badge(pgettext_lazy("visit", "Did not come"), "calendar-off", "grey"),
}
HOST_BADGES = {
    "PENDING": badges.Badge(pgettext_lazy("host", "Host not confirmed yet"), "circle-dashed", "yellow"),
    "CONFIRMED": badges.Badge(pgettext_lazy("host", "Host confirmed"), "check", "green"),
    "DECLINED": badges.Badge(pgettext_lazy("host", "Host declined"), "x", "red"),
}
MEETING_BADGES = {
    "DRAFT": badges.Badge(pgettext_lazy("meeting", "Draft"), "pencil", "grey"),
    "CALLED": badges.Badge(pgettext_lazy("meeting", "Called"), "calendar-event", "blue"),
    "CLOSED": badges.Badge(pgettext_lazy("meeting", "List closed"), "list-check", "green"),
    "CANCELLED": badges.Badge(pgettext_lazy("meeting", "Called off"), "x", "grey"),
}
ATTENDANCE_BADGES = {
    "EXPECTED": badges.Badge(pgettext_lazy("attendance", "Not marked"), "circle-dashed", "grey"),
    "PRESENT": badges.Badge(pgettext_lazy("attendance", "Present"), "circle-check", "green"),
    "ABSENT": badges.Badge(pgettext_lazy("attendance", "Absent"), "circle-x", "orange"),
}
PROOF_BADGES = {
    "PHOTOGRAPHED": badges.Badge(pgettext_lazy("proof", "Photographed"), "camera", "green"),
    "WEAKER": badges.Badge(pgettext_lazy("proof", "Weaker proof"), "alert-circle", "yellow"),
}
BADGES = {
    "gate": GATE_BADGES,
    "channel": CHANNEL_BADGES,
    "visit": VISIT_BADGES,
    "host": HOST_BADGES,
    "meeting": MEETING_BADGES,
    "attendance": ATTENDANCE_BADGES,
    "proof": PROOF_BADGES,
}


def _gate_reasons() -> list[tuple[str, str]]:
    gate = import_module("vungxanh.admission.rulebook").GATE.current()
    language = get_language() or "vi"
    return [(one.code, one.in_language(language)) for edition in gate for one in edition.reason]


class AdmissionConfig(AppConfig):
    name = "vungxanh.admission"
    label = "admission"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.admission.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.PASS,
            rulebook.CORRECTION,
            rulebook.CHANNELS,
            rulebook.VISITS,
            rulebook.GATE,
            rulebook.KIOSK,
            rulebook.MEETINGS,
            rulebook.PHOTOGRAPHS,
        )
        import_module("vungxanh.admission.receivers")
        enums = import_module("vungxanh.admission.enums")
        import_module("vungxanh.audit.details").say_codes(
            state=lambda: [*enums.MeetingState.choices, *enums.VisitState.choices],
            answer=lambda: enums.HostAnswer.choices,
            by=lambda: enums.VisitRole.choices,
            was=lambda: enums.Attendance.choices,
            now=lambda: enums.Attendance.choices,
            to=lambda: enums.ReminderTarget.choices,
            reason=_gate_reasons,
        )
        for family, shown in BADGES.items():
            badges.register(family, shown)
        subjects, codes = (import_module(f"vungxanh.admission.{name}") for name in ("subjects", "codes"))
        subjects.register(import_module("vungxanh.admission.queries.staff").StaffSource())
        subjects.register(import_module("vungxanh.admission.queries.visitors").VisitorSource())
        codes.register(codes.read_pass, codes.read_place_code, codes.read_identity_card, codes.read_typed_code)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.admission.topics").TOPICS)
        permissions = import_module("vungxanh.admission.permissions")
        for prefix in ("/", "/khai-bao/"):
            offline.register_shell(prefix, url_name="admission:declare_offline")
        offline.register_shell("/cong/", url_name="gates:console_offline")
        indicators.register(*import_module("vungxanh.admission.indicators").INDICATORS)
        workflow = import_module("vungxanh.admission.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.VISIT, workflow.MEETING)
        schedule.every("admission.remind_of_visits", cron="* * * * *", path="vungxanh.admission.tasks.remind")
        schedule.every("admission.expire_visits", cron="*/30 * * * *", path="vungxanh.admission.tasks.expire")
        schedule.every("admission.erase_visits", cron="40 1 * * *", path="vungxanh.admission.tasks.erase")
        search.register(*import_module("vungxanh.admission.search").SOURCES)
        _register_party_links()
        _register_navigation(permissions)


def _register_party_links() -> None:
    links = import_module("vungxanh.organization.party_links")
    counts = import_module("vungxanh.admission.queries.parties")
    moves = import_module("vungxanh.admission.operations.visit_parties")
    links.register(
        links.PartyLink("visits", _("Visits"), counts.all_visit_counts, moves.move_visits),
        links.PartyLink("visitors", _("Visitors"), counts.all_visitor_counts, moves.move_visitors),
    )


def _register_navigation(permissions: ModuleType) -> None:
    declares = permissions.is_somebody_who_declares
    navigation.open_only_to({"gates:gate_home": permissions.keeps_a_gate})
    navigation.register(
        navigation.Entry(_("Declare"), "admission:declare", "clipboard-check", 10, declares),
        navigation.Entry(
            _("My declarations"),
            "admission:declaration_history",
            "history",
            20,
            declares,
            short_label=_("History"),
        ),
        navigation.Entry(
            _("Declare for others"),
            "admission:unit_sheet_home",
            "user-check",
            24,
            permissions.enters_for_a_unit,
            short_label=_("For others"),
        ),
        navigation.Entry(
            _("My guests"),
            "visits:guest_list",
            "users-group",
            28,
            declares,
            short_label=_("Guests"),
            count=permissions.guests_waiting,
        ),
        navigation.Entry(
            _("Visitors held"),
            "visits:held_list",
            "clock-pause",
            27,
            permissions.is_health_officer,
            short_label=_("Held"),
            count=permissions.visitors_held,
        ),
        navigation.Entry(
            _("Paper sheets entered"),
            "admission:sheet_list",
            "file-text",
            31,
            permissions.is_health_officer,
            short_label=_("Paper sheet"),
        ),
        navigation.Entry(_("Meetings"), "meetings:meeting_list", "calendar-event", 29, declares),
        navigation.Entry(
            _("Shifts to confirm"),
            "shifts:shift_home",
            "calendar-check",
            30,
            permissions.confirms_shifts,
            short_label=_("Shifts"),
        ),
        navigation.Entry(_("Gates"), "gates:gate_home", "shield-check", 22, permissions.keeps_a_gate),
        navigation.Entry(
            _("Visitors at the gate"),
            "visits:queue_home",
            "id",
            25,
            permissions.keeps_a_gate,
            short_label=_("Visitors"),
        ),
        navigation.Entry(
            _("Shared device"),
            "admission:kiosk",
            "device-mobile",
            95,
            permissions.opens_a_kiosk,
            group=_("Settings"),
        ),
        navigation.Entry(
            _("Declare at the gate"),
            "admission:gate_sheet_home",
            "door-enter",
            26,
            permissions.enters_at_a_gate,
            short_label=_("At the gate"),
        ),
    )
