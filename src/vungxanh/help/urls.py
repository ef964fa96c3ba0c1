"""Addresses of the manual, below /huong-dan/."""

from django.urls import path

from vungxanh.help import views

app_name = "help"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("hinh/<str:name>", views.picture, name="picture"),
    path("<slug:name>/", views.page, name="page"),
]
