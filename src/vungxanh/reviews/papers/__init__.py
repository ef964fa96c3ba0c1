"""What a review says: its fields in words, its tables and charts, its parts in order."""
