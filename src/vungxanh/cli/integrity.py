"""What foreign keys would hold if the intake tables had them: every record points to one that is there and agrees."""

import datetime
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from vungxanh.admission.models import PaperEntry, SheetPhotograph, Visitor
from vungxanh.common import clock
from vungxanh.common.models import KeptPhotograph
from vungxanh.directing.models import SupervisionPhotograph
from vungxanh.documents.models import IncomingScan, PaperFile
from vungxanh.movement.models import ActivityPhotograph, EvidenceFile, LaunchPhotograph
from vungxanh.organization.models import Person, Place, Site, Unit
from vungxanh.risk.enums import DeliveryWay, ReturnState
from vungxanh.risk.models import DailyReturn, Delivery, DeliveryProof, PersonAssessment
from vungxanh.risk.operations.unit_days import all_differing_units
from vungxanh.risk.rulebook import DELIVERIES
from vungxanh.screening.enums import Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay, Presence, PresenceEvent
from vungxanh.screening.queries.declarations import newest
from vungxanh.screening.rulebook import DECLARATION_KEEPING

Picture = TypeVar("Picture", bound=KeptPhotograph)
NEEDS_NOTHING = (DeliveryWay.MANUAL, DeliveryWay.FILE)
"""Ways that go as soon as the rule is in force; the others also need an address, which has no history."""
SHOWN = 5
"""So many examples of a fault are named; the number tells the rest."""

COUNTED = {
    "people": "số người",
    "staff": "người được tính",
    "high_people": "nguy cơ cao",
    "very_high_people": "nguy cơ rất cao",
    "excused": "được miễn",
    "expected": "phải khai",
    "arrival_expected": "phải khai lúc đến",
    "arrival_on_time": "khai lúc đến đúng giờ",
    "arrival_early": "khai lúc đến trước giờ",
    "arrival_late": "khai lúc đến muộn",
    "leaving_expected": "phải khai lúc về",
    "leaving_on_time": "khai lúc về đúng giờ",
    "leaving_early": "khai lúc về trước giờ",
    "leaving_late": "khai lúc về muộn",
    "missing_both": "thiếu cả hai lần",
    "people_below": "số người, tính cả cấp dưới",
    "high_people_below": "nguy cơ cao, tính cả cấp dưới",
    "very_high_people_below": "nguy cơ rất cao, tính cả cấp dưới",
    "arrival_missing_below": "thiếu khai lúc đến, tính cả cấp dưới",
    "leaving_missing_below": "thiếu khai lúc về, tính cả cấp dưới",
    "missing_both_below": "thiếu cả hai lần, tính cả cấp dưới",
}
"""What a unit's day counts, in words; the last ones with everything below the unit."""


def all_record_faults() -> list[str]:
    """One sentence for each kind of fault, with how many there are and where the first stand."""
    _renew_statistics()
    found = [
        *(_day_faults(window) for window in Window),
        ("tờ khai không được ghi vào ngày của người khai", _declarations_without_day()),
        ("tờ khai của người không có trong danh sách", _of_nobody(Declaration)),
        ("ngày của người không có trong danh sách", _of_nobody(PersonDay)),
        ("tờ khai của đơn vị hoặc địa điểm không có", _nowhere()),
        ("mã gửi lại không có tờ khai", _lost_acceptances()),
        ("tờ khai không có mã gửi lại", _unaccepted()),
        ("mã gửi lại không có kết quả đánh giá", _unjudged()),
        ("giờ có mặt không có lần quét đã ghi", _stays_without_sightings()),
        ("lần quét ở nơi không có", _sightings_nowhere()),
        ("lần quét của người không có trong danh sách", _sightings_of_nobody()),
        ("người trên phiếu giấy mà không có tờ khai", _entries_without_declaration()),
        ("ảnh phiếu giấy không đọc được hoặc đã bị thay", _spoilt_photographs(SheetPhotograph)),
        ("ảnh chụp bản đồ không đọc được hoặc đã bị thay", _spoilt_photographs(DeliveryProof)),
        ("ảnh kiểm tra không đọc được hoặc đã bị thay", _spoilt_photographs(SupervisionPhotograph)),
        ("ảnh phát động không đọc được hoặc đã bị thay", _spoilt_photographs(LaunchPhotograph)),
        ("ảnh hoạt động đoàn thể không đọc được hoặc đã bị thay", _spoilt_photographs(ActivityPhotograph)),
        ("tệp của văn bản không đọc được hoặc đã bị thay", _spoilt_files()),
        ("bản quét văn bản đến không đọc được hoặc đã bị thay", _spoilt_scans()),
        ("tệp minh chứng không đọc được hoặc đã bị thay", _spoilt_evidence()),
        ("báo cáo đã nộp mà không có bản chuyển tới nơi nhận", _returns_without_deliveries()),
    ]
    return [_sentence(words, rows) for words, rows in found if rows.exists()]


