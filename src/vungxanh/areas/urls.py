"""Addresses of areas."""

from django.urls import path

from vungxanh.areas import views

app_name = "areas"
urlpatterns = [
    path("", views.area_list, name="area_list"),
    path("nhap/", views.area_import, name="area_import"),
    path("cap-do/nhap/", views.level_import, name="level_import"),
    path("cap-do/mau/", views.level_template_download, name="level_template"),
]
