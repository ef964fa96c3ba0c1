"""Addresses of `plans`, below /ke-hoach/."""

from django.urls import path

from vungxanh.plans.views import moves, plans

app_name = "plans"
urlpatterns = [
    path("", plans.plan_list, name="plan_list"),
    path("xlsx/", plans.plan_xlsx, name="plan_xlsx"),
    path("don-vi/<str:unit>/<day:day>/", plans.unit_plans, name="unit_plans"),
    path("lap/<str:unit>/vung-xanh/", moves.start_green_zone, name="start_green_zone"),
    path("lap/<str:unit>/phong-trao/<slug:code>/", moves.start_plan, name="start_plan"),
    path("<uuid:key>/", plans.plan_page, name="plan_page"),
    path("<uuid:key>/soan/", plans.plan_edit, name="plan_edit"),
    path("<uuid:key>/ban/<int:number>/", plans.version_page, name="version_page"),
    path("<uuid:key>/pdf/", plans.plan_pdf, name="plan_pdf"),
    path("<uuid:key>/docx/", plans.plan_docx, name="plan_docx"),
    path("<uuid:key>/gop-y/", moves.comment, name="comment"),
    path("<uuid:key>/cap-uy/", moves.opinion, name="opinion"),
    path("<uuid:key>/<slug:verb>/", moves.plan_move, name="plan_move"),
]
