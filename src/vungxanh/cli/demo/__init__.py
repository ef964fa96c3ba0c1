"""The demonstration agency: sample data, built through the product's own operations, that lives on day by day."""