def all_count_faults(day: datetime.date) -> list[str]:
    """One sentence for each unit whose counts of the day are not those of its people; nothing is repaired."""
    found = all_differing_units(day)
    codes = dict(Unit.objects.filter(pk__in=found).values_list("pk", "code"))
    return [
        f"số liệu đang giữ của {codes.get(unit, unit)} lệch so với đếm lại: {_differences(found[unit])}"
        for unit in found
    ]


def _differences(counts: Mapping[str, tuple[int, int]]) -> str:
    return ", ".join(f"{COUNTED[name]} {kept}, đếm lại {counted}" for name, (kept, counted) in counts.items())


def _renew_statistics() -> None:
    """PostgreSQL plans these joins by statistics, which a database just restored or filled does not have yet; without
    them they take hours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _sentence(words: str, rows: QuerySet) -> str:  # type: ignore[type-arg]
    examples = ", ".join(str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:SHOWN])
    return f"{words}: {rows.count()} (số {examples})"


def _day_faults(window: Window) -> tuple[str, QuerySet[PersonDay]]:
    """Days that name a declaration which is not there, was corrected since, or is not what the day says of it."""
    name = window.lower()
    same = Declaration.objects.filter(
        pk=OuterRef(f"{name}_id"),
        subject=OuterRef("subject"),
        day=OuterRef("day"),
        window=window,
        timeliness=OuterRef(f"{name}_timeliness"),
    )
    rows = PersonDay.objects.filter(~Exists(newest(same)), day__gt=_last_gone(), **{f"{name}_id__isnull": False})
    return f"ngày ghi tờ khai {window.label} mà tờ khai không khớp", rows


def _declarations_without_day() -> QuerySet[Declaration]:
    days = PersonDay.objects.filter(subject=OuterRef("subject"), day=OuterRef("day"))
    return Declaration.objects.filter(
        ~Exists(days.filter(arrival_id__isnull=False)) & Q(window=Window.ARRIVAL)
        | ~Exists(days.filter(leaving_id__isnull=False)) & Q(window=Window.LEAVING)
    )


def _of_nobody(model: type[Declaration] | type[PersonDay]) -> QuerySet:  # type: ignore[type-arg]
    return model._default_manager.filter(~Exists(Person.objects.filter(pseudonym=OuterRef("subject"))))


def _nowhere() -> QuerySet[Declaration]:
    has_unit = Exists(Unit.objects.filter(pk=OuterRef("unit_id")))
    has_site = Exists(Site.objects.filter(pk=OuterRef("site_id")))
    return Declaration.objects.filter(~has_unit | Q(site_id__isnull=False) & ~has_site)


def _lost_acceptances() -> QuerySet[AcceptedUuid]:
    same = Declaration.objects.filter(pk=OuterRef("declaration_id"), client_uuid=OuterRef("client_uuid"))
    return AcceptedUuid.objects.filter(~Exists(same.filter(content_hash=OuterRef("content_hash"))))


def _unaccepted() -> QuerySet[Declaration]:
    """Younger than the oldest key that is still kept."""
    oldest = AcceptedUuid.objects.order_by("received_on").values("received_on")[:1]
    return Declaration.objects.filter(
        ~Exists(AcceptedUuid.objects.filter(pk=OuterRef("client_uuid"), declaration_id=OuterRef("pk"))),
        received_at__date__gte=oldest,
    )


def _unjudged() -> QuerySet[AcceptedUuid]:
    return AcceptedUuid.objects.filter(~Exists(PersonAssessment.objects.filter(pk=OuterRef("assessment_id"))))


def _stays_without_sightings() -> QuerySet[Presence]:
    """Stays that name a sighting which is not there, is somebody else's, or was withdrawn."""
    sightings = PresenceEvent.objects.filter(subject=OuterRef("subject"), withdrawal__isnull=True)
    has_entry = Exists(sightings.filter(pk=OuterRef("entry_key"), occurred_at=OuterRef("entered_at")))
    has_exit = Exists(sightings.filter(pk=OuterRef("exit_key"), occurred_at=OuterRef("left_at")))
    return Presence.objects.filter(Q(entered_at__isnull=False) & ~has_entry | Q(left_at__isnull=False) & ~has_exit)


