"""What is written of response plans and responses."""
