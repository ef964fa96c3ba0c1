"""Addresses of subscriptions, below /cai-dat/dang-ky-nhan/."""

from django.urls import path

from vungxanh.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.subscription_list, name="subscription_list"),
    path("moi/", views.subscription_create, name="subscription_create"),
    path("<uuid:key>/", views.subscription_page, name="subscription_page"),
    path("<uuid:key>/sua/", views.subscription_change, name="subscription_change"),
    path("<uuid:key>/doi-khoa/", views.secret_rotate, name="secret_rotate"),
    path("<uuid:key>/thu/", views.subscription_ping, name="subscription_ping"),
    path("<uuid:key>/gui-lai/", views.delivery_resend, name="delivery_resend"),
    path("<uuid:key>/su-kien/<uuid:event>/", views.delivery_page, name="delivery_page"),
    path("<uuid:key>/buoc/<slug:verb>/", views.subscription_move, name="subscription_move"),
]
