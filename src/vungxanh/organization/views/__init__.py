"""Pages of the organization, split by noun: units, people, imports, roles, working days."""
