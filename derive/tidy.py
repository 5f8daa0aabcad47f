"""Formulas as short as a textbook's.

`tidy` writes a result as a sum Σ coefficient·atom over distinct special-function atoms, each coefficient
factored, and logs of equal coefficient merged into one. Every rewriting is an identity for positive
arguments of logs; none depends on `simplify`.
"""

from __future__ import annotations

import contextlib
import math
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.functions import named_derivatives

E = Any


@lru_cache(maxsize=4096)
def tidy(expression: E) -> E:
    """The expression in its shortest form.

    >>> k, a, b = sp.symbols("k a b", positive=True)
    >>> tidy(k*sp.log(a) - k*sp.log(b) + k*sp.digamma(k + 1) - k*sp.digamma(k))
    k*log(a/b) + 1
    """
    if expression.has(sp.nan, sp.zoo, sp.oo) or expression.is_Atom:
        return expression
    frozen = Frozen(expression)
    spread = frozen.freeze(_split_logs(_special(expression)))
    if terms(spread) > MAX_TERMS:
        return expression
    result = _assemble(_cancelled(sp.expand(spread, power_exp=False, log=False), frozen), frozen)
    result = result.replace(
        lambda e: isinstance(e, (sp.erf, sp.erfc)), lambda e: e.func(_oriented(sp.factor(e.args[0])))
    )
    return result if agree(expression, result) else expression


def agree(one: E, other: E) -> bool:
    """Whether two expressions have the same value at a point: rewriting must not change what it rewrites.

    >>> x = sp.Symbol("x", positive=True)
    >>> agree(sp.log(x**2), 2*sp.log(x)), agree(sp.log(x**2), sp.log(x))
    (True, False)
    """
    symbols = sorted(one.free_symbols | other.free_symbols, key=sp.default_sort_key)
    point = {
        s: sp.Integer(i + 2) if s.is_integer else sp.Rational(7 + 3 * i, 31 + 4 * i) for i, s in enumerate(symbols)
    }
    try:
        a, b = (complex(sp.N(e, 15, subs=point)) for e in (one, other))
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return True
    return abs(a.real - b.real) <= 1e-8 * (1 + abs(a.real)) or a != a or b != b


MAX_CANCEL = 400
"""Sums of fractions with more operations than this are not put over one denominator."""

MAX_TERMS = 1500
"""Expressions that would expand into more terms than this are left as they are."""


def terms(e: E) -> int:
    """How many terms an expression has at most when expanded.

    >>> terms(sp.sympify("(a + b)**3*(c + d)"))
    16
    """
    if e.is_Add:
        return sum(terms(a) for a in e.args)
    if e.is_Mul:
        return math.prod(terms(a) for a in e.args)
    if e.is_Pow and e.exp.is_Integer and e.base.is_Add:
        return min(terms(e.base) ** abs(int(e.exp)), 10**9) if e.exp > 0 else 1
    return 1


