"""Pages of risk: a person's level, a unit's zone, the daily return."""
