"""Addresses of `reviews`, below /phong-trao/, before those of the movement."""

from django.urls import path

from vungxanh.reviews import views

app_name = "reviews"
urlpatterns = [
    path("bao-cao/", views.review_start, name="review_start"),
    path("<slug:code>/bao-cao/", views.review_list, name="review_list"),
    path("<slug:code>/bao-cao/<slug:report>/soan/", views.review_draft, name="review_draft"),
    path("<slug:code>/bao-cao/so-lieu/<int:paper>/", views.review_figures, name="review_figures"),
]
