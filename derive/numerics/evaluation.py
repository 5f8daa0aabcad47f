"""The numerical value of a formula, to any number of digits.

A closed expression is compiled to mpmath and evaluated at two precisions that must agree; more precision
is taken until they do, so cancellation is seen and not suffered; that there is no finite value is believed at a
precision that covers the numbers put in, as 1 − e^−b is 0 below the digits of b. Integrals and sums inside it go to
quadrature. At a removable point the value is the limit, taken along two directions that must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.evaluators import log_distance
from derive.algebra.normal import is_zero
from derive.algebra.placing import LENGTH, put
from derive.numerics.removable import hidden_pole, infinite, limit, singular, without_integrals
from derive.numerics.terms import GUARD, SLOW_GUARD, EvaluationError, Terms

TINY, TINIEST = 40, 700
"""Digits beyond twice those asked that a value may lose before it counts as 0, with quadratures and without: floats go to 1e-324."""

COVERED = 8
"""The precision at which it is believed that there is no finite value, in units of that which tells the numbers put in from 0."""

TAIL = 2
"""Where erf is written as ±1 and erfc."""


def evaluate_number(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any = sp.true) -> mpmath.mpf:
    """`expression` at exact values for its symbols, as an mpf right to `digits` digits.

    A value below 10^−(2·digits + 700) is given as 0; with quadrature, below 10^−(2·digits + 40) of its largest term.
    nan where an integral diverges both ways. At a removable point on the edge of the condition under which the expression
    holds, the limit is that from inside. Raises EvaluationError when the digits cannot be reached.

    >>> x = sp.Symbol("x")
    >>> evaluate_number(sp.sin(x)/x, {x: sp.Integer(0)}, 10)
    mpf('1.0')
    """
    try:
        return _evaluated(expression, place, digits, condition)
    except mpmath.mp.NoConvergence as error:
        raise EvaluationError(f"no {digits} digits were reached: {error}") from None


def _evaluated(expression: Any, place: Mapping[Any, Any], digits: int, condition: Any) -> mpmath.mpf:
    if expression in (sp.oo, -sp.oo):
        return mpmath.inf if expression == sp.oo else -mpmath.inf
    expression = _far(_in_tails(_vectors(expression, place), place), place)
    place = {k: v for k, v in place.items() if not isinstance(v, sp.Tuple)}
    if hidden_pole(expression, place):
        return limit(expression, place, digits, condition)
    terms = Terms(expression, place)
    guard = SLOW_GUARD if terms.slow else GUARD
    extent = 0 if terms.slow else terms.extent
    below, previous = digits + max(guard, extent), None
    farthest = COVERED * below
    while True:
        with mpmath.workdps(below):
            value, largest = terms.at(below)
            reached = terms.reached
            if (
                terms.slow
                and value is not None
                and mpmath.isfinite(value)
                and singular(without_integrals(expression), place)
            ):
                value = None  # of two infinities each was rounded to a number, in one precision alone
            wanting = (value is None or mpmath.isinf(value)) and not terms.slow and below < farthest
            if wanting and not singular(expression, place):  # a log or a denominator that was rounded to 0
                below *= 2
                continue
            if value is None:
                rest = _without_zeros(expression, place)
                if rest == expression:
                    return limit(expression, place, digits, condition)
                return evaluate_number(rest, place, digits, condition)
            if mpmath.isnan(value):
                return value
            if mpmath.isinf(value):
                if not terms.slow and not singular(expression, place):
                    raise EvaluationError(
                        f"no {digits} digits were reached: something is less than {below} digits tell from 0"
                    )
                return value if terms.slow else infinite(value, expression, place, digits, condition)
            lost = int(mpmath.log10(largest / abs(value))) + 1 if value != 0 else below - extent
            agree = previous is not None and abs(value - previous) <= abs(value) * mpmath.mpf(10) ** -(digits + 2)
            if lost + digits > (reached if terms.slow else below):  # what agrees may be what was rounded away
                agree = False
            # a quadrature has refined until it agreed with itself, and says how far
            enough = terms.slow and reached - lost >= digits + 2
        if value != 0 and (agree or enough):
            with mpmath.workdps(digits + 5):
                return +value
        if lost > 2 * digits + (TINY if terms.slow else TINIEST + int(mpmath.log10(largest))):
            return mpmath.mpf(0)
        missing = max(0, lost + digits - below) + guard
        previous, below = value, below + (missing if terms.slow else max(below, missing))
        if below > max(6 * digits + 3000, farthest):
            raise EvaluationError(f"no {digits} digits were reached")


def _in_tails(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression with erf as ±1 and erfc where it is near that: of a difference of two nothing would be left.

    >>> x = sp.Symbol("x")
    >>> _in_tails(sp.log(sp.erf(x + 1) - sp.erf(x)), {x: sp.Integer(50)})
    log(erfc(x) - erfc(x + 1))
    """
    tails: dict[Any, Any] = {}
    for f in expression.atoms(sp.erf):
        at = put(f.args[0], place).evalf(15)
        if at.is_Float and abs(at) > TAIL:
            tails[f] = 1 - sp.erfc(f.args[0]) if at > 0 else sp.erfc(-f.args[0]) - 1
    if not tails:
        return expression
    sums = {
        f: sp.expand_mul(f.xreplace(tails), deep=False)
        for f in expression.atoms(sp.Add)
        if tails.keys() & set(_erfs(f))
    }
    return expression.xreplace(sums).xreplace(tails)


