"""What an expression is reduced to before it is collected: special functions at their simplest arguments, and powers and
absolute values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length, oriented, shortest
from derive.algebra.functions import named_derivatives, real_part

E = Any

MOST_DEGREE = 12
"""The highest degree of a polynomial that a hypergeometric function is written as."""

MOST_APART = 8
"""Orders of Bessel functions that lie further apart are left, and products Γ(z) Γ(n − z) with a larger n."""


def reduced(expression: E) -> E:
    """The expression with its special functions at their simplest arguments.

    >>> k = sp.Symbol("k", positive=True)
    >>> reduced(sp.digamma(k + 1) - sp.digamma(k))
    1/k
    """
    expression = named_derivatives(expression)
    if expression.has(sp.exp):
        expression = expression.replace(
            lambda e: isinstance(e, sp.exp) and e.args[0].has(sp.log) and not e.has(sp.I), _power
        )
    expression = expression.replace(_product_of_positive, lambda e: sp.expand_power_base(e))
    expression = expression.replace(_root_of_sum, _common_root)
    if expression.has(sp.Abs):
        expression = expression.replace(lambda e: e.is_Mul and e.has(sp.Abs), _without_absolutes)
    if expression.has(sp.besselk, sp.besseli, sp.uppergamma):
        expression = expression.replace(
            lambda e: isinstance(e, sp.besselk) and e.args[0].could_extract_minus_sign(),
            lambda e: sp.besselk(-e.args[0], e.args[1]),
        )
        expression = expression.replace(_half_integer_bessel, _elementary_bessel)
        expression = expression.replace(_elementary_uppergamma, lambda e: sp.expand_func(e))
    if expression.has(sp.betainc):
        expression = expression.replace(sp.betainc, _incomplete_beta)
    if expression.has(sp.hyper):
        expression = expression.replace(lambda e: isinstance(e, sp.hyper), _hyper)
        expression = expression.replace(_real_number, lambda e: sp.expand(sp.re(sp.expand_complex(e.args[0]))))
    if expression.has(sp.loggamma, sp.gamma, sp.polygamma):
        expression = _recurrences(expression)
    return expression


def _real_number(e: E) -> bool:
    """Whether an expression is the real part of a number that is made of logs and roots."""
    return isinstance(e, real_part) and e.is_number and e.atoms(sp.Function) - {e} <= e.atoms(sp.log)


def _root_of_sum(e: E) -> bool:
    """Whether an expression is the root of a sum with roots of sums in it."""
    return bool(e.is_Pow and e.base.is_Add and e.exp.is_Rational and e.exp.q == 2 and any(_inner_roots(e.base)))


def _inner_roots(total: E) -> Iterator[E]:
    """The positive sums of which a sum has the square root in a term."""
    return (f.base for f in total.atoms(sp.Pow) if f.exp == sp.S.Half and f.base.is_Add and f.base.is_positive)


def _common_root(e: E) -> E:
    """The root of a sum that has √s as a factor, s among its terms.

    >>> a, b = sp.symbols("a b", positive=True)
    >>> _common_root(sp.sqrt(a**2 + b**2 - a * sp.sqrt(a**2 + b**2)))
    sqrt(-a + sqrt(a**2 + b**2))*(a**2 + b**2)**(1/4)
    """
    for s in _inner_roots(e.base):
        root = sp.Dummy("root", positive=True)
        rest = sp.expand((e.base.xreplace({sp.sqrt(s): root}) - s + root**2) / root)
        if not rest.has(1 / root):
            return s ** (e.exp / 2) * rest.xreplace({root: sp.sqrt(s)}) ** e.exp
    return e


def _without_absolutes(product: E) -> E:
    """A product without the absolute values of real numbers that it is even in, and x²/|x| as |x|.

    >>> x, y = sp.symbols("x y", real=True)
    >>> _without_absolutes(sp.Abs(x)*sp.erf(sp.Abs(x))), _without_absolutes((x - y)**2/sp.Abs(y - x))
    (x*erf(x), Abs(x - y))
    """
    for e in sorted(product.atoms(sp.Abs), key=sp.default_sort_key):
        inside, absolute = e.args[0], sp.Dummy("absolute", real=True)
        if not inside.is_real:
            continue
        put = product.xreplace({e: absolute, inside**2: absolute**2, (-inside) ** 2: absolute**2})
        even = put.xreplace({absolute: -absolute}) == put
        product = put.xreplace({absolute: inside if even else e})
    return product


def _product_of_positive(e: E) -> bool:
    """Whether an expression is a power, of an exponent with symbols, of a product of what is positive."""
    return e.is_Pow and e.base.is_Mul and bool(e.exp.free_symbols) and all(f.is_positive for f in e.base.args)


def _power(e: E) -> E:
    """e^(c log b) as b^c.

    >>> a, b, c = sp.symbols("a b c", positive=True)
    >>> _power(sp.exp(a - c*sp.log(b)))
    exp(a)/b**c
    """
    result, rest = sp.S.One, []
    for term in sp.Add.make_args(sp.expand(e.args[0])):
        logs = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.log)]
        if len(logs) == 1:
            result *= logs[0].args[0] ** (term / logs[0])
        else:
            rest.append(term)
    return e if result == 1 else result * sp.exp(sp.Add(*rest))


def in_one_integral(expression: E) -> E:
    """With −E1(y) as Ei(−y) where that stands too: they are one function, for y > 0.

    >>> x = sp.Symbol("x", positive=True)
    >>> in_one_integral(2 * sp.expint(1, x) + sp.Ei(-x)), in_one_integral(sp.expint(1, x) + sp.Ei(x))
    (-Ei(-x), Ei(x) + expint(1, x))
    """
    there = {sp.expand(f.args[0]): f for f in expression.atoms(sp.Ei)}
    ones = (f for f in expression.atoms(sp.expint) if f.args[0] == 1)
    return expression.xreplace({f: -other for f in ones if (other := there.get(sp.expand(-f.args[1])))})


def duplicated(expression: E) -> E:
    """Γ(2x) beside Γ(x + ½) as Γ(x) Γ(x + ½), of which SymPy makes that for whole 2x (DLMF 5.5.5).

    >>> x = sp.Symbol("x", positive=True)
    >>> duplicated(sp.gamma(2*x)/sp.gamma(x + sp.S.Half))
    2**(2*x - 1)*gamma(x)/sqrt(pi)
    """
    swap = {}
    for e in expression.atoms(sp.gamma):
        half = sp.expand(e.args[0] / 2)
        if expression.has(other := sp.gamma(half + sp.S.Half)):
            swap[e] = 2 ** (2 * half - 1) * sp.gamma(half) * other / sp.sqrt(sp.pi)
    return expression.xreplace(swap)


def by_sine(expression: E) -> E:
    """Γ(z) Γ(n − z) by a sine, for a whole n (DLMF 5.5.3).

    >>> z = sp.Symbol("z", positive=True)
    >>> by_sine(sp.gamma(z)*sp.gamma(1 - z)), by_sine(sp.gamma(z)*sp.gamma(-z))
    (pi/sin(pi*z), -pi/(z*sin(pi*z)))
    """
    swap: dict[E, E] = {}
    found = sorted(expression.atoms(sp.gamma), key=lambda e: (length(e), sp.default_sort_key(e)))
    for i, e in enumerate(found):
        z = e.args[0]
        for other in found[:i]:
            n = sp.expand(z + other.args[0])
            if n.is_Integer and 0 <= n <= MOST_APART and not {e, other} & swap.keys() and not z.is_number:
                kept = other.args[0]
                steps = sp.rf(1 - kept, n - 1) if n > 0 else -1 / kept
                sine = sp.sin(sp.pi * kept) if length(kept) <= length(z) else (-1) ** (n + 1) * sp.sin(sp.pi * z)
                swap[e] = sp.pi * steps / (sine * other)
    return expression.xreplace(swap)


def bessel_recurred(expression: E) -> E:
    """Functions K of one argument and of three orders or more by those of the two lowest (DLMF 10.29.1).

    >>> z = sp.Symbol("z", positive=True)
    >>> bessel_recurred(sp.besselk(0, z) - sp.besselk(2, z) + sp.besselk(1, z))
    besselk(1, z) - 2*besselk(1, z)/z
    """
    swaps: dict[E, E] = {}
    found = sorted(expression.atoms(sp.besselk), key=lambda e: (sp.default_sort_key(e.args[1]), e.args[0].is_number))
    for z in dict.fromkeys(e.args[1] for e in found):
        orders = [e.args[0] for e in found if e.args[1] == z]
        for lowest in orders:
            steps = sorted(int(d) for o in orders if (d := sp.expand(o - lowest)).is_Integer)
            if steps[0] < 0 or len(steps) < 3 or steps[-1] > MOST_APART:
                continue
            values = [sp.besselk(lowest, z), sp.besselk(lowest + 1, z)]
            while len(values) <= steps[-1]:
                values.append(values[-2] + 2 * (lowest + len(values) - 1) / z * values[-1])
            swaps |= {o: values[int(sp.expand(o.args[0] - lowest))] for o in found
                      if o.args[1] == z and sp.expand(o.args[0] - lowest).is_Integer}  # fmt: skip
    return expression.xreplace(swaps)


def _half_integer_bessel(e: E) -> bool:
    return isinstance(e, sp.besselk) and e.args[0].is_Rational and e.args[0].q == 2


def _elementary_bessel(e: E) -> E:
    """K_{n+1/2}(z), elementary (DLMF 10.49.12)."""
    n, z = e.args[0] - sp.S.Half, e.args[1]
    terms = (sp.ff(n + k, 2 * k) / (sp.factorial(k) * (2 * z) ** k) for k in range(int(n) + 1))
    return sp.sqrt(sp.pi / (2 * z)) * sp.exp(-z) * sp.Add(*terms)


def _elementary_uppergamma(e: E) -> bool:
    return isinstance(e, sp.uppergamma) and e.args[0].is_Integer and 0 < e.args[0] < 20


def _incomplete_beta(a: E, b: E, low: E, high: E) -> E:
    """∫ t^(a−1) (1−t)^(b−1) dt, elementary where one of the exponents is 0 or whole (DLMF 8.17.20 is the step).

    >>> b, t = sp.symbols("b t", positive=True)
    >>> _incomplete_beta(sp.Integer(2), b, t, sp.S.One)
    -(1 - t)**(b + 1)/(b + 1) + (1 - t)**b/b
    """
    a, b = shortest(a), shortest(b)
    if a.is_Integer and 0 < a <= MOST_DEGREE and (a == 1 or b.is_positive or b.is_number):
        return _whole_beta(int(a), b, 1 - high, 1 - low)
    if b.is_Integer and 0 < b <= MOST_DEGREE and (b == 1 or a.is_positive or a.is_number):
        return _whole_beta(int(b), a, low, high)
    return sp.betainc(a, b, low, high)


def _whole_beta(n: int, b: E, low: E, high: E) -> E:
    """∫ t^(b−1) (1−t)^(n−1) dt, the whole power multiplied out.

    >>> _whole_beta(2, sp.Integer(-1), sp.Rational(1, 2), sp.S.One)
    1 - log(2)
    """

    def power(m: E) -> E:
        return sp.log(high / low) if m == 0 else (high**m - low**m) / m

    return sp.Add(*((-1) ** k * sp.binomial(n - 1, k) * power(b + k) for k in range(n)))


def from_below(expression: E) -> E:
    """Incomplete beta functions as ∫₀ˣ, and of three neighbours one by the other two (DLMF 8.17.4, 8.17.20).

    >>> a, b, x = sp.symbols("a b x", positive=True)
    >>> from_below(sp.betainc(a, b + 1, 0, x) - sp.betainc(a, b, 0, x) - sp.betainc(b, a + 1, 1 - x, 1))
    -2*betainc(a + 1, b, 0, x)
    """
    swaps = {}
    for e in expression.atoms(sp.betainc):
        a, b, low, high = e.args
        if high == 1 and low != 0 and a.is_positive and b.is_positive:
            turned = length(1 - low) < length(low)
            whole = sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b)
            swaps[e] = sp.betainc(b, a, 0, 1 - low) if turned else whole - sp.betainc(a, b, 0, low)
    expression = expression.xreplace(swaps)
    found = expression.atoms(sp.betainc)
    neighbours: dict[E, E] = {}
    for e in found:
        a, b, *ends = e.args
        one, other = sp.betainc(a, b - 1, *ends), sp.betainc(a + 1, b - 1, *ends)
        if one in found and other in found and not {one, other} & neighbours.keys():
            neighbours[e] = one - other
    return expression.xreplace(neighbours)


def _hyper(e: E) -> E:
    """Hypergeometric functions at arguments where they have shorter names.

    Polynomials, ₀F₀ and ₁F₀ (DLMF 16.2.2, 15.4.6), ₂F₂(1, 1; 2, 2; −z) as E1 (6.2.4, 6.6.4), ₀F₁(; n+1; z²/4) and
    ₁F₁(n+½; 2n+1; 2z) as Bessel functions (10.25.2, 13.6.9).
    """
    above, below, z = e.args
    if z == 0:
        return sp.S.One
    whole = [a for a in above if a.is_Integer and -MOST_DEGREE <= a <= 0]
    if whole:  # a polynomial
        ratio = [
            sp.Mul(*(sp.rf(a, k) for a in above)) / sp.Mul(*(sp.rf(b, k) for b in below)) for k in range(1 - max(whole))
        ]
        return sp.Add(*(c * z**k / sp.factorial(k) for k, c in enumerate(ratio)))
    if not below and len(above) < 2:
        return (1 - z) ** -above[0] if above else sp.exp(z)
    if tuple(above) == (1, 1) and tuple(below) == (2, 2) and (-z).is_positive:
        return -(sp.expint(1, -z) + sp.log(-z) + sp.EulerGamma) / z
    if not above and len(below) == 1 and below[0].is_Integer:
        n, root = below[0] - 1, sp.sqrt(sp.factor(sp.trigsimp(4 * z)))
        return sp.factorial(n) * sp.besseli(n, root) * (root / 2) ** (-n) if z != 0 else sp.S.One
    if (
        len(above) == len(below) == 1
        and below[0].is_Integer
        and below[0] == 2 * above[0]
        and below[0] > 0
        and below[0] % 2 == 1
    ):
        n, half = above[0] - sp.S.Half, oriented(sp.factor(z / 2))
        root = -half if half.could_extract_minus_sign() else half
        return sp.gamma(n + 1) * sp.exp(half) * sp.besseli(n, root) * (root / 2) ** (-n)
    return _next_to_itself(above, below, z) or e


MOST_LETTERED = 3
"""The order to which a function of letters is written out: beyond it is shorter as it stands, and does not cancel near 0."""


def _next_to_itself(above: E, below: E, z: E) -> E | None:
    """₁F₁(n; n+1; z) and ₂F₁(1, n; n+1; z), elementary for whole n (DLMF 13.6.5 and 8.4.7, 15.4.1).

    >>> z = sp.Symbol("z")
    >>> _next_to_itself((sp.S(2),), (sp.S(3),), -z), _next_to_itself((1, sp.S(2)), (sp.S(3),), z)
    (2*(-(z + 1)*exp(-z) + 1)/z**2, -2*(z + log(1 - z))/z**2)
    """
    most = MOST_DEGREE if z.is_number else MOST_LETTERED
    if len(below) != 1 or not (n := below[0] - 1).is_Integer or not 0 < n <= most:
        return None
    if tuple(above) == (n,):
        return sp.factorial(n) / (-z) ** n * (1 - sp.exp(z) * sp.Add(*((-z) ** k / sp.factorial(k) for k in range(n))))
    if sorted(above, key=sp.default_sort_key) == sorted((sp.S.One, n), key=sp.default_sort_key):
        return -n / z**n * (sp.log(1 - z) + sp.Add(*(z**k / k for k in range(1, n))))
    return None


def undifferentiated(expression: E) -> E:
    """Slopes of hypergeometric functions that have some a above and a + 1 below, by those functions and by those without the
    two: z F′ = a (F∖ − F), for term by term (a)_k/(a + 1)_k is a/(a + k).

    >>> z = sp.Symbol("z", positive=True)
    >>> undifferentiated(z*sp.hyper((1, 1), (sp.Rational(3, 2), 2), z).diff(z))
    hyper((1,), (3/2,), z) - hyper((1, 1), (3/2, 2), z)
    """
    swaps: dict[E, E] = {}
    for e in expression.atoms(sp.hyper):
        above, below, z = e.args
        one, under = [a - 1 for a in above], [b - 1 for b in below]
        a = next((a for a in one if a + 1 in under and a != 0), None)
        if a is not None and z != 0 and all(f != 0 for f in (*one, *under)):
            rest, left = list(one), list(under)
            rest.remove(a)
            left.remove(a + 1)
            slope = sp.Mul(*one) / sp.Mul(*under)
            swaps[e] = a * (_hyper(sp.hyper(rest, left, z)) - _hyper(sp.hyper(one, under, z))) / (slope * z)
    return expression.xreplace(swaps)


def _recurrences(expression: E) -> E:
    """Gamma, log-gamma and polygamma at arguments that differ by integers, brought to one of them."""
    arguments = {e.args[-1] for e in expression.atoms(sp.loggamma, sp.gamma, sp.polygamma)}
    swap: dict[E, E] = {}
    for one in sorted(arguments, key=sp.default_sort_key):
        base = _base(one, arguments)
        steps = sp.expand(one - base)
        if steps == 0:
            continue
        n = int(steps)
        for e in expression.atoms(sp.loggamma, sp.gamma, sp.polygamma):
            if e.args[-1] != one:
                continue
            shifts = [base + i for i in range(n)]
            if isinstance(e, sp.loggamma):
                swap[e] = sp.loggamma(base) + sp.Add(*map(sp.log, shifts))
            elif isinstance(e, sp.gamma):
                swap[e] = sp.gamma(base) * sp.Mul(*shifts)
            else:
                order = e.args[0]
                swap[e] = sp.polygamma(order, base) + sp.Add(
                    *((-1) ** order * sp.factorial(order) / s ** (order + 1) for s in shifts)
                )
    return expression.xreplace(swap) if swap else expression


def _base(argument: E, arguments: set[E]) -> E:
    """The least argument that differs from this one by an integer, or this one without its integer part."""
    integer, rest = sp.expand(argument).as_coeff_Add()
    steps = sp.floor(integer) if integer.is_Rational else 0
    bare = argument - steps
    if steps > 0 and steps <= 12 and bare.is_positive:
        return sp.expand(bare)
    least = argument
    for other in arguments:
        step = sp.expand(least - other)
        if step.is_Integer and 0 < step <= 20:
            least = other
    return least
