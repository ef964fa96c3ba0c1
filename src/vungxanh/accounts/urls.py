"""Addresses of one's own account."""

from django.urls import path

from vungxanh.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account_page, name="account_page"),
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("mat-khau/", views.password_change, name="password_change"),
    path("phien/ket-thuc/", views.session_end, name="session_end"),
    path("ma-truy-cap/thu-hoi/", views.token_revoke, name="token_revoke"),
    path("ngon-ngu/", views.language_keep, name="language_keep"),
]