LARGE = 50
"""The size of an argument from which on erfi and ₂F₂ are taken together."""


def _far(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression with erfi and ₂F₂(1, 1; 3/2, 2; z²) for a large z by what is left of them.

    >>> z = sp.Symbol("z", positive=True)
    >>> series = sp.hyper([1, 1], [sp.Rational(3, 2), 2], z**2)
    >>> _far(2 * z**2 * series - sp.pi * sp.erfi(z), {z: sp.Integer(10)})
    -2*log_distance(z)
    """
    found = {}
    for f in expression.atoms(sp.hyper):
        ours = tuple(f.ap) == (1, 1) and set(f.bq) == {sp.Rational(3, 2), sp.Integer(2)}
        if ours and abs(put(f.argument, place).evalf(15)) > LARGE:
            root = next((g.args[0] for g in expression.atoms(sp.erfi) if is_zero(g.args[0] ** 2 - f.argument)), None)
            if root is not None and sp.re(put(root, place).evalf(15)) > 0:
                found[f] = (sp.pi * sp.erfi(root) / 2 - log_distance(root)) / root**2
    return sp.expand_mul(expression.xreplace(found)) if found else expression


def _erfs(e: Any) -> Iterator[Any]:
    """The error functions that are terms of a sum."""
    return (g for t in e.args for g in sp.Mul.make_args(t) if isinstance(g, sp.erf))


def _vectors(expression: Any, place: Mapping[Any, Any]) -> Any:
    """Sums over the entries of vector parameters, written out."""
    vectors = {k: v for k, v in place.items() if isinstance(v, sp.Tuple)}
    if not vectors:
        return expression
    size = sp.Integer(len(next(iter(vectors.values()))))
    whole = {k: v for k, v in place.items() if getattr(k, "is_integer", False)}  # the ends of sums
    expression = expression.subs({LENGTH: size, **whole}).doit()
    return expression.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in vectors,
        lambda e: vectors[e.base][int(e.indices[0]) - 1],
    )


def _without_zeros(expression: Any, place: Mapping[Any, Any]) -> Any:
    """An expression without the terms f^r·log f (r > 0) of its sums, where f is 0."""

    def vanishes(term: Any) -> bool:
        powers = dict(f.as_base_exp() for f in sp.Mul.make_args(term))
        if not (logs := [base for base in powers if isinstance(base, sp.log)]):
            return False
        zeros = {base for base, r in powers.items() if r.is_positive and put(base, place) == 0}
        inside = {f.as_base_exp()[0] for log in logs for f in sp.Mul.make_args(log.args[0])}
        singular = [f for f in inside if put(f, place) == 0]
        others = sp.Mul(*(base**r for base, r in powers.items() if base not in zeros and base not in logs))
        held = (any(_finite(sp.cancel(zero / f), place) for zero in zeros) for f in singular)
        return bool(singular) and all(held) and _finite(others, place)

    def inside(term: Any) -> Any:
        """The same of a factor that is a sum, where what it is multiplied with is finite."""
        for f in term.args if term.is_Mul else ():
            if f.is_Add and _finite(term / f, place):
                term = term / f * _without_zeros(f, place)
        return term

    return sp.Add(*(inside(t) for t in sp.Add.make_args(expression) if not vanishes(t)))


def _finite(expression: Any, place: Mapping[Any, Any]) -> bool:
    try:
        return bool(put(expression, place).is_finite)
    except AttributeError:  # SymPy's Meijer G at an infinite argument
        return False
