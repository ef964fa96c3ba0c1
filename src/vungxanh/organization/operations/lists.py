"""What imports of lists share: a dry run goes the way of a real one, and a file with any fault changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.common.lists.sheets import SheetError

MOST_FAULTS = 500


@dataclass(slots=True)
class ImportResult:
    """What a run did, or would do. With any fault nothing was changed. `changes` say it line by line, where a list is
    told that way."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    changes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.faults)

    def refuse(self, faults: Iterable[object]) -> None:
        """The faults of a hopeless file are not all listed."""
        found = [str(fault) for fault in faults]
        self.faults += found[:MOST_FAULTS]
        if len(found) > MOST_FAULTS:
            self.faults.append(_("… and %(count)d more faults") % {"count": len(found) - MOST_FAULTS})


class _TakeBack(Exception):  # noqa: N818  (not an error: it takes a dry run back)
    pass


def whole_or_nothing(
    run: Callable[[ImportResult], None], keep: Callable[[ImportResult], None], *, dry_run: bool
) -> ImportResult:
    """`run` writes or notes faults, `keep` writes what stays of a real run; both inside one transaction."""
    result = ImportResult(is_dry_run=dry_run)
    try:
        with transaction.atomic():
            try:
                run(result)
            except SheetError as error:
                result.refuse(error.faults)
            if dry_run or result.is_refused:
                raise _TakeBack
            keep(result)
    except _TakeBack:
        pass
    return result
