"""Plans of the units: drafted from a template with the unit's own data, commented by the Office, accepted, issued."""
