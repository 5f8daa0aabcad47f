"""Expectations, from a table of normalisers: a density matched to a kernel, a statistic as shifts and derivatives of it."""
