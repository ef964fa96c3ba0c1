"""Addresses of notifications: one's own list and wishes, and the log of the administrator."""

from django.urls import path

from vungxanh.notifications import views

app_name = "notifications"
urlpatterns = [
    path("thong-bao/", views.notification_list, name="notification_list"),
    path("thong-bao/da-doc/", views.notification_read, name="notification_read"),
    path("thong-bao/<int:pk>/", views.notification_open, name="notification_open"),
    path("tai-khoan/thong-bao/", views.wish_change, name="wish_change"),
    path("tai-khoan/thong-bao/may/", views.device_add, name="device_add"),
    path("tai-khoan/thong-bao/may/<int:pk>/bo/", views.device_remove, name="device_remove"),
    path("cai-dat/thong-bao/", views.delivery_list, name="delivery_list"),
    path("cai-dat/thong-bao/gui-lai/", views.delivery_retry, name="delivery_retry"),
]
