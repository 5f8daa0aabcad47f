"""The laws that a catalog is verified by, and the report."""