class Frozen:
    """Special functions and exponentials held fixed, so that what is left is a rational function of symbols.

    Exponentials with proportional exponents become powers of one symbol, so that they cancel.
    """

    def __init__(self, expression: E) -> None:
        self.single = {sp.expand(e.args[0]) for e in expression.atoms(sp.exp)}
        self.names: dict[E, sp.Dummy] = {}
        self.meaning: dict[sp.Dummy, E] = {}
        self._exponents: list[tuple[E, sp.Dummy]] = []

    def freeze(self, e: E) -> E:
        if e.is_Atom:
            return self._name(e) if e is sp.EulerGamma else e
        if isinstance(e, sp.exp):
            return self._exponential(e)
        if isinstance(e, (sp.Integral, sp.Sum)) or isinstance(e, sp.Function) and not isinstance(e, (sp.Abs, sp.sign)):
            return self._name(e)
        if e.is_Pow and e.exp.free_symbols:
            return self._power(e)
        return e.func(*(self.freeze(a) for a in e.args))

    def _name(self, e: E) -> sp.Dummy:
        if isinstance(e, sp.Function) and not isinstance(e, (sp.exp, sp.log, sp.hyper, sp.meijerg)):
            e = e.func(*(_radicals(shortest(a)) for a in e.args))
        if e not in self.names:
            self.names[e] = sp.Dummy(f"f{len(self.names)}", positive=True)
            self.meaning[self.names[e]] = e
        return self.names[e]

    def _exponential(self, e: E) -> E:
        exponent = sp.expand(e.args[0])
        terms = sp.Add.make_args(exponent)
        if len(terms) > 1 and any(_proportional(t, other) for t in terms for other in self.single if other != exponent):
            return sp.Mul(*(self._proportional_power(t) for t in terms))
        return self._proportional_power(exponent)

    def _proportional_power(self, exponent: E) -> E:
        for known, name in self._exponents:
            if ratio := _proportional(exponent, known):
                return name**ratio
        negative = _leads_negative(exponent)
        exponent = -exponent if negative else exponent
        name = self._name(sp.exp(shortest(exponent)))
        self._exponents.append((exponent, name))
        return 1 / name if negative else name

    def _power(self, e: E) -> E:
        base, result = e.base, sp.S.One
        for term in sp.Add.make_args(sp.expand(e.exp)):
            if term.is_Rational:
                result *= self.freeze(base) ** term
            elif _leads_negative(term):
                result /= self._name(base ** (-term))
            else:
                result *= self._name(base**term)
        return result

    def thaw(self, e: E) -> E:
        return e.xreplace(self.meaning)

    def special(self, e: E) -> bool:
        return bool(e.free_symbols & self.meaning.keys())


def _proportional(one: E, other: E) -> Any:
    """one/other when it is a small integer, else 0."""
    ratio = sp.cancel(one / other)
    return ratio if ratio.is_Integer and abs(ratio) < 20 else 0


def _radicals(e: E) -> E:
    """Products of square roots as one root."""
    return sp.powsimp(e) if e.is_Mul else e


def _leads_negative(e: E) -> bool:
    return bool(sp.Add.make_args(e)[0].as_coeff_Mul()[0] < 0)


def _cancelled(spread: E, frozen: Frozen) -> E:
    """The terms whose denominators are sums of special functions, put over one denominator and cancelled."""
    plain: list[E] = []
    mixed: list[E] = []
    for term in sp.Add.make_args(spread):
        denominator = sp.fraction(term)[1]
        awkward = any(f.as_base_exp()[0].is_Add for f in sp.Mul.make_args(denominator))
        (mixed if awkward else plain).append(term)
    if not mixed or sp.count_ops(sp.Add(*mixed)) > MAX_CANCEL:
        return spread
    try:
        numerator, denominator = sp.fraction(sp.cancel(sp.together(sp.Add(*mixed))))
    except (sp.PolynomialError, NotImplementedError):
        return spread
    denominator = sp.factor_terms(sp.factor(denominator))
    if not frozen.special(numerator):
        return sp.Add(*plain, sp.factor(numerator) / denominator)
    whole, numerator = _divided(numerator, denominator, frozen)
    plain.append(whole)
    groups: dict[E, E] = {}
    for term in sp.Add.make_args(sp.expand(numerator)):
        atom, coefficient = _atom(term, frozen)
        groups[atom] = groups.get(atom, sp.S.Zero) + coefficient
    if frozen.special(denominator):
        return sp.Add(sp.expand(sp.Add(*plain)), *(sp.factor(c) * a / denominator for a, c in groups.items()))
    return sp.Add(sp.expand(sp.Add(*plain)), *(sp.cancel(sp.factor(c) / denominator) * a for a, c in groups.items()))


