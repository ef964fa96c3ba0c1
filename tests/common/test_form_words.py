"""What Django says of refused fields is said by this project, in Vietnamese."""

from django import forms
from django.utils.translation import gettext, override

from vungxanh.common.form_words import COUNTED, REFUSED


class Filled(forms.Form):
    day = forms.DateField()
    count = forms.IntegerField(max_value=9)
    text = forms.CharField(max_length=3)
    key = forms.UUIDField()
    choice = forms.ChoiceField(choices=[("a", "a")])
    picked = forms.MultipleChoiceField(choices=[("a", "a")])
    file = forms.FileField()


def test_every_sentence_is_said_in_vietnamese() -> None:
    with override("vi"):
        assert [words for words in REFUSED if gettext(words) == words] == []
        values = {"limit_value": 3, "show_value": 5, "max": 3, "length": 5}
        assert [said for words in COUNTED if "3" not in (said := str(words % values)) or "Ensure" in said] == []


def test_refused_form_speaks_vietnamese() -> None:
    """Fails where Django words a sentence otherwise, so that it would be Django's own again."""
    typed = {"day": "31/02/2021", "count": "x", "text": "dài quá", "key": "?", "choice": "b", "picked": ["b"]}
    with override("vi"):
        said = {name: list(errors) for name, errors in Filled(typed).errors.items()}
        empty = {name: list(errors) for name, errors in Filled({}).errors.items()}
    assert said == {
        "day": ["Nhập một ngày có thật, ví dụ 20/09/2021."],
        "count": ["Nhập một số nguyên."],
        "text": ["Nhiều nhất 3 ký tự; đang có 7."],
        "key": ["Mã này không đúng dạng; anh/chị mở lại trang."],
        "choice": ["“b” không có trong danh sách; anh/chị chọn lại."],
        "picked": ["“b” không có trong danh sách; anh/chị chọn lại."],
        "file": ["Anh/chị chưa điền mục này."],
    }
    assert {words for errors in empty.values() for words in errors} == {"Anh/chị chưa điền mục này."}
