"""Pages of the settings, split by card."""
