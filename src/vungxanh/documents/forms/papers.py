"""Forms of papers: the free parts of a draft, how it was issued, why it is withdrawn; who gives the numbers; papers for
many units; a draft from Word."""

import datetime
import hashlib
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import written_moment
from vungxanh.common.uploads import UploadField
from vungxanh.documents.content import Content, Paragraph, lines_of, plain
from vungxanh.documents.fields import CODE, NAME
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import Edit
from vungxanh.documents.queries import Letterhead

LONGEST_PART = 3000


class PaperForm(forms.Form):
    """A field for each free part of the body, and who gets and who signs the paper."""

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = paper.parts
        for at, part in content.free_parts:
            self.fields[f"part_{at}"] = _part(part)
        self.fields["signature"] = _text(
            _("Who signs"),
            "\n".join(content.signature),
            rows=3,
            help_text=_("A line each: TL. GIÁM ĐỐC, then the post."),
        )
        self.fields["signer"] = forms.CharField(
            label=_("Name of the signer"), max_length=100, required=False, initial=content.signer
        )
        self.fields["recipients"] = _text(
            _("Recipients"), "\n".join(content.recipients), rows=4, help_text=_("A line each, without dashes.")
        )
        seen = paper.edited_at.isoformat() if paper.edited_at else ""
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=seen)
        self.content = content

    @property
    def edit(self) -> Edit:
        """Call it after the form is valid."""
        clean = self.cleaned_data
        return Edit(
            seen_at=written_moment(clean["seen"]) if clean["seen"] else None,
            texts={at: plain(clean[f"part_{at}"]) for at, _part in self.content.free_parts},
            recipients=_lines(clean["recipients"]),
            signature=tuple(line.upper() for line in _lines(clean["signature"])),
            signer=plain(clean["signer"]),
        )


class SymbolField(forms.RegexField):
    def __init__(self) -> None:
        super().__init__(
            r"^[^\s/]{1,60}$",
            label=_("Symbol"),
            max_length=60,
            help_text=_("What stands behind the stroke."),
            error_messages={"invalid": _("Type what stands behind the stroke, without spaces.")},
        )


