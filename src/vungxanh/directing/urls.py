"""Addresses of `directing`, below /chi-dao/."""

from django.urls import path

from vungxanh.directing.views import questions

app_name = "directing"
urlpatterns = [
    path("hoi-dap/", questions.question_list, name="question_list"),
    path("hoi-dap/dat/", questions.question_ask, name="question_ask"),
    path("hoi-dap/da-dang/<uuid:key>/", questions.published_page, name="published_page"),
    path("hoi-dap/<uuid:key>/", questions.question_page, name="question_page"),
    path("hoi-dap/<uuid:key>/<slug:verb>/", questions.question_move, name="question_move"),
]
