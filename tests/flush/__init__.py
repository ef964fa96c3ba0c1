"""Lets the tests empty the database between two of them; the product has no way around the guard of the trail."""
