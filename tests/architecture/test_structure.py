"""What the import contracts cannot see: relations between models, words of the glossary, who reads the clock."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from vungxanh.admission import enums as admission_enums
from vungxanh.areas import enums as area_enums
from vungxanh.commendation import enums as commendation_enums
from vungxanh.common.workflow import registered_workflows
from vungxanh.directing import enums as directing_enums
from vungxanh.documents import enums as document_enums
from vungxanh.movement import enums as movement_enums
from vungxanh.notifications import enums as notification_enums
from vungxanh.organization import enums as organization_enums
from vungxanh.plans import enums as plan_enums
from vungxanh.production import enums as production_enums
from vungxanh.response import enums as response_enums
from vungxanh.reviews import enums as review_enums
from vungxanh.risk import enums as risk_enums
from vungxanh.screening import enums as screening_enums
from vungxanh.webhooks import enums as webhook_enums

SOURCE = Path(__file__).parents[2] / "src/vungxanh"
GLOSSARY = Path(__file__).parents[2] / "docs/glossary.toml"
LAYERS = (
    "common",
    "audit",
    "areas",
    "accounts",
    "organization",
    "notifications",
    "webhooks",
    "documents",
    "directing",
    "response",
    "screening",
    "risk",
    "federation",
    "admission",
    "production",
    "movement",
    "commendation",
    "reviews",
    "plans",
    "reports",
    "api",
)
CLOCK_READERS = {"views", "tasks", "apps", "cli", "api", "intake", "middleware", "context", "clock", "auth"}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "mixins"}
STATES = (
    area_enums.AreaTier,
    organization_enums.FrontLinePlace,
    organization_enums.FrontLineStanding,
    organization_enums.UnitKind,
    organization_enums.Role,
    screening_enums.Window,
    screening_enums.Timeliness,
    screening_enums.Channel,
    risk_enums.RiskLevel,
    risk_enums.ZoneLevel,
    risk_enums.ReturnKind,
    risk_enums.ReturnState,
    risk_enums.DeliveryWay,
    risk_enums.DeliveryState,
    admission_enums.VisitState,
    admission_enums.HostAnswer,
    notification_enums.DeliveryState,
    webhook_enums.SubscriptionState,
    webhook_enums.DeliveryState,
    directing_enums.QuestionState,
    directing_enums.SupervisionState,
    directing_enums.RecommendationState,
    document_enums.PaperState,
    document_enums.BatchState,
    document_enums.WordReturnState,
    document_enums.IncomingState,
    directing_enums.GuidanceState,
    production_enums.TargetState,
    production_enums.FigureState,
    movement_enums.CampaignState,
    movement_enums.LaunchState,
    movement_enums.PledgeState,
    movement_enums.PledgeEnding,
    movement_enums.ActivityState,
    movement_enums.SelfScoreState,
    movement_enums.SampleResult,
    movement_enums.AdjustmentKind,
    movement_enums.AdjustmentState,
    movement_enums.StandingState,
    movement_enums.PointReviewState,
    movement_enums.UnitTargetState,
    movement_enums.AwardForm,
    commendation_enums.DiscoveryState,
    response_enums.PlanState,
    response_enums.ResponseState,
    review_enums.ReviewKind,
    plan_enums.PlanState,
)


def own_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in LAYERS:
            yield model


def modules() -> Iterator[Path]:
    return (path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def test_no_relation_points_upwards() -> None:
    upwards = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in LAYERS
        if LAYERS.index(field.related_model._meta.app_label) > LAYERS.index(model._meta.app_label)
    ]
    assert upwards == []


def test_glossary_has_every_model_state_and_role() -> None:
    terms = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"]
    known = {(term["module"], term["identifier"]) for term in terms}
    wanted = {(model._meta.app_label, model.__name__) for model in own_models()}
    wanted |= {(choices.__module__.split(".")[1], value) for choices in STATES for value in choices.values}
    assert wanted - known == set()


def test_glossary_says_everything_in_both_languages() -> None:
    terms = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"]
    empty = [term["identifier"] for term in terms if not all(term[key] for key in ("vi", "en", "meaning_vi"))]
    assert empty == []
    keys = [(term["module"], term["identifier"]) for term in terms]
    assert len(keys) == len(set(keys))


def test_workflow_states_are_those_that_are_stored() -> None:
    states = {workflow.code: set(workflow.states) for workflow in registered_workflows()}
    assert states["daily_return"] == set(risk_enums.ReturnState.values)
    assert states["delivery"] == set(risk_enums.DeliveryState.values)
    assert states["question"] == set(directing_enums.QuestionState.values)
    assert states["supervision"] == set(directing_enums.SupervisionState.values)
    assert states["recommendation"] == set(directing_enums.RecommendationState.values)
    assert states["paper"] == set(document_enums.PaperState.values)
    assert states["paper_batch"] == set(document_enums.BatchState.values)
    assert states["word_return"] == set(document_enums.WordReturnState.values)
    assert states["incoming_paper"] == set(document_enums.IncomingState.values)
    assert states["guidance"] == set(directing_enums.GuidanceState.values)
    assert states["production_target"] == set(production_enums.TargetState.values)
    assert states["production_figure"] == set(production_enums.FigureState.values)
    assert states["webhook_subscription"] == set(webhook_enums.SubscriptionState.values)
    assert states["webhook_delivery"] == set(webhook_enums.DeliveryState.values)
    assert states["self_score"] == set(movement_enums.SelfScoreState.values)
    assert states["adjustment"] == set(movement_enums.AdjustmentState.values)
    assert states["standing"] == set(movement_enums.StandingState.values)
    assert states["point_review"] == set(movement_enums.PointReviewState.values)
    assert states["unit_target"] == set(movement_enums.UnitTargetState.values)
    assert states["unit_plan"] == set(plan_enums.PlanState.values)
    assert states["visit"] == set(admission_enums.VisitState.values)


@pytest.mark.parametrize("word", sorted(FORBIDDEN_NAMES))
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [path for path in modules() if path.stem == word] == []


def test_nobody_but_views_tasks_and_commands_reads_the_clock() -> None:
    """`permissions` may for the navigation alone, which has nobody to pass the day in."""
    readers = set()
    for path in modules():
        parts = {*path.relative_to(SOURCE).with_suffix("").parts}
        if parts & CLOCK_READERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if _reads_clock(node):
                readers.add(path.relative_to(SOURCE).as_posix())
    assert {path for path in readers if not path.endswith("permissions.py")} - ALLOWED == set()


ALLOWED = {"common/directory.py", "accounts/devices.py", "accounts/session_store.py"}
"""The navigation's predicate, and sessions, whose life goes by the real clock."""


def _reads_clock(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(called, ast.Attribute)
        and called.attr in {"now", "today", "real_now", "utcnow"}
        and isinstance(called.value, ast.Name)
        and called.value.id in {"clock", "timezone", "datetime"}
    )
