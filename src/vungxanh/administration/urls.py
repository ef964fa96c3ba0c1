"""Addresses of the settings, below /cai-dat/."""

from django.urls import path

from vungxanh.administration.views import connections, lists, overview, rules

app_name = "administration"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("ket-noi/", connections.connection_list, name="connection_list"),
    path("ket-noi/thu/", connections.connection_try, name="connection_try"),
    path("cong-viec/", lists.job_list, name="job_list"),
    path("vai-tro/", lists.role_holder_list, name="role_holder_list"),
    path("quy-tac/", lists.rule_list, name="rule_list"),
    path("quy-tac/<slug:name>/", rules.rule_change, name="rule_change"),
    path("quy-tac/<slug:name>/rut/", rules.rule_withdraw, name="rule_withdraw"),
    path("khung-gio/", rules.window_rule_change, name="window_rule_change"),
    path("nhac-viec/<slug:name>/", rules.reminder_change, name="reminder_change"),
    path("nhac-viec/", lists.reminder_list, name="reminder_list"),
    path("he-thong/", lists.system_page, name="system_page"),
]
