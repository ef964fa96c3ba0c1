"""The board as a spreadsheet."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.federation.queries.received import Board, BoardRow
from vungxanh.risk.enums import ZoneLevel


def board_workbook(title: str, board: Board) -> bytes:
    """A line per sender; one that sent nothing of the day is named, without figures."""
    heads = [
        _("Sender"),
        _("Code"),
        _("Received at"),
        _("People"),
        _("Has to declare"),
        _("Arrival declared"),
        _("Leaving declared"),
        _("Returns expected"),
        _("Returns on time"),
        _("Returns late"),
        _("Returns missing"),
        *(f"{_('Zones')}: {level.label}" for level in ZoneLevel),
    ]
    return workbook(title, heads, (list(_line(row)) for row in board.rows))


def _line(row: BoardRow) -> Iterator[Value]:
    yield row.sender.name
    yield row.sender.code
    if row.rollup is None or row.total is None or row.declared is None:
        yield _("Nothing received")
        return
    yield row.rollup.received_at
    yield row.total["people"]
    yield row.total["expected"]
    yield from row.declared.values()
    yield from (row.total[f"returns_{name}"] for name in ("expected", "on_time", "late", "missing"))
    health = row.rollup.sums["health"]
    yield from (health["zones"][level] if health else _("not said") for level in ZoneLevel.values)
