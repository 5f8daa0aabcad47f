"""Algebra: normal forms, short forms, and the functions that SymPy lacks. Knows expressions, and nothing of probability."""

from derive.algebra import factoring, polylogarithm

factoring.install()
polylogarithm.install()
