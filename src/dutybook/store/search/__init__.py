"""Search: queries, filters, facets, the full-text index, vectors, and pages of results."""
