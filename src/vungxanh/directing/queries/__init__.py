"""What is read of directing."""
