"""Expansions for T → ∞ in the scale

    ... ≪ log log T ≪ log T ≪ T^r ≪ exp(T^r) ≪ ...

each with the order of what it leaves out, so that nothing is read off where leading terms cancel. What cannot be
told raises `Unknown`, with the coefficient whose sign would tell where there is one.

orders       the scale, sums of monomials in it, and which is the larger
functions    functions with asymptotics of their own
scale        what expands an expression
"""
