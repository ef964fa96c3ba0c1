"""Changes of the settings, and trials of the connections."""
