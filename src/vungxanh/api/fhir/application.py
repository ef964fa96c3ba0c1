"""The FHIR endpoint put together: read the questionnaire, read one's answers, say what is here."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError

from vungxanh.admission.queries.declaring import all_declaration
from vungxanh.api.auth import SessionAuth, TokenAuth, asking
from vungxanh.api.fhir import questionnaires
from vungxanh.api.fhir.outcomes import outcome, resource
from vungxanh.api.fhir.responses import questionnaire_response
from vungxanh.api.problems import ProblemError
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.screening.permissions import may_read_answers
from vungxanh.screening.rulebook import QUESTIONNAIRE

LARGEST_ID = 2**63 - 1
fhir = NinjaAPI(
    title="Vùng Xanh, HL7 FHIR R4",
    version="R4",
    urls_namespace="fhir:R4",
    openapi_url=None,
    docs_url=None,
    auth=[TokenAuth(), SessionAuth()],
)


@fhir.get("/metadata", auth=None, url_name="capability_statement")
def capability_statement(request: HttpRequest) -> HttpResponse:
    """What this endpoint can do."""
    reads = [{"code": "read"}]
    kinds = [{"type": name, "interaction": reads} for name in ("Questionnaire", "QuestionnaireResponse")]
    return resource(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": QUESTIONNAIRE.current().in_force(clock.today()).in_force_from.isoformat(),
            "kind": "instance",
            "implementation": {"description": "Vùng Xanh", "url": _base(request)},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": kinds}],
        }
    )


@fhir.get("/Questionnaire/{logical_id}", url_name="questionnaire_read")
def questionnaire_read(request: HttpRequest, logical_id: str) -> HttpResponse:
    """`covid19-2021.1-arrival` is one version; `covid19-arrival` the one in force."""
    today = clock.today()
    found = questionnaires.find(logical_id, on=today)
    if found is None:
        raise Http404
    return resource(questionnaires.questionnaire(*found, base=_base(request), on=today))


@fhir.get("/QuestionnaireResponse/{logical_id}", url_name="questionnaire_response_read")
def questionnaire_response_read(request: HttpRequest, logical_id: str) -> HttpResponse:
    """For the person and the health officer; every look of somebody else is written down."""
    user, now = asking(request), clock.now()
    number = int(logical_id) if logical_id.isascii() and logical_id.isdigit() and len(logical_id) < 20 else 0
    found = all_declaration(number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise Http404
    declaration, person = found
    own = person_of(user)
    if own is None or own.pk not in (person.pk, person.merged_into_id):
        if not may_read_answers(user, unit_ids_of(person, now.date()), on=now.date()):
            raise Http404
        record(
            "admission.read_declarations",
            actor=user,
            at=now,
            subject=person,
            unit_id=declaration.unit_id,
            is_read=True,
        )
    return resource(questionnaire_response(declaration, base=_base(request)))


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/fhir/R4")


@fhir.exception_handler(ProblemError)
def refuse(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return outcome(error.status, error.detail, challenge=error.challenge)


@fhir.exception_handler(ShapeError)
@fhir.exception_handler(Http404)
def refuse_unknown(request: HttpRequest, error: Exception) -> HttpResponse:
    return outcome(404)


@fhir.exception_handler(HttpError)
def refuse_reading(request: HttpRequest, error: HttpError) -> HttpResponse:
    return outcome(error.status_code)


@fhir.exception_handler(AuthenticationError)
def refuse_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return outcome(401)


@fhir.exception_handler(PermissionDenied)
def refuse_unpermitted(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return outcome(403, str(error))