class IssueForm(forms.Form):
    """Number, symbol and date as they stand on the signed paper."""

    number = forms.RegexField(
        r"^\d{1,6}[a-zA-Z]?$",
        label=_("Number"),
        max_length=7,
        error_messages={"invalid": _("Type the number alone, as 125.")},
    )
    symbol = SymbolField()
    issued_on = forms.DateField(
        label=_("Date of the paper"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, content: Content, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"symbol": content.symbol, "issued_on": today}


class NumberedForm(forms.Form):
    """The symbol alone: number and date are given. `next_number` is only what would be given now."""

    symbol = SymbolField()

    def __init__(self, *args: Any, content: Content, next_number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"symbol": content.symbol}
        words = _("The number is taken when you tap: it would be %(number)d now. The date is today.")
        self.fields["symbol"].help_text = words % {"number": next_number}


OWN, TYPED = "OWN", "TYPED"


class NumberingForm(forms.Form):
    """Who gives the numbers of a unit's papers in a year."""

    numbering = forms.ChoiceField(
        label=_("Number and date of this year's papers"),
        widget=forms.RadioSelect,
        choices=[
            (TYPED, _("are given by the agency's own document system and typed here")),
            (OWN, _("are given here, one after another for each type of papers")),
        ],
        error_messages={"required": _("Choose who gives the numbers.")},
    )


class StartForm(forms.Form):
    """Where a series begins."""

    type_code = forms.RegexField(
        r"^[^\W\d_]{1,10}$",
        label=_("Type in the symbol"),
        max_length=10,
        required=False,
        help_text=_("BC, KH, TB; empty for official letters."),
        error_messages={"invalid": _("Type the abbreviation alone, as BC.")},
    )
    number = forms.IntegerField(label=_("First number to be given"), min_value=1, max_value=999_999)


class SignedForm(forms.Form):
    """The signed PDF; where there is one already, why it is replaced."""

    signed = UploadField(
        label=_("PDF with the signature"), widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"})
    )
    reason = forms.CharField(
        label=_("Why it is replaced"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the signed paper is replaced.")},
    )

    def __init__(self, *args: Any, largest_mb: int, is_replaced: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest_mb = largest_mb
        words = _("Signed digitally, or the scan of the signed sheet; at most %(size)d MB.")
        self.fields["signed"].help_text = words % {"size": largest_mb}
        if not is_replaced:
            del self.fields["reason"]

    def clean_signed(self) -> UploadedFile:
        return _not_larger(self.cleaned_data["signed"], self.largest_mb)


class WordForm(forms.Form):
    """The DOCX of a draft, worked on in Word."""

    word = UploadField(label=_("DOCX of the draft, changed in Word"), widget=forms.FileInput(attrs={"accept": ".docx"}))

    def __init__(self, *args: Any, largest_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest_mb = largest_mb
        self.fields["word"].help_text = _("At most %(size)d MB, without macros.") % {"size": largest_mb}

    def clean_word(self) -> UploadedFile:
        return _not_larger(self.cleaned_data["word"], self.largest_mb)


class CodeForm(forms.Form):
    """The check code of a paper, typed."""

    ma = forms.CharField(
        label=_("Check code on the paper"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("At the end of the paper, below the recipients."),
        error_messages={"required": _("Type the code that stands on the paper.")},
    )


class CompareForm(forms.Form):
    """A file that is compared with an issued paper, and kept nowhere."""

    file = UploadField(label=_("File to be compared"), widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}))

    def __init__(self, *args: Any, largest_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.largest_mb = largest_mb

    def clean_file(self) -> UploadedFile:
        return _not_larger(self.cleaned_data["file"], self.largest_mb)

    @property
    def sha256(self) -> str:
        """Call it after the form is valid."""
        total = hashlib.sha256()
        for part in self.cleaned_data["file"].chunks():
            total.update(part)
        return total.hexdigest()


class WithdrawForm(forms.Form):
    """Why it is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is withdrawn.")},
    )


TYPES_FOR_MANY = {"": "Công văn", "TB": "Thông báo", "HD": "Hướng dẫn", "GM": "Giấy mời"}
"""By the abbreviation in the symbol; a công văn has none."""
BELOW, CHOSEN = "BELOW", "CHOSEN"


class BatchForm(forms.Form):
    """One letter to many units; `key` makes a page that is sent twice one order."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    type_code = forms.ChoiceField(label=_("Type"), required=False, choices=list(TYPES_FOR_MANY.items()))
    summary = forms.CharField(label=_("Summary"), max_length=200, help_text=_("What it is about, without V/v."))
    addressee = forms.CharField(label=_("To"), max_length=200, initial=f"{{{NAME}}}")
    body = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Each line begins a paragraph."),
    )
    recipients = forms.CharField(
        label=_("Recipients"),
        max_length=LONGEST_PART,
        initial=f"Như trên ({{{CODE}}})\nLưu: VT, VP",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each, without dashes."),
    )
    signature = forms.CharField(
        label=_("Who signs"),
        max_length=300,
        initial="TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line each: TL. GIÁM ĐỐC, then the post."),
    )
    signer = forms.CharField(label=_("Name of the signer"), max_length=100, required=False)
    whom = forms.ChoiceField(
        label=_("For which units"),
        widget=forms.RadioSelect,
        initial=BELOW,
        choices=[(BELOW, _("every unit below")), (CHOSEN, _("those that are marked here"))],
    )
    units = forms.MultipleChoiceField(label=_("Units"), required=False, widget=forms.SelectMultiple(attrs={"size": 10}))

    def __init__(self, *args: Any, units: list[tuple[str, str]], head: Letterhead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.head, self.below = head, [code for code, _name in units[1:]]
        self.fields["units"].choices = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("whom") == CHOSEN and "units" in given and not given["units"]:
            self.add_error("units", _("Choose at least one unit."))
        return given

    @property
    def chosen_codes(self) -> list[str]:
        """Call it after the form is valid."""
        return self.below if self.cleaned_data["whom"] == BELOW else list(self.cleaned_data["units"])

    @property
    def content(self) -> Content:
        """With its fields as they were typed. Call it after the form is valid."""
        given = {name: plain(value) if isinstance(value, str) else value for name, value in self.cleaned_data.items()}
        code, name = given["type_code"], TYPES_FOR_MANY[given["type_code"]]
        return Content(
            superior=self.head.superior,
            issuer=self.head.issuer,
            symbol=f"{code}-{self.head.code}" if code else f"{self.head.code}-VP",
            place=self.head.place,
            type_name=name.upper() if code else "",
            summary=given["summary"],
            addressees=(given["addressee"],),
            body=(Paragraph("\n".join(lines_of([given["body"]])), "Nội dung"),),
            signature=tuple(line.upper() for line in _lines(given["signature"])),
            signer=given["signer"],
            recipients=_lines(given["recipients"]),
        )


def _not_larger(file: UploadedFile, largest_mb: int) -> UploadedFile:
    """One that is too large is not read at all."""
    if (file.size or 0) > largest_mb * 1024 * 1024:
        raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": largest_mb})
    return file


class LinesField(forms.CharField):
    """A browser ends its lines with two letters; a text that nobody touched comes back as it was."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n").replace("\r", "\n")))


def _text(label: Any, initial: str, *, rows: int, help_text: Any = "") -> forms.CharField:
    return LinesField(
        label=label,
        initial=initial,
        # A part that came from Word may be longer; it can be edited and does not grow.
        max_length=max(LONGEST_PART, len(initial)),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _part(part: Paragraph) -> forms.CharField:
    """One that nobody has written yet may wait, until the paper is issued."""
    field = _text(part.label, part.text, rows=_rows_of(part))
    if not part.text.strip():
        field.required = False
        field.help_text = _("May stay empty in a draft; to be written before the paper is issued.")
    return field


def _rows_of(part: Paragraph) -> int:
    return max(2, min(8, len(part.text) // 70 + 1))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.lstrip("- ") for line in lines_of([plain(text)]))
