"""Addresses of the roll-ups: the board, and whom they are received from."""

from django.urls import path

from vungxanh.federation import views

app_name = "federation"
urlpatterns = [
    path("tong-hop/", views.board, name="board_today"),
    path("tong-hop/<day:day>/", views.board, name="board"),
    path("tong-hop/<day:day>/xlsx/", views.board_xlsx, name="board_xlsx"),
    path("tong-hop/<day:day>/<uuid:key>/", views.sender_day, name="sender_day"),
    path("cai-dat/noi-gui/", views.sender_list, name="sender_list"),
    path("cai-dat/noi-gui/moi/", views.sender_create, name="sender_create"),
    path("cai-dat/noi-gui/<uuid:key>/", views.sender_change, name="sender_change"),
    path("cai-dat/noi-gui/<uuid:key>/ket-thuc/", views.sender_end, name="sender_end"),
]
