"""Addresses of `screening`, below /khai-bao/."""

from django.urls import path

from vungxanh.screening import views

app_name = "screening"
urlpatterns = [
    path("bieu-mau/<str:window>/xlsform/", views.questionnaire_xlsx, name="questionnaire_xlsx"),
    path("gio/", views.window_setting_list, name="window_setting_list"),
]
