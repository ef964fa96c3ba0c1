"""Input of the pages of admission."""
