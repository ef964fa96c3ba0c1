"""Where each part of the department's work is found."""

from django.urls import include, path

from vungxanh.admission.urls import gates, meeting_addresses, shift_addresses, visits

handler400 = "vungxanh.common.views.errors.bad_request"
handler403 = "vungxanh.common.views.errors.permission_denied"
handler404 = "vungxanh.common.views.errors.page_not_found"
handler500 = "vungxanh.common.views.errors.server_error"

urlpatterns = [
    path("", include("vungxanh.reports.urls")),
    path("", include("vungxanh.common.urls")),
    path("tai-khoan/", include("vungxanh.accounts.urls")),
    path("", include("vungxanh.notifications.urls")),
    path("van-ban/", include("vungxanh.documents.urls")),
    path("dia-ban/", include("vungxanh.areas.urls")),
    path("to-chuc/", include("vungxanh.organization.urls")),
    path("khai-bao/", include("vungxanh.screening.urls")),
    path("khai-bao/", include("vungxanh.admission.urls")),
    path("", include(visits)),
    path("", include(gates)),
    path("", include(meeting_addresses)),
    path("", include(shift_addresses)),
    path("chi-dao/", include("vungxanh.directing.urls")),
    path("san-xuat/", include("vungxanh.production.urls")),
    path("phong-trao/", include("vungxanh.reviews.urls")),
    path("phong-trao/", include("vungxanh.movement.urls")),
    path("khen-thuong/", include("vungxanh.commendation.urls")),
    path("ung-pho/", include("vungxanh.response.urls")),
    path("ke-hoach/", include("vungxanh.plans.urls")),
    path("nguy-co/", include("vungxanh.risk.urls")),
    path("huong-dan/", include("vungxanh.help.urls")),
    path("", include("vungxanh.federation.urls")),
    path("cai-dat/dang-ky-nhan/", include("vungxanh.webhooks.urls")),
    path("cai-dat/", include("vungxanh.administration.urls")),
    path("nhat-ky/", include("vungxanh.audit.urls")),
    path("", include("vungxanh.api.urls")),
]
