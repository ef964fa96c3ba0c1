"""Addresses of declaring."""

from django.urls import path

from vungxanh.admission.views import correcting
from vungxanh.admission.views import declaring as views

app_name = "admission"
urlpatterns = [
    path("", views.declare, name="declare"),
    path("ket-qua/<int:declaration_id>/", views.declaration_result, name="declaration_result"),
    path("<int:declaration_id>/sua/", correcting.declaration_correct, name="declaration_correct"),
    path("<int:declaration_id>/cac-ban/", correcting.declaration_versions, name="declaration_versions"),
    path("lich-su/", views.declaration_history, name="declaration_history"),
    path("nguoi/<uuid:pseudonym>/", views.person_declarations, name="person_declarations"),
]
