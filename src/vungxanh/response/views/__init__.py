"""Pages of response plans and responses."""
