"""The counts of every day that was opened, with the levels as they stand now; empty before."""

from django.db import migrations

STAFF = "p.is_counted"
ARRIVAL = f"{STAFF} AND p.expects_arrival"
LEAVING = f"{STAFF} AND p.expects_leaving"
COUNTED = {
    "people": "TRUE",
    "staff": STAFF,
    "high_people": "p.excuse <> 'ISOLATION' AND l.level = 'HIGH'",
    "very_high_people": "p.excuse <> 'ISOLATION' AND l.level = 'VERY_HIGH'",
    "excused": f"{STAFF} AND p.excuse <> ''",
    "expected": f"{STAFF} AND (p.expects_arrival OR p.expects_leaving)",
    "arrival_expected": ARRIVAL,
    "arrival_on_time": f"{ARRIVAL} AND p.arrival_timeliness = 'ON_TIME'",
    "arrival_early": f"{ARRIVAL} AND p.arrival_timeliness = 'EARLY'",
    "arrival_late": f"{ARRIVAL} AND p.arrival_timeliness = 'LATE'",
    "leaving_expected": LEAVING,
    "leaving_on_time": f"{LEAVING} AND p.leaving_timeliness = 'ON_TIME'",
    "leaving_early": f"{LEAVING} AND p.leaving_timeliness = 'EARLY'",
    "leaving_late": f"{LEAVING} AND p.leaving_timeliness = 'LATE'",
    "missing_both": f"{ARRIVAL} AND p.expects_leaving AND p.arrival_timeliness = '' AND p.leaving_timeliness = ''",
}
FILL = f"""
    INSERT INTO risk_unitday (day, unit_id, windows_id, {", ".join(COUNTED)})
    SELECT p.day, p.unit_id, p.windows_id, {", ".join(f"COUNT(CASE WHEN {who} THEN 1 END)" for who in COUNTED.values())}
    FROM screening_personday p
    LEFT JOIN (
        SELECT a.subject, COALESCE(
            (SELECT d.level FROM risk_leveldecision d WHERE d.assessment_id = a.id
             ORDER BY d.decided_at DESC, d.id DESC LIMIT 1),
            a.level
        ) AS level
        FROM risk_personassessment a WHERE a.is_current
    ) l ON l.subject = p.subject
    GROUP BY p.day, p.unit_id, p.windows_id
"""


class Migration(migrations.Migration):
    dependencies = [("risk", "0010_unit_day")]
    operations = [migrations.RunSQL(FILL, "DELETE FROM risk_unitday")]
