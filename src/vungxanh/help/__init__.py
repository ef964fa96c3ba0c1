"""The manual in the product: the pages of `docs/vi`, each role's own first."""