def _divided(numerator: E, denominator: E, frozen: Frozen) -> tuple[E, E]:
    """Quotient and remainder in a special function that the denominator is a sum of."""
    sums = [f for f in sp.Mul.make_args(denominator) if f.as_base_exp()[0].is_Add]
    for generator in sorted(set().union(*(f.free_symbols for f in sums)) & frozen.meaning.keys(), key=str):
        if numerator.is_polynomial(generator) and denominator.is_polynomial(generator):
            quotient, remainder = sp.div(numerator, sp.expand(denominator), generator)
            if quotient != 0 and not frozen.special(sp.fraction(sp.together(quotient))[1]):
                return sp.expand(quotient), remainder
    return sp.S.Zero, numerator


def length(expression: E) -> int:
    """How long an expression reads: operations and letters."""
    return int(sp.count_ops(expression)) + sum(1 for n in sp.preorder_traversal(expression) if n.is_Atom)


def _special(expression: E) -> E:
    """Special functions at their simplest arguments."""
    expression = named_derivatives(expression)
    if expression.has(sp.besselk, sp.besseli, sp.uppergamma):
        expression = expression.replace(
            lambda e: isinstance(e, sp.besselk) and e.args[0].could_extract_minus_sign(),
            lambda e: sp.besselk(-e.args[0], e.args[1]),
        )
        expression = expression.replace(_half_integer_bessel, _elementary_bessel)
        expression = expression.replace(_elementary_uppergamma, lambda e: sp.expand_func(e))
    if expression.has(sp.hyper):
        expression = expression.replace(lambda e: isinstance(e, sp.hyper), _hyper)
    if expression.has(sp.loggamma, sp.gamma, sp.polygamma):
        expression = _recurrences(expression)
    return expression


def _half_integer_bessel(e: E) -> bool:
    return isinstance(e, sp.besselk) and e.args[0].is_Rational and e.args[0].q == 2


def _elementary_bessel(e: E) -> E:
    """K_{n+1/2}(z), elementary (DLMF 10.49.12)."""
    n, z = e.args[0] - sp.S.Half, e.args[1]
    terms = (sp.ff(n + k, 2 * k) / (sp.factorial(k) * (2 * z) ** k) for k in range(int(n) + 1))
    return sp.sqrt(sp.pi / (2 * z)) * sp.exp(-z) * sp.Add(*terms)


def _elementary_uppergamma(e: E) -> bool:
    return isinstance(e, sp.uppergamma) and e.args[0].is_Integer and 0 < e.args[0] < 20


def _hyper(e: E) -> E:
    """₀F₁(; n+1; z²/4) as a Bessel function (DLMF 10.25.2), ₂F₁(1, 1; 2; z) as a logarithm (DLMF 15.4.1)."""
    above, below, z = e.args
    if z == 0:
        return sp.S.One
    if not above and len(below) == 1 and below[0].is_Integer:
        n, root = below[0] - 1, sp.sqrt(sp.factor(sp.trigsimp(4 * z)))
        return sp.factorial(n) * sp.besseli(n, root) * (root / 2) ** (-n) if z != 0 else sp.S.One
    if tuple(above) == (1, 1) and tuple(below) == (2,):
        return -sp.log(1 - z) / z
    return e


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


def _split_logs(expression: E) -> E:
    """Logs of products and powers of positive things, as sums of logs."""

    def split(e: E) -> E:
        argument = e.args[0]
        if argument.is_Add:
            argument = sp.factor(argument)
        if argument.is_Mul or argument.is_Pow:
            return sp.expand_log(sp.log(argument))
        return sp.log(argument)

    return expression.replace(lambda e: isinstance(e, sp.log), split)


def _assemble(spread: E, frozen: Frozen) -> E:
    """A sum as Σ coefficient·atom with factored coefficients and merged logs."""
    table: dict[E, E] = {}
    for term in sp.Add.make_args(spread):
        atom, coefficient = _atom(term, frozen)
        table[atom] = table.get(atom, sp.S.Zero) + coefficient
    logs, rest = [], []
    for atom, coefficient in table.items():
        coefficient, atom = shortest(coefficient), frozen.thaw(atom)
        if coefficient == 0:
            continue
        inside = [f for f in sp.Mul.make_args(atom) if isinstance(f, sp.log)]
        if len(inside) == 1:
            logs.append((coefficient * (atom / inside[0]), inside[0].args[0]))
        else:
            rest.append(coefficient * atom)
    return sp.Add(*rest, *_merged(logs))