def _sightings_nowhere() -> QuerySet[PresenceEvent]:
    return PresenceEvent.objects.filter(~Exists(Place.objects.filter(pk=OuterRef("place_id"))))


def _sightings_of_nobody() -> QuerySet[PresenceEvent]:
    known = Exists(Person.objects.filter(pseudonym=OuterRef("subject")))
    visitor = Exists(Visitor.objects.filter(pseudonym=OuterRef("subject")))
    return PresenceEvent.objects.filter(~known, ~visitor)


def _entries_without_declaration() -> QuerySet[PaperEntry]:
    same = Declaration.objects.filter(
        subject=OuterRef("subject"), day=OuterRef("sheet__day"), window=OuterRef("sheet__window")
    )
    return PaperEntry.objects.filter(~Exists(same), sheet__day__gt=_last_gone())


def _last_gone() -> datetime.date:
    """Declarations of the days until then are erased, or will be in the next night; also by an earlier edition, since
    a later outbreak brings nothing back."""
    today = clock.today()
    began = [one for one in DECLARATION_KEEPING.current() if one.in_force_from <= today]
    return max((gone for one in began if (gone := one.last_gone(today))), default=datetime.date.min)


def _returns_without_deliveries() -> QuerySet[DailyReturn]:
    """Of the days for which a receiver was switched on that needs nothing but the rule."""
    missing: list[Q] = []
    for edition in DELIVERIES.current():
        days = Q(day__gte=edition.in_force_from, day__lte=edition.in_force_to or datetime.date.max)
        for one in edition.receiver:
            if one.is_on and one.way in NEEDS_NOTHING:
                there = Delivery.objects.filter(sent_return=OuterRef("pk"), receiver=one.code)
                missing.append(days & Q(~Exists(there)))
    return DailyReturn.objects.filter(reduce(or_, missing, Q(pk__in=[]))).exclude(state=ReturnState.PREPARED)


def _spoilt_photographs(model: type[Picture]) -> QuerySet[Picture]:
    """Each picture is opened, one at a time."""
    kept = model._default_manager.filter(content__isnull=False)
    spoilt = [one.pk for one in kept.iterator(chunk_size=1) if not one.is_whole]
    return model._default_manager.filter(pk__in=spoilt)


def _spoilt_files() -> QuerySet[PaperFile]:
    """Each file of an issued paper is opened, one at a time."""
    spoilt = [one.pk for one in PaperFile.objects.iterator(chunk_size=1) if not one.is_whole]
    return PaperFile.objects.filter(pk__in=spoilt)


def _spoilt_scans() -> QuerySet[IncomingScan]:
    """The same of what was scanned."""
    spoilt = [one.pk for one in IncomingScan.objects.iterator(chunk_size=1) if not one.is_whole]
    return IncomingScan.objects.filter(pk__in=spoilt)


def _spoilt_evidence() -> QuerySet[EvidenceFile]:
    """Each file of evidence is opened, one at a time."""
    kept = EvidenceFile.objects.filter(content__isnull=False)
    spoilt = [one.pk for one in kept.iterator(chunk_size=1) if not one.is_whole]
    return EvidenceFile.objects.filter(pk__in=spoilt)
