"""What is written of the organization, split by noun: units, posts, roles, working days, imports, accounts."""
