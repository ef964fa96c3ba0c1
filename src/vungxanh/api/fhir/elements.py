"""Small parts that several resources use."""

from collections.abc import Mapping
from typing import Any

from vungxanh.screening.rulebook import Phrase

Json = dict[str, Any]
MEDIA_TYPE = "application/fhir+json"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
URI_SYSTEM = "urn:ietf:rfc:3986"
AREA_SYSTEM = "https://danhmuchanhchinh.gso.gov.vn"
"""Codes of administrative units of the General Statistics Office."""

TEMPERATURE, ATTESTED, NOTICE = "temperature_c", "attested", "notice"


def worded(name: str, words: Phrase) -> Json:
    """An element in Vietnamese, with its English beside it by the standard extension."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": words.en}]
    return {name: words.vi, f"_{name}": {"extension": [{"url": TRANSLATION, "extension": parts}]}}


def without_nothing(resource: Mapping[str, Any]) -> Json:
    """FHIR knows no null and no empty list."""
    return {key: value for key, value in resource.items() if value not in (None, [], "")}