def _atom(term: E, frozen: Frozen) -> tuple[E, E]:
    """A term as (product of special functions, algebraic coefficient)."""
    atoms: list[E] = []
    coefficients: list[E] = []
    for f in sp.Mul.make_args(term):
        (atoms if frozen.special(f) else coefficients).append(f)
    return sp.Mul(*atoms), sp.Mul(*coefficients)


def shortest(coefficient: E) -> E:
    """The shortest of a few normal forms of an algebraic expression."""
    if coefficient.is_Atom or coefficient.is_number and not coefficient.is_Add:
        return coefficient
    forms = [coefficient]
    try:
        whole = sp.factor(coefficient)
        spread = sp.expand(coefficient)
        forms += [_oriented(whole), spread]
        constant, rest = spread.as_coeff_Add()
        if constant != 0:
            forms.append(constant + _oriented(sp.factor(rest)))
        forms += [f for form in (whole, spread) if (f := _differences(form)) is not None]
        forms += [_squares(form) for form in list(forms)]
    except (sp.PolynomialError, NotImplementedError):
        pass
    return min(forms, key=lambda e: (length(e), sp.default_sort_key(e)))


def _oriented(product: E) -> E:
    """Sums in a product turned so that their leading term is positive, an even power of a difference too."""
    if not product.is_Mul and not product.is_Pow:
        return product
    sign, factors = sp.S.One, []
    for f in sp.Mul.make_args(product):
        base, exponent = f.as_base_exp()
        if base.is_Add and exponent.is_Integer and _reads_negative(base):
            sign *= (-1) ** exponent
            f = (-base) ** exponent
        factors.append(f)
    return sign * sp.Mul(*factors)


def _reads_negative(total: E) -> bool:
    constant = total.as_coeff_Add()[0]
    return constant < 0 if constant != 0 else _leads_negative(sp.Add(*sp.ordered(total.args), evaluate=False))


def _squares(expression: E) -> E:
    """Perfect squares completed inside sums: a² ± 2ab + b² as (a ± b)²."""

    def complete(total: E) -> E:
        terms = set(total.args)
        roots = [t.base for t in total.args if t.is_Pow and t.exp == 2]
        for i, one in enumerate(roots):
            for other in roots[:i]:
                for sign in (1, -1):
                    needed = {one**2, other**2, 2 * sign * one * other}
                    if needed <= terms:
                        return complete(sp.Add(*(terms - needed), (other + sign * one) ** 2))
        return total

    return expression.replace(lambda e: e.is_Add and len(e.args) > 2, complete)


def _differences(expression: E) -> E | None:
    """An expression in two location parameters that depends on their difference alone, written in it."""
    numerator, denominator = sp.fraction(sp.together(expression))
    real = sorted(
        (s for s in numerator.free_symbols if s.is_real and s.is_extended_positive is None and not s.is_integer),
        key=str,
    )
    if len(real) < 2 or not numerator.is_polynomial(*real) or any(denominator.has(s) for s in real):
        return None
    first, second = real[:2]
    gap = sp.Dummy("gap", real=True)
    moved = sp.expand(numerator.subs(first, second + gap))
    if moved.has(second):
        return None
    moved = sp.expand(moved / denominator) if denominator.is_Atom else moved / denominator
    return moved.subs(gap, first - second)


def _merged(logs: list[tuple[E, E]]) -> list[E]:
    """Logs with numeric coefficients as one log, and logs of equal or opposite coefficient as one."""
    numeric = [(c, a) for c, a in logs if c.is_Rational]
    groups: dict[E, list[tuple[int, E]]] = {}
    for c, a in logs:
        if c.is_Rational:
            continue
        opposite = next((known for known in groups if sp.expand(known + c) == 0), None)
        if opposite is not None:
            groups[opposite].append((-1, a))
        else:
            groups.setdefault(c, []).append((1, a))
    result = _numeric_logs(numeric)
    for c, members in groups.items():
        argument = _argument(sp.Mul(*(a**s for s, a in members)))
        if c.could_extract_minus_sign() and any(s < 0 for s, _ in members):
            c, argument = -c, 1 / argument
        result.append(c * logarithm(argument))
    return result


