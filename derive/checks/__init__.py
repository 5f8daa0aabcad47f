"""Checks that share no expectation with the engine: verdicts, exact points, evidence."""
