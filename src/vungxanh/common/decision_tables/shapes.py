"""Turns the plain values of a TOML file into typed structures and reports every fault, not only the first."""

from __future__ import annotations

import re
import types
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from vungxanh.common.decision_tables.faults import Fault

T = TypeVar("T")
_KINDS = {
    "int": "số nguyên",
    "float": "số",
    "str": "chữ trong dấu nháy kép",
    "bool": "true hoặc false",
    "date": "ngày như 2021-09-20",
    "time": "giờ như 14:30:00",
    "datetime": "ngày và giờ",
    "array": "danh sách trong ngoặc vuông",
    "object": "bảng khóa = giá trị",
    "null": "trống",
}
_SAYS = {
    "Expected ": "cần ",
    ", got ": ", lại gặp ",
    " of length ": ", số phần tử là ",
    "Invalid enum value ": "ngoài các giá trị được dùng: ",
    "Invalid RFC3339 encoded date": "cần ngày như 2021-09-20",
    "Invalid RFC3339 encoded time": "cần giờ như 14:30:00",
}


def shape(raw: Any, kind: type[T], *, at: str, faults: list[Fault]) -> T | None:
    """`raw` as a `kind` (a msgspec structure). Faults are added to `faults`; the answer is None when there was one."""
    before = len(faults)
    value = _shape(raw, kind, at, faults)
    return value if len(faults) == before else None


def _shape(raw: Any, kind: Any, at: str, faults: list[Fault]) -> Any:
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _structure(raw, kind, at, faults)
    if get_origin(kind) in (list, tuple) and isinstance(raw, list) and _holds_structures(kind):
        items = [_shape(item, get_args(kind)[0], f"{at}[{i}]", faults) for i, item in enumerate(raw, start=1)]
        return tuple(items) if get_origin(kind) is tuple else items
    try:
        return msgspec.convert(raw, type=kind)
    except msgspec.ValidationError as error:
        faults.append(Fault(at, _in_vietnamese(str(error))))
        return None


def _structure(raw: Any, kind: type[msgspec.Struct], at: str, faults: list[Fault]) -> Any:
    if not isinstance(raw, dict):
        faults.append(Fault(at, "phải là một bảng khóa = giá trị"))
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    before = len(faults)
    faults.extend(Fault(_join(at, key), "khóa không có trong mẫu") for key in raw if key not in fields)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in raw:
            values[field.name] = _shape(raw[key], field.type, _join(at, key), faults)
        elif field.required:
            faults.append(Fault(_join(at, key), "thiếu khóa bắt buộc"))
    return kind(**values) if len(faults) == before else None


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        return rest[0] if len(rest) == 1 else kind
    return kind


def _holds_structures(kind: Any) -> bool:
    inner = get_args(kind)[:1]
    return bool(inner) and isinstance(inner[0], type) and issubclass(inner[0], msgspec.Struct)


def _in_vietnamese(message: str) -> str:
    """The library says `Expected `date`, got `str` - at `$[0]``."""
    message = re.sub(r" - at `\$\[(\d+)\]`$", lambda found: f", ở phần tử thứ {int(found[1]) + 1}", message)
    message = re.sub(r" - at `\$[^`]*`$", "", message)
    message = re.sub(r"`([a-z |]+)`", lambda found: " hoặc ".join(_kinds(found[1])), message)
    for says, words in _SAYS.items():
        message = message.replace(says, words)
    return message


def _kinds(named: str) -> list[str]:
    return [_KINDS.get(one, one) for one in named.split(" | ")]
