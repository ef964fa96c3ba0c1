"""Where the API stands and how much it takes; read by the dispatcher before Django is there."""

ROOT = "/api/"
FHIR_ROOT = "/fhir/"
LARGEST_BODY = 256 * 1024
