"""What the pages say, in Vietnamese, and what the simulator calls it."""

import re

GATE_BADGES = {
    "Được vào": "ALLOWED",
    "Tạm giữ": "HOLD",
    "Không được vào": "REFUSED",
    "Đã ra": "LEFT",
    "Đã ghi": "NOTED",
}
GATE_REASONS = {
    "Giấy vào cửa không do hệ thống này cấp": "FORGED",
    "Đây là mã của cổng, không phải giấy vào cửa": "GATE_CODE",
    "Giấy vào cửa không còn giá trị": "REVOKED",
    "Người này đang ở trong theo lượt quét trước": "INSIDE",
    "Không thấy lượt vào của người này": "NOT_INSIDE",
    "Thân nhiệt cao": "FEVER",
    "Chưa khai báo hôm nay": "NOT_DECLARED",
    "Mời chờ, gọi người phụ trách y tế": "LEVEL",
}
CONFLICTS = {
    "Vào mà không thấy ra": "NOT_LEFT",
    "Ra mà không thấy vào": "NOT_ENTERED",
    "Có mặt hai nơi cùng lúc": "TWO_PLACES",
    "Đồng hồ của máy chạy sai": "CLOCK_OFF",
    "Cổng cho qua khác với quy tắc": "AGAINST_RULE",
}
VISITS = {
    "Đã mời": "INVITED",
    "Đang chờ": "WAITING",
    "Tạm giữ": "HELD",
    "Đang ở trong": "ADMITTED",
    "Không cho vào": "REFUSED",
    "Không được vào": "REFUSED",
    "Đã ra": "LEFT",
    "Đã hủy": "CANCELLED",
    "Không đến": "EXPIRED",
}
TIMELINESS = {"Đúng hạn": "ON_TIME", "Sớm": "EARLY", "Muộn": "LATE"}
LEDGER = {"Đúng hạn": "ON_TIME", "Nộp muộn": "LATE", "Không nộp": "MISSING", "Chưa đến hạn": "PENDING"}
DELIVERIES = {"Đã cập nhật": "DONE", "Chờ cập nhật": "WAITING", "Đã nhận": "SENT", "Chưa gửi được": "FAILED"}
RECEIVERS = {"Bản đồ chung sống an toàn": "BAN-DO", "Hệ thống nhận qua mạng": "HTTPS"}
KINDS = {"hằng ngày": "DAILY", "bất thường": "UNUSUAL"}
TIMELY = {"có": True, "không": False}
LEVELS = {"Thấp": "LOW", "Trung bình": "MEDIUM", "Cao": "HIGH", "Rất cao": "VERY_HIGH"}
PLANS = {
    "Đang soạn": "DRAFT",
    "Chờ Văn phòng": "SENT",
    "Trả lại để sửa": "RETURNED",
    "Đã chấp thuận": "ACCEPTED",
    "Đã ban hành": "ISSUED",
}
REVIEWS = {"Chờ trả lời": "ASKED", "Chấp nhận, đã sửa": "ACCEPTED", "Không chấp nhận": "REFUSED"}
CHECKED = {
    "Đúng là bản PDF lúc ban hành": "PDF",
    "Đúng là bản PDF đã ký": "SIGNED",
    "Không phải tệp đã ban hành": "OTHER",
}
TAG = re.compile(r"<[^>]+>")


def plain(fragment: str) -> str:
    """The words of a piece of a page, with single blanks."""
    return " ".join(TAG.sub(" ", fragment).split())


def scanning_form(page: str) -> str:
    """The form of the console that takes what was scanned or typed; the page has others for those who are inside."""
    forms = re.findall(r"<form[^>]*data-gate.*?</form>", page, re.DOTALL)
    return next((form for form in forms if "data-scan-into" in form), "")


def gate_answer(page: str) -> str:
    """What the gate said: ALLOWED, LEFT, NOTED, or HOLD and REFUSED with the reason."""
    found = re.search(r'<section class="vx-gate-answer".*?</section>', page, re.DOTALL)
    if found is None:
        return "nothing"
    words = plain(found[0])
    state = next((code for word, code in GATE_BADGES.items() if words.startswith(word)), "unknown")
    if state in ("HOLD", "REFUSED"):
        reason = next((code for word, code in GATE_REASONS.items() if word in words), words)
        return f"{state}:{reason}"
    return state


def visit_state(page: str) -> str:
    """The badge of the visitor's own page."""
    found = re.search(r'<span class="vx-badge[^"]*vx-badge-large[^"]*"[^>]*>(.*?)</span>', page, re.DOTALL)
    return VISITS.get(plain(found[1]), plain(found[1])) if found else "nothing"


def table_rows(page: str) -> list[str]:
    """As they stand there, heads as well where their row is a plain one."""
    return re.findall(r"<tr>.*?</tr>", page, re.DOTALL)


def rows_of(page: str) -> list[tuple[str, str]]:
    """Of a table of people: the name that heads each row, and the words of the whole row."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</th>(.*?)</tr>", page, re.DOTALL)
    return [(plain(head), plain(rest)) for head, rest in rows]