def _numeric_logs(numeric: list[tuple[E, E]]) -> list[E]:
    """Logs with rational coefficients: as one log, or one for each size of coefficient, whichever is shorter."""
    if not numeric:
        return []
    unit = sp.Rational(1, math.lcm(*(int(c.q) for c, _ in numeric)))
    unit *= math.gcd(*(int(c / unit) for c, _ in numeric))
    sizes = sorted({abs(c) for c, _ in numeric})
    one = [(unit, sp.Mul(*(a ** (c / unit) for c, a in numeric)))]
    several = [(size, sp.Mul(*(a ** (c / size) for c, a in numeric if abs(c) == size))) for size in sizes]
    options = [[c * logarithm(_argument(a)) for c, a in option] for option in (one, several)]
    return min(options, key=lambda terms: length(sp.Add(*terms)))


def logarithm(argument: E) -> E:
    """log of a product, as −log of its inverse where that has no numerator."""
    return -sp.log(1 / argument) if sp.fraction(argument)[0] == 1 and argument != 1 else sp.log(argument)


def _argument(product: E) -> E:
    """The argument of a merged log: cancelled, and (1 − w)(1 + w) as 1 − w²."""
    if not any(f.as_base_exp()[0].is_Add for f in sp.Mul.make_args(product)):
        return product
    forms = [product, _oriented(product)]
    with contextlib.suppress(sp.PolynomialError, NotImplementedError):
        forms.append(_oriented(sp.factor(product)))
    forms += [_conjugates(f) for f in forms] + [_squares(f) for f in forms]
    return min(forms, key=lambda e: (length(e), sp.default_sort_key(e)))


def _conjugates(product: E) -> E:
    """(1 − w)^n (1 + w)^n as (1 − w²)^n."""
    factors: dict[E, E] = {}
    for f in sp.Mul.make_args(product):
        base, power = f.as_base_exp()
        factors[base] = factors.get(base, sp.S.Zero) + power
    for one in list(factors):
        other = 2 - one
        pair = one in factors and other in factors and other != one and factors[one] == factors[other]
        if pair and one.is_Add and one.as_coeff_Add()[0] == 1:
            power = factors.pop(one)
            del factors[other]
            both = sp.expand(one * other)
            factors[both] = factors.get(both, sp.S.Zero) + power
    return sp.Mul(*(base**power for base, power in factors.items()))


def neat(condition: object) -> object:
    """A condition with each inequality solved to positive terms on both sides.

    >>> a = sp.Symbol("a", positive=True)
    >>> neat(1 - (a + 1) < -1)
    a > 1
    """
    if not isinstance(condition, sp.Basic) or not condition.atoms(sp.core.relational.Relational):
        return condition
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        return condition.func(*(neat(c) for c in condition.args))
    if not hasattr(condition, "gts") or condition.has(sp.Abs, sp.oo):
        return condition
    numerator, denominator = sp.fraction(sp.together(sp.expand(condition.lhs - condition.rhs)))
    if not denominator.is_positive:
        return condition
    content, primitive = sp.factor_terms(sp.expand(numerator)).as_independent(*numerator.free_symbols, as_Add=False)
    primitive = sp.Mul(*(f for f in sp.Mul.make_args(primitive) if not f.is_positive))
    if content.is_negative is None:
        return condition
    terms = sp.Add.make_args(sp.expand(primitive * (-1 if content.is_negative else 1)))
    left = sp.Add(*(t for t in terms if not _leads_negative(t)))
    right = -sp.Add(*(t for t in terms if _leads_negative(t)))
    result = condition.func(left, right)
    return result if left.free_symbols or not right.free_symbols else result.reversed
