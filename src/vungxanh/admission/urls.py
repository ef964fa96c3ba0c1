"""Addresses of declaring."""

from django.urls import path

from vungxanh.admission.views import correcting, entering
from vungxanh.admission.views import declaring as views

app_name = "admission"
urlpatterns = [
    path("", views.declare, name="declare"),
    path("ngoai-tuyen/", views.declare_offline, name="declare_offline"),
    path("ket-qua/<int:declaration_id>/", views.declaration_result, name="declaration_result"),
    path("<int:declaration_id>/sua/", correcting.declaration_correct, name="declaration_correct"),
    path("<int:declaration_id>/cac-ban/", correcting.declaration_versions, name="declaration_versions"),
    path("lich-su/", views.declaration_history, name="declaration_history"),
    path("nhap-ho/", entering.unit_sheet_home, name="unit_sheet_home"),
    path("nhap-ho/<str:code>/", entering.unit_sheet, name="unit_sheet"),
    path("nhap-ho/<str:code>/<str:staff_code>/", entering.unit_entry, name="unit_entry"),
    path("tai-cong/", entering.gate_sheet_home, name="gate_sheet_home"),
    path("tai-cong/<str:code>/", entering.gate_sheet, name="gate_sheet"),
    path("tai-cong/<str:code>/<str:staff_code>/", entering.gate_entry, name="gate_entry"),
    path("nguoi/<uuid:pseudonym>/", views.person_declarations, name="person_declarations"),
]
