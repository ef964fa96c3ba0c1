"""Addresses of `production`, below /san-xuat/."""

from django.urls import path

from vungxanh.production.views import checking, imports, lists, targets, units

app_name = "production"
urlpatterns = [
    path("", lists.production_list, name="production_list"),
    path("xlsx/", lists.production_xlsx, name="production_xlsx"),
    path("xac-minh/", checking.check_list, name="check_list"),
    path("xac-minh/<slug:verb>/", checking.figure_move, name="figure_move"),
    path("nhap/", imports.figure_import, name="figure_import"),
    path("nhap/mau/", imports.figure_template, name="figure_template"),
    path("giao/nhap/", imports.target_import, name="target_import"),
    path("giao/nhap/mau/", imports.target_template, name="target_template"),
    path("giao/<uuid:key>/<slug:verb>/", targets.target_move, name="target_move"),
    path("don-vi/<str:unit>/", units.unit_page, name="unit_page"),
    path("don-vi/<str:unit>/nhap/", units.figure_enter, name="figure_enter"),
    path("don-vi/<str:unit>/giao/", targets.target_propose, name="target_propose"),
    path("don-vi/<str:unit>/<day:day>/", units.unit_day, name="unit_day"),
    path("don-vi/<str:unit>/<str:indicator>/", units.indicator_page, name="indicator_page"),
]
