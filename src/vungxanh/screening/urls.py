"""Addresses of `screening`, below /khai-bao/."""

from django.urls import path

from vungxanh.screening import views

app_name = "screening"
urlpatterns = [
    path("gio/", views.window_setting_list, name="window_setting_list"),
]
