"""Addresses of `response`, below /ung-pho/."""

from django.urls import path

from vungxanh.response.views import plans, responses

app_name = "response"
urlpatterns = [
    path("", plans.unit_list, name="unit_list"),
    path("viec/<uuid:key>/", responses.response_page, name="response_page"),
    path("viec/<uuid:key>/<int:position>/", responses.step_tick, name="step_tick"),
    path("viec/<uuid:key>/ket-thuc/", responses.response_end, name="response_end"),
    path("<str:unit>/", plans.plan_page, name="plan_page"),
    path("<str:unit>/soan/", plans.plan_draft, name="plan_draft"),
    path("<str:unit>/sua/", plans.plan_change, name="plan_change"),
    path("<str:unit>/ap-dung/", plans.plan_put_in_force, name="plan_put_in_force"),
    path("<str:unit>/bat-dau/", responses.response_start, name="response_start"),
]
