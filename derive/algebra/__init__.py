"""Algebra: normal forms, short forms, and the functions that SymPy lacks. Knows expressions, and nothing of probability."""

from derive.algebra import factoring, monotony, polylogarithm

factoring.install()
monotony.install()
polylogarithm.install()
