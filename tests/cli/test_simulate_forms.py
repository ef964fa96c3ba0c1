"""Forms of a page are read as a browser would send them."""

from vungxanh.cli.simulate.forms import form_with, forms_of

PAGE = """
<form action="/tim/"><input name="q" type="search" value="bỏ qua"></form>
<form method="post">
  <input type="hidden" name="seen" value="2021-12-20T08:00:00+07:00">
  <label for="id_part_3">Nguyên
     nhân</label>
  <textarea name="part_3" id="id_part_3">
A &amp; B
dòng hai</textarea>
  <input type="checkbox" name="off" value="1"><input type="file" name="file">
  <select name="duty"><option value="A">A</option><option value="B" selected>B</option></select>
  <select name="place"><option value="">chọn</option><option value="X">X</option></select>
  <input name="signer" value="Nguyễn Văn An"><button name="act" value="send">Gửi</button>
</form>
<textarea name="outside">x</textarea>
"""


def test_form_when_read_has_what_a_browser_would_send() -> None:
    search, edit = forms_of(PAGE)
    assert (search.action, search.fields) == ("/tim/", {})
    assert edit.fields == {
        "seen": "2021-12-20T08:00:00+07:00",
        "part_3": "A & B\ndòng hai",
        "duty": "B",
        "place": "",
        "signer": "Nguyễn Văn An",
    }
    assert edit.labels == {"part_3": "Nguyên nhân"}


def test_form_is_found_by_a_field_or_by_where_it_leads() -> None:
    by_field, by_action = form_with(PAGE, name="signer"), form_with(PAGE, action="/tim/")
    assert by_field
    assert by_action
    assert (by_field.fields["signer"], by_action.action) == ("Nguyễn Văn An", "/tim/")
    assert form_with(PAGE, name="outside") is None
