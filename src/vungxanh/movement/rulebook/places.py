"""Where a clause of a plan is carried out: pages of this product, what is counted there, or nothing yet.

`url_name` is empty where the product has no part for it yet; such a place says so on the page of the plan. Of a page
that not everybody opens its module says to whom it is open (`common/navigation`). `indicators` tell how far it is.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WhereDone:
    """A place by its Vietnamese name, as it stands beside the clauses. `of_campaign`: the address of the page takes the
    code of the campaign."""

    name: str
    url_name: str = ""
    indicators: tuple[str, ...] = ()
    of_campaign: bool = False


def place_of(code: str) -> WhereDone:
    """One that an older file names and nobody knows any more is shown by its code."""
    return PLACES.get(code, WhereDone(code))


PLACES: dict[str, WhereDone] = {
    "campaign": WhereDone("Kế hoạch phong trào", "movement:campaign_list"),
    "launches": WhereDone("Phát động tại đơn vị", "movement:campaign_list", ("movement.launched",)),
    "own_criteria": WhereDone("Tiêu chí riêng của đơn vị", "movement:campaign_list"),
    "pledges": WhereDone("Giao ước, cam kết thi đua", "movement:campaign_list", ("movement.people_pledged",)),
    "groups": WhereDone(
        "Hoạt động của đoàn thể", "movement:activity_list", ("movement.group_activities",), of_campaign=True
    ),
    "declarations": WhereDone(
        "Khai báo y tế", "admission:declare", ("screening.arrival_declared", "screening.leaving_declared")
    ),
    "visitors": WhereDone("Khách đến làm việc", "visits:guest_list", ("admission.visitors_controlled",)),
    "gates": WhereDone("Kiểm soát tại cổng", "gates:gate_home"),
    "person_levels": WhereDone("Nguy cơ từng người", "reports:unit_today", ("risk.people_assessed",)),
    "zones": WhereDone("Vùng của đơn vị", "reports:unit_today", ("risk.green_days",)),
    "returns": WhereDone("Báo cáo ngày", "reports:ledger", ("risk.returns_on_time", "risk.unusual_in_time")),
    "national_map": WhereDone("Bản đồ Covid-19 quốc gia", "risk:map_today"),
    "control_room": WhereDone("Bảng điều hành", "reports:control_room"),
    "month": WhereDone("Diễn biến theo tháng", "reports:month"),
    "quick_report": WhereDone("Báo cáo nhanh, văn bản", "documents:paper_list"),
    "guidance": WhereDone("Hướng dẫn của Văn phòng", "directing:guidance_list", ("directing.guidance_read",)),
    "questions": WhereDone("Hỏi đáp với Văn phòng", "directing:question_list"),
    "supervision": WhereDone(
        "Kiểm tra, giám sát", "directing:supervision_list", ("directing.recommendations_in_time",)
    ),
    "rules": WhereDone("Quy tắc đang áp dụng", "common:rules"),
    "unit_plans": WhereDone("Kế hoạch của đơn vị", "plans:plan_list", ("movement.green_zone_plan",)),
    "scorecards": WhereDone("Bảng chấm điểm", "movement:campaign_list"),
    "production": WhereDone(
        "Chỉ tiêu sản xuất, chuyên môn", "production:production_list", ("movement.production_reached",)
    ),
    "front_line": WhereDone("Phục vụ tuyến đầu", "organization:front_line_list"),
    "discovery": WhereDone("Phát hiện nhân tố tiêu biểu", "commendation:candidate_list"),
    "nominations": WhereDone("Hồ sơ đề nghị khen thưởng"),
    "council": WhereDone("Hội đồng thi đua, khen thưởng"),
    "fund": WhereDone("Quỹ thi đua, khen thưởng"),
    "reviews": WhereDone("Sơ kết, tổng kết", "reviews:review_start"),
    "tasks": WhereDone("Nhiệm vụ được giao", indicators=("directing.tasks_in_time",)),
    "situation": WhereDone("Tình hình, dự báo dịch"),
    "cases": WhereDone("Theo dõi ca bệnh, người tiếp xúc", indicators=("cases.followed_up",)),
    "tests": WhereDone("Xét nghiệm, tiêm vắc xin", indicators=("health.tests_done", "health.doses_given")),
    "inspections": WhereDone("Kiểm tra 5K, 5T", indicators=("inspection.items_met",)),
    "news": WhereDone("Chuyên trang, chuyên mục"),
    "models": WhereDone("Mô hình hay, nhân rộng"),
    "acknowledgements": WhereDone("Quán triệt đến từng người", indicators=("newsroom.plan_acknowledged",)),
    "rumours": WhereDone("Thông tin sai sự thật"),
    "violations": WhereDone("Vi phạm và xử lý"),
    "tip_offs": WhereDone("Tiếp nhận, chuyển tin báo"),
    "support": WhereDone("Ủng hộ, giúp đỡ"),
    "initiatives": WhereDone("Sáng kiến, giải pháp", indicators=("contributions.initiatives_adopted",)),
}
