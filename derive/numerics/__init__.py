"""Numbers to many digits: quadrature, sums, ball arithmetic, the value of an expression."""
