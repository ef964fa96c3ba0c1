"""The gallery at /ui/: every component with its states, on made-up content, for those who build pages."""

import datetime
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from vungxanh.common import badges, charts, clock
from vungxanh.common.verdict import refused

NAMES = ["Nguyễn Thị Ánh", "Trần Quốc Bình", "Lê Thị Hồng Gấm", "Phạm Đức Hưởng", "Vũ Thị Ngọc Uyển", "Đỗ Văn Ưng"]


class SampleForm(forms.Form):
    """One field of each kind."""

    phone = forms.CharField(label="Số điện thoại", help_text="Mười chữ số, ví dụ 0912 345 678.")
    unit = forms.ChoiceField(
        label="Đơn vị", choices=[("", "Chọn đơn vị"), ("1", "Chi cục Kiểm lâm"), ("2", "Văn phòng Sở")]
    )
    day = forms.DateField(label="Ngày", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    cough = forms.ChoiceField(
        label="Hôm nay anh/chị có ho, sốt hoặc khó thở không?",
        choices=[("no", "Không có dấu hiệu nào"), ("yes", "Có")],
        widget=forms.RadioSelect,
        help_text="Chọn một câu trả lời.",
    )
    signs = forms.MultipleChoiceField(
        label="Dấu hiệu đang có",
        choices=[("fever", "Sốt"), ("cough", "Ho"), ("throat", "Đau họng"), ("smell", "Mất vị giác hoặc khứu giác")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    attested = forms.BooleanField(label="Tôi cam đoan những điều khai trên là đúng sự thật.")


@require_GET
@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    return render(
        request,
        "common/gallery.html",
        {
            "form": SampleForm(auto_id="id_free_%s"),
            "wrong_form": SampleForm({"phone": "0912"}, auto_id="id_wrong_%s"),
            "families": {name: badges.family(name) for name in ("zone", "risk", "timeliness")},
            "people": _people(now),
            "nobody": [],
            "page": Paginator(range(96), 24).page(2),
            "refusal": refused(_("Only the head of the unit or a deputy may send the return.")),
            "later": now + datetime.timedelta(hours=3, minutes=12),
            "soon": now + datetime.timedelta(minutes=24, seconds=30),
            "past": now - datetime.timedelta(minutes=21),
            "line": _line_chart(),
            "bars": _bar_chart(),
        },
    )


def _people(now: datetime.datetime) -> list[SimpleNamespace]:
    risks = ["LOW", "MEDIUM", "HIGH", "LOW", "VERY_HIGH", ""]
    states = ["ON_TIME", "ON_TIME", "LATE", "EXCUSED", "MISSING", "PENDING"]
    return [
        SimpleNamespace(full_name=name, risk=risk, state=state, at=now, doses=i % 3, temperature=36.4 + i / 10)
        for i, (name, risk, state) in enumerate(zip(NAMES, risks, states, strict=True))
    ]


def _days() -> list[str]:
    return [f"{day:02d}/10" for day in range(1, 15)]


def _line_chart() -> charts.Chart:
    expected = [118, 118, 41, 40, 118, 117, 118, 118, 116, 44, 40, 118, 118, 118]
    declared = [109, 112, 41, 38, 114, 115, 118, 117, None, 44, 40, 116, 118, 117]
    return charts.line_chart(
        "Khai báo buổi sáng, 14 ngày",
        _days(),
        [charts.Series("Đã khai", declared, "green"), charts.Series("Phải khai", expected, "grey")],
    )


def _bar_chart() -> charts.Chart:
    red = [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    orange = [1, 1, 2, 2, 3, 2, 2, 1, 1, 1, 0, 0, 1, 0]
    yellow = [4, 5, 5, 6, 5, 4, 4, 3, 3, 2, 3, 2, 2, 2]
    green = [24 - r - o - y for r, o, y in zip(red, orange, yellow, strict=True)]
    figures = {"GREEN": green, "YELLOW": yellow, "ORANGE": orange, "RED": red}
    series = [charts.Series(badges.badge("zone", code).word, values, code.lower()) for code, values in figures.items()]
    return charts.bar_chart("Số đơn vị theo màu vùng, 14 ngày", _days(), series, highest=24)
