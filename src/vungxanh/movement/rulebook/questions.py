"""What does not fit in a plan: asked of its issuer, never corrected silently."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vungxanh.movement.rulebook.campaign import CampaignFile

RECIPIENTS = {
    "COLLECTIVE": "tập thể",
    "INDIVIDUAL": "cá nhân",
    "ENTERPRISE": "doanh nghiệp",
    "HOUSEHOLD": "hộ gia đình",
}


@dataclass(frozen=True, slots=True)
class Question:
    """`key` stays the same from edition to edition as long as the same thing is asked."""

    key: str
    clause: str
    text: str


def questions_to_issuer(campaign: CampaignFile) -> list[Question]:
    """Found in the file itself first, then those that people wrote into it."""
    found = [*_blanks(campaign), *_names(campaign), *_budget(campaign), *_recipients(campaign)]
    written = [Question(_key("file", f"{one.clause}: {one.text}"), one.clause, one.text) for one in campaign.question]
    return [*found, *written]


def _blanks(campaign: CampaignFile) -> Iterator[Question]:
    if not campaign.number.strip():
        yield Question("number", "", "Kế hoạch chưa có số. Số và ngày ban hành là gì?")
    if campaign.issued_on is None:
        yield Question("issued_on", "", "Kế hoạch chưa có ngày ban hành.")


def _names(campaign: CampaignFile) -> Iterator[Question]:
    """Every other wording once, with the clauses in which it stands."""
    others: dict[str, list[str]] = {}
    paid = {one.clause for one in campaign.budget if one.names_movement}
    for clause in campaign.clauses.values():
        if clause.names_movement and clause.id not in paid and _bare(clause.names_movement) != _bare(campaign.title):
            others.setdefault(clause.names_movement, []).append(clause.id)
    for wording, clauses in others.items():
        text = f"Tên phong trào ghi “{campaign.title}” ở tiêu đề nhưng ghi “{wording}” ở điểm {', '.join(clauses)}."
        yield Question(_key("name", wording), clauses[0], f"{text} Tên nào đúng?")


def _budget(campaign: CampaignFile) -> Iterator[Question]:
    for line in campaign.budget:
        if line.names_movement and _bare(line.names_movement) != _bare(campaign.title):
            key = _key("budget", f"{line.clause}: {line.names_movement}")
            text = f"Điểm {line.clause} bố trí kinh phí cho phong trào khác: “{line.names_movement}”."
            yield Question(key, line.clause, f"{text} Kinh phí của phong trào này lấy từ đâu?")


def _recipients(campaign: CampaignFile) -> Iterator[Question]:
    """Whom a clause wants honoured and no clause on awards names."""
    named = {one for clause in campaign.clauses.values() if clause.kind == "AWARD" for one in clause.recipients}
    for clause in campaign.clauses.values():
        left_out = [RECIPIENTS[one] for one in clause.recipients if named and one not in named]
        if left_out:
            who = ", ".join(left_out)
            text = f"Điểm {clause.id} nói đến khen thưởng {who}, nhưng phần khen thưởng không có đối tượng này."
            yield Question(f"recipients:{clause.id}", clause.id, f"{text} Có bổ sung không?")


def _key(kind: str, text: str) -> str:
    """Of what is asked, whatever its length; other spaces or quotation marks ask nothing else."""
    return f"{kind}:{hashlib.sha256(_bare(text).encode()).hexdigest()[:16]}"


def _bare(wording: str) -> str:
    """Letters and figures alone: another quotation mark is no other name."""
    return re.sub(r"\W+", " ", wording).strip().casefold()
