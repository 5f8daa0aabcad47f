"""The derivation of a quantity: gates, cases, its expectation, and the formula that it returns."""
