"""Addresses of the trail."""

from django.urls import path

from vungxanh.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.event_list, name="event_list"),
    path("ai-da-xem/", views.own_readings, name="own_readings"),
]
