"""Addresses of `risk`, below /nguy-co/."""

import datetime

from django.urls import path, register_converter

from vungxanh.risk.views import people, returns, zones

app_name = "risk"


class DayConverter:
    """A day as 2021-09-20; another text is another address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> datetime.date:
        return datetime.date.fromisoformat(value)

    def to_url(self, value: datetime.date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("cua-toi/", people.own_level, name="own_level"),
    path("nguoi/<uuid:subject>/", people.person_page, name="person_page"),
    path("nguoi/<uuid:subject>/quyet-dinh/", people.level_decide, name="level_decide"),
    path("vung/<str:code>/", zones.unit_zone, name="unit_zone"),
    path("bao-cao/<str:code>/", returns.return_page, name="return_today"),
    path("bao-cao/<str:code>/<day:day>/", returns.return_page, name="return_page"),
]
