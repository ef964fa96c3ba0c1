"""Addresses of declaring."""

from django.urls import path

from vungxanh.admission.views import declaring as views

app_name = "admission"
urlpatterns = [
    path("", views.declare, name="declare"),
    path("ket-qua/<int:declaration_id>/", views.declaration_result, name="declaration_result"),
    path("lich-su/", views.declaration_history, name="declaration_history"),
    path("nguoi/<uuid:pseudonym>/", views.person_declarations, name="person_declarations"),
]
