"""Everybody judged and stored by one statement, as somebody would write it who knows SQL; the old rows by another."""

from django.db import connection, transaction

from bench.day.founding import AT, DAY, moment, text
from bench.peers.duties import SIGN_DAYS, first_day

IS_POSTGRESQL = connection.vendor == "postgresql"
ROWS = (
    ("NM1", "VERY_HIGH", "contact AND (fever OR breath OR taste OR signs >= 1)"),
    ("NM2", "VERY_HIGH", "signs >= 1 AND (area OR visited = 4)"),
    ("TX", "HIGH", "contact"),
    ("CL", "HIGH", "isolated"),
    ("VD", "HIGH", "visited = 4"),
    ("VDC", "HIGH", "area"),
    ("S1", "HIGH", "fever"),
    ("S2", "HIGH", "taste"),
    ("S3", "HIGH", "signs >= 2"),
    ("CT", "HIGH", "home = 'RED'"),
    ("S4", "MEDIUM", "signs >= 1 OR breath"),
    ("TD", "MEDIUM", "symptomatic"),
    ("VC", "MEDIUM", "visited = 3"),
    ("CTC", "MEDIUM", "home = 'ORANGE'"),
)
"""The table of 16/9/2021: code, level, condition."""
RANK = (
    "CASE worst_visited_level WHEN 'RED' THEN 4 WHEN 'ORANGE' THEN 3 WHEN 'YELLOW' THEN 2 WHEN 'GREEN' THEN 1"
    " ELSE 0 END"
)
UNKNOWN = '["test_result", "contact_class"]'


def statement(day: str) -> str:
    cases = " ".join(f"WHEN {condition} THEN '{level}'" for _code, level, condition in ROWS)
    codes = " || ".join(f"CASE WHEN {condition} THEN ', \"{code}\"' ELSE '' END" for code, _level, condition in ROWS)
    worst = "bool_or({})" if IS_POSTGRESQL else "max({})"
    json = "::jsonb" if IS_POSTGRESQL else ""
    said = ", ".join(
        f"{worst.format(one)} AS {name}"
        for one, name in (
            ("had_contact_with_case", "contact"),
            ("had_contact_with_symptomatic", "symptomatic"),
            ("came_from_epidemic_area", "area"),
        )
    )
    recent = f"julianday('{day}') - julianday(day) <= {SIGN_DAYS}"
    if IS_POSTGRESQL:
        recent = f"'{day}'::date - day <= {SIGN_DAYS}"
    return f"""
INSERT INTO risk_personassessment (subject, day, at, level, "table", edition, row_codes, unknown, cause, is_current)
WITH said AS (
  SELECT subject, {said}, max({RANK}) AS visited FROM screening_declaration
  WHERE day BETWEEN '{first_day(DAY)}' AND '{day}' GROUP BY subject
), latest AS (
  SELECT subject, has_fever AS fever, has_respiratory_sign AS breath, has_lost_taste_or_smell AS taste,
    symptom_count AS signs, row_number() OVER (PARTITION BY subject ORDER BY declared_at DESC, id) AS number
  FROM screening_declaration WHERE day <= '{day}' AND {recent}
), homes AS (
  SELECT area_id, level FROM areas_arealevel
  WHERE valid_from <= '{day}' AND (valid_to IS NULL OR valid_to > '{day}')
), known AS (
  SELECT d.subject, contact, symptomatic, area, visited, fever, breath, taste, signs, homes.level AS home,
    EXISTS (SELECT 1 FROM organization_absence a WHERE a.person_id = p.id AND a.kind = 'ISOLATION'
      AND '{day}' BETWEEN a.first_day AND a.last_day AND a.withdrawn_at IS NULL) AS isolated
  FROM screening_personday d
  JOIN organization_person p ON p.pseudonym = d.subject
  LEFT JOIN said ON said.subject = d.subject
  LEFT JOIN latest ON latest.subject = d.subject AND latest.number = 1
  LEFT JOIN homes ON homes.area_id = p.residence_id
  WHERE d.day = '{day}'
), judged AS (
  SELECT subject, CASE {cases} ELSE 'LOW' END AS level, {codes} AS codes FROM known
)
SELECT subject, '{day}', {moment(AT)}, level, 'person_covid19', '2021-09-16',
  ('[' || CASE codes WHEN '' THEN '"BT"' ELSE substr(codes, 3) END || ']'){json}, {text(UNKNOWN)}{json}, 'SCHEDULE',
  {"true" if IS_POSTGRESQL else "1"}
FROM judged"""  # noqa: S608


def assess() -> None:
    """The table has an index that allows one current row, so the old ones go first."""
    off = "false" if IS_POSTGRESQL else "0"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE risk_personassessment SET is_current = {off} WHERE is_current")  # noqa: S608
        cursor.execute(statement(DAY.isoformat()))
