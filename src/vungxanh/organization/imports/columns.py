"""The columns of the lists that can be imported: their heads, and how a cell becomes a value or a fault."""

import datetime
import re

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.phones import PhoneError, normalized
from vungxanh.common.lists.columns import CellError, Column, choice, code, date, text
from vungxanh.common.vietnamese import canonical
from vungxanh.organization.enums import (
    AbsenceKind,
    ContractKind,
    DayPart,
    FrontLinePlace,
    PartyKind,
    Sex,
    WorkPattern,
)
from vungxanh.organization.tax_codes import tax_code

OLDEST = datetime.date(1930, 1, 1)


def name(cell: str) -> str:
    """Capital at the head of each word; a name in capitals becomes an ordinary one."""
    found = canonical(cell)
    if any(c.isdigit() for c in found) or len(found.split()) < 2:
        raise CellError(_("a full name has at least two words and no digits"))
    if len(found) > 160:
        raise CellError(_("the name is too long"))
    if found.isupper():
        found = found.lower()
    return " ".join(word[:1].upper() + word[1:] for word in found.split())


def birth_date(cell: str) -> datetime.date:
    found = date(cell)
    if not OLDEST <= found <= datetime.date(2015, 1, 1):
        raise CellError(_("this cannot be the birth date of somebody who works"))
    return found


def identity_number(cell: str) -> str:
    digits = re.sub(r"[\s.]", "", cell)
    if not re.fullmatch(r"\d{12}|\d{9}", digits):
        raise CellError(_("an identity number has 12 digits (or 9, the old kind); leading zeros must be kept"))
    return digits


def phone(cell: str) -> str:
    try:
        return normalized(cell)
    except PhoneError:
        # A spreadsheet that took the number for a figure dropped its leading zero.
        try:
            return normalized(f"0{cell.strip()}")
        except PhoneError as error:
            raise CellError(_("not a telephone number")) from error


def email(cell: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cell):
        raise CellError(_("not an e-mail address"))
    return cell.lower()


def party_name(text: str) -> str:
    """As typed, of at most 200 letters; what a party, or an other name of it, can be found by."""
    found = canonical(text)
    if not any(character.isalnum() for character in found):
        raise CellError(_("a name has letters or digits"))
    if len(found) > 200:
        raise CellError(_("the name is too long"))
    return found


def party_names(cell: str) -> tuple[str, ...]:
    """Several, between “;” or each on a line of its own."""
    return tuple(party_name(part) for part in re.split(r"[;\n]", cell) if part.strip())


def party_code(cell: str) -> str:
    return text(20)(code(cell))


def tax_code_cell(cell: str) -> str:
    """A spreadsheet that took the code for a figure dropped its leading zero."""
    if not cell.strip().startswith("0"):
        try:
            return tax_code(f"0{cell}")
        except CellError:
            pass
    return tax_code(cell)


SEXES = {"Nam": Sex.MALE, "Nữ": Sex.FEMALE}
CONTRACTS = {
    "Công chức": ContractKind.CIVIL_SERVANT,
    "Viên chức": ContractKind.PUBLIC_EMPLOYEE,
    "Hợp đồng": ContractKind.CONTRACT_WORKER,
    "Bán thời gian": ContractKind.PART_TIME,
    "Nhà cung cấp": ContractKind.SUPPLIER,
}
PATTERNS = {
    "Hành chính": WorkPattern.CALENDAR,
    "Theo thứ": WorkPattern.WEEKDAYS,
    "Theo ca": WorkPattern.ROSTER,
}
ABSENCES = {
    "Nghỉ phép": AbsenceKind.LEAVE,
    "Nghỉ ốm": AbsenceKind.SICK_LEAVE,
    "Nghỉ thai sản": AbsenceKind.MATERNITY_LEAVE,
    "Đi học": AbsenceKind.STUDY,
    "Đi công tác": AbsenceKind.DUTY_TRAVEL,
    "Làm việc tại nhà": AbsenceKind.AT_HOME,
    "Đi thực địa": AbsenceKind.FIELD_WORK,
    "Cách ly": AbsenceKind.ISOLATION,
}
FRONT_LINE_PLACES = {
    "Chốt kiểm soát": FrontLinePlace.CHECKPOINT,
    "Khu cách ly": FrontLinePlace.QUARANTINE_SITE,
    "Tổ công tác tại xã": FrontLinePlace.COMMUNE_TEAM,
    "Điểm tiêm chủng": FrontLinePlace.VACCINATION_SITE,
    "Nơi khác": FrontLinePlace.OTHER,
}
PARTIES = {
    "Doanh nghiệp": PartyKind.ENTERPRISE,
    "Hộ kinh doanh": PartyKind.HOUSEHOLD,
    "Nhà tài trợ": PartyKind.SUPPORTER,
    "Người ủng hộ": PartyKind.SUPPORTER,
    "Đơn vị phối hợp": PartyKind.PARTNER,
}
PARTS = {"Cả ngày": DayPart.WHOLE, "Sáng": DayPart.MORNING, "Chiều": DayPart.AFTERNOON}
YES_OR_NO = {"Có": "YES", "Không": "NO"}
MONDAY_TO_FRIDAY = 31


