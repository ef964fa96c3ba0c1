"""What is read of response plans and responses."""
