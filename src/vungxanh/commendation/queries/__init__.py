"""What the data finds, and what was decided."""
