"""HL7 FHIR R4: the questionnaire, and the answers to it."""
