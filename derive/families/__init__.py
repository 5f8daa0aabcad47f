"""Families and their members: pure data, read from text, with what is known of their parameters."""