def pattern(cell: str) -> tuple[WorkPattern, int]:
    """The pattern and its days of the week: “Hành chính”, “Theo ca”, “Theo thứ” or the days, as in “T2, T4, CN”."""
    days = re.split(r"[\s,;]+", cell.strip().upper())
    if all(re.fullmatch(r"T[2-7]|CN", day) for day in days):
        return WorkPattern.WEEKDAYS, sum(1 << (6 if day == "CN" else int(day[1]) - 2) for day in set(days))
    return WorkPattern(choice(PATTERNS)(cell)), MONDAY_TO_FRIDAY


COLUMNS = (
    Column("staff_code", "Mã cán bộ", code, is_required=True, other_heads=("Mã nhân viên", "Mã CBCCVC", "Mã")),
    Column("full_name", "Họ và tên", name, is_required=True, other_heads=("Họ tên",)),
    Column("birth_date", "Ngày sinh", birth_date, other_heads=("Ngày tháng năm sinh",)),
    Column("sex", "Giới tính", choice(SEXES), other_heads=("Nam/Nữ",)),
    Column("identity_number", "Số CCCD", identity_number, other_heads=("Số CMND", "CCCD/CMND", "Số CCCD/CMND")),
    Column("phone", "Điện thoại", phone, other_heads=("Số điện thoại", "SĐT", "Di động")),
    Column("email", "Thư điện tử", email, other_heads=("Email", "E-mail")),
    Column("unit_code", "Mã đơn vị", code, is_required=True, other_heads=("Đơn vị",)),
    Column("title", "Chức vụ", text(120), is_required=True, other_heads=("Chức danh", "Vị trí")),
    Column("contract", "Loại hợp đồng", choice(CONTRACTS), is_required=True, other_heads=("Diện",)),
    Column("site_code", "Mã địa điểm", code, other_heads=("Nơi làm việc",)),
    Column("pattern", "Chế độ làm việc", pattern),
    Column("residence_code", "Mã xã nơi ở", code, other_heads=("Mã xã", "Mã phường xã")),
    Column("valid_from", "Từ ngày", date, other_heads=("Ngày bắt đầu",)),
)

ABSENCE_COLUMNS = (
    Column("staff_code", "Mã cán bộ", code, is_required=True, other_heads=("Mã nhân viên", "Mã CBCCVC", "Mã")),
    Column("kind", "Loại vắng mặt", choice(ABSENCES), is_required=True, other_heads=("Loại", "Lý do")),
    Column("first_day", "Từ ngày", date, is_required=True),
    Column("last_day", "Đến ngày", date, is_required=True),
    Column("part", "Buổi", choice(PARTS)),
    Column("declares_remotely", "Khai báo từ xa", choice(YES_OR_NO)),
    Column("document_number", "Số văn bản", text(80)),
    Column("note", "Ghi chú", text(200)),
)

FRONT_LINE_COLUMNS = (
    Column("staff_code", "Mã cán bộ", code, is_required=True, other_heads=("Mã nhân viên", "Mã CBCCVC", "Mã")),
    Column("order_number", "Số văn bản cử", text(80), is_required=True, other_heads=("Số quyết định", "Số văn bản")),
    Column("order_date", "Ngày văn bản", date, other_heads=("Ngày quyết định",)),
    Column("place_kind", "Loại nơi", choice(FRONT_LINE_PLACES), is_required=True, other_heads=("Loại",)),
    Column("place", "Nơi làm nhiệm vụ", text(200), is_required=True, other_heads=("Nơi nhận", "Địa điểm")),
    Column("area_code", "Mã địa bàn", code, other_heads=("Mã xã", "Mã phường xã")),
    Column("work", "Nhiệm vụ", text(300), is_required=True, other_heads=("Công việc",)),
    Column("first_day", "Từ ngày", date, is_required=True),
    Column("last_day", "Đến ngày", date),
    Column("unit_code", "Mã đơn vị cử", code, other_heads=("Đơn vị cử", "Mã đơn vị")),
    Column("declares_remotely", "Khai báo từ xa", choice(YES_OR_NO)),
)

ROSTER_COLUMNS = (
    Column("staff_code", "Mã cán bộ", code, is_required=True, other_heads=("Mã nhân viên", "Mã CBCCVC", "Mã")),
    Column("date", "Ngày", date, is_required=True),
    Column("shift_code", "Mã ca", code, is_required=True, other_heads=("Ca",)),
    Column("site_code", "Mã địa điểm", code, other_heads=("Nơi trực",)),
    Column("place_code", "Mã cổng, phòng, xe, chốt", code, other_heads=("Mã chốt", "Mã cổng")),
)

PARTY_COLUMNS = (
    Column("code", "Mã đối tác", party_code, other_heads=("Mã", "Mã doanh nghiệp")),
    Column("name", "Tên đối tác", party_name, is_required=True, other_heads=("Tên", "Tên doanh nghiệp", "Tên đơn vị")),
    Column("kind", "Loại", choice(PARTIES), is_required=True, other_heads=("Loại đối tác", "Loại hình")),
    Column("tax_code", "Mã số thuế", tax_code_cell, other_heads=("MST",)),
    Column("aliases", "Tên gọi khác", party_names, other_heads=("Tên khác", "Tên viết tắt")),
    Column("address", "Địa chỉ", text(250)),
    Column("contact_name", "Người liên hệ", text(160)),
    Column("phone", "Điện thoại", phone, other_heads=("Số điện thoại", "SĐT")),
    Column("email", "Thư điện tử", email, other_heads=("Email", "E-mail")),
)
