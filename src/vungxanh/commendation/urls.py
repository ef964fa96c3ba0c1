"""Addresses of `commendation`, below /khen-thuong/."""

from django.urls import path

from vungxanh.commendation.views import discovery

app_name = "commendation"
urlpatterns = [
    path("guong-tot/", discovery.candidate_list, name="candidate_list"),
    path("guong-tot/xlsx/", discovery.candidate_xlsx, name="candidate_xlsx"),
    path("guong-tot/<slug:code>/<str:period>/<slug:subject>/<slug:verb>/", discovery.decide, name="decide"),
]
