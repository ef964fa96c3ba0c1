"""Addresses of one's own account, and of the accounts that an administrator looks after."""

from django.urls import path

from vungxanh.accounts.views import activation, administration, own

app_name = "accounts"
urlpatterns = [
    path("", own.account_page, name="account_page"),
    path("dang-nhap/", own.sign_in, name="sign_in"),
    path("kich-hoat/", activation.slip_use, name="slip_use"),
    path("dang-xuat/", own.sign_out, name="sign_out"),
    path("mat-khau/", own.password_change, name="password_change"),
    path("phien/ket-thuc/", own.session_end, name="session_end"),
    path("ma-truy-cap/thu-hoi/", own.token_revoke, name="token_revoke"),
    path("ngon-ngu/", own.language_keep, name="language_keep"),
    path("quan-tri/", administration.account_list, name="account_list"),
    path("quan-tri/<int:user_id>/", administration.account_detail, name="account_detail"),
    path("quan-tri/<int:user_id>/cap-mat-khau/", administration.password_reset, name="password_reset"),
    path("quan-tri/<int:user_id>/dang-xuat-het/", administration.sign_out_everywhere, name="sign_out_everywhere"),
    path("quan-tri/<int:user_id>/khoa/", administration.account_close, name="account_close"),
    path("quan-tri/<int:user_id>/mo/", administration.account_open, name="account_open"),
]
