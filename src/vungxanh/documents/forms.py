"""Forms of papers: the free parts of a draft, how it was issued, why it is withdrawn; who gives the numbers."""

import datetime
import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from vungxanh.documents.content import Content, Paragraph, lines_of, plain
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import Edit

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
            seen_at=_moment(clean["seen"]),
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

    signed = forms.FileField(
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

    file = forms.FileField(label=_("File to be compared"), widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}))

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


def _not_larger(file: UploadedFile, largest_mb: int) -> UploadedFile:
    """One that is too large is not read at all."""
    if (file.size or 0) > largest_mb * 1024 * 1024:
        raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": largest_mb})
    return file


def _text(label: Any, initial: str, *, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=initial,
        max_length=LONGEST_PART,
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


def _moment(text: str) -> datetime.datetime | None:
    """What cannot be read was not on the page."""
    try:
        return datetime.datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
