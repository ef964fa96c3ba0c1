"""Addresses of the organization."""

from django.urls import path

from vungxanh.organization.views import imports, people, roles, units, workdays

app_name = "organization"
urlpatterns = [
    path("", units.unit_tree, name="unit_tree"),
    path("don-vi/<str:code>/", units.unit_page, name="unit_page"),
    path("don-vi/<str:code>/lich-truc/", workdays.roster_page, name="roster_page"),
    path("lich-truc/<int:pk>/bo/", workdays.roster_clear, name="roster_clear"),
    path("nguoi/", people.person_list, name="person_list"),
    path("nguoi/<str:staff_code>/", people.person_page, name="person_page"),
    path("vang-mat/<int:pk>/thu-hoi/", people.absence_withdraw, name="absence_withdraw"),
    path("nhap-danh-sach/", imports.staff_import, name="staff_import"),
    path("nhap-danh-sach/<int:pk>/nhap/", imports.staff_import_apply, name="staff_import_apply"),
    path("nhap-danh-sach/mau/", imports.staff_template, name="staff_template"),
    path("vai-tro/", roles.role_list, name="role_list"),
    path("vai-tro/<int:pk>/thu-hoi/", roles.role_withdraw, name="role_withdraw"),
    path("uy-quyen/", roles.delegation_list, name="delegation_list"),
    path("uy-quyen/<int:pk>/thu-hoi/", roles.delegation_revoke, name="delegation_revoke"),
    path("lich/", workdays.calendar_page, name="calendar_page"),
    path("lich/<int:pk>/bo/", workdays.calendar_clear, name="calendar_clear"),
]
