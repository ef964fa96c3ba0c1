"""Where in the manual a page of the product is explained: by URL name, else by its namespace."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.urls import reverse

from vungxanh.help.manual import BY_NAME

PLACES: Mapping[str, tuple[str, str]] = {
    "accounts": ("nhan-vien", ""),
    "accounts:account_list": ("quan-tri", "viec-phai-lam"),
    "administration": ("quan-tri", "trang-cai-dat"),
    "admission": ("nhan-vien", "viec-phai-lam"),
    "admission:gate_sheet": ("bao-ve", "viec-phai-lam"),
    "admission:paper_sheet": ("khong-co-dien-thoai", "phieu-giay"),
    "admission:kiosk": ("khong-co-dien-thoai", "may-dung-chung"),
    "admission:pc_covid_import": ("khong-co-dien-thoai", "pc-covid"),
    "admission:unit_sheet": ("khong-co-dien-thoai", "viec-phai-lam"),
    "audit": ("quan-tri", "tra-cuu"),
    "commendation": ("khen-thuong", "viec-phai-lam"),
    "federation": ("lien-thong", "viec-phai-lam"),
    "gates": ("bao-ve", "viec-phai-lam"),
    "movement": ("phong-trao", "viec-phai-lam"),
    "notifications": ("nhan-vien", "tra-cuu"),
    "notifications:delivery_list": ("quan-tri", "tra-cuu"),
    "organization": ("to-chuc-can-bo", "viec-phai-lam"),
    "organization:delegation_list": ("truong-don-vi", "khi-thu-truong-vang"),
    "organization:front_line_add": ("truong-don-vi", "nguoi-o-tuyen-dau"),
    "organization:front_line_import": ("truong-don-vi", "nguoi-o-tuyen-dau"),
    "organization:front_line_list": ("truong-don-vi", "nguoi-o-tuyen-dau"),
    "organization:front_line_own": ("nhan-vien", "khi-lam-nhiem-vu-o-tuyen-dau"),
    "organization:front_line_page": ("truong-don-vi", "nguoi-o-tuyen-dau"),
    "organization:unit_front_line": ("truong-don-vi", "nguoi-o-tuyen-dau"),
    "organization:role_list": ("quan-tri", "viec-phai-lam"),
    "organization:slip_sheet": ("to-chuc-can-bo", "phieu-kich-hoat"),
    "organization:staff_import": ("to-chuc-can-bo", "nhap-danh-sach-nhan-su"),
    "response": ("ung-pho", "viec-phai-lam"),
    "production": ("san-xuat", "viec-phai-lam"),
    "plans": ("ke-hoach", "viec-phai-lam"),
    "reports": ("truong-don-vi", "viec-phai-lam"),
    "reports:call_list": ("van-phong", "viec-phai-lam"),
    "reports:control_room": ("van-phong", "viec-phai-lam"),
    "reports:control_room_day": ("van-phong", "viec-phai-lam"),
    "reports:leader_page": ("lanh-dao", "viec-phai-lam"),
    "reports:ledger": ("van-phong", "viec-phai-lam"),
    "reviews": ("so-ket-tong-ket", "viec-phai-lam"),
    "risk": ("truong-don-vi", "viec-phai-lam"),
    "risk:map_day": ("van-phong", "viec-phai-lam"),
    "risk:map_today": ("van-phong", "viec-phai-lam"),
    "risk:own_level": ("nhan-vien", "vi-sao-va-khi-nao"),
    "risk:person_page": ("can-bo-y-te", "viec-phai-lam"),
    "screening": ("van-phong", "tra-cuu"),
    "webhooks": ("dang-ky-nhan", "viec-phai-lam"),
    "visits": ("khach", "viec-phai-lam"),
    "visits:held_list": ("can-bo-y-te", "viec-phai-lam"),
    "visits:queue": ("bao-ve", "khach"),
}


def help_link(request: HttpRequest) -> dict[str, str]:
    """For every page: its place in the manual, or the list of the pages of the manual."""
    match = getattr(request, "resolver_match", None)
    place = PLACES.get(match.view_name) or PLACES.get(match.namespace) if match else None
    is_known = getattr(getattr(request, "user", None), "is_authenticated", False)
    if place is None or not (is_known or BY_NAME[place[0]].is_public):
        return {"help_url": reverse("help:contents")}
    page, anchor = place
    return {"help_url": f"{reverse('help:page', args=[page])}{'#' + anchor if anchor else ''}"}
