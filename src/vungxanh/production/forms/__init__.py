"""Forms of production."""
