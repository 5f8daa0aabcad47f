"""Named functions that SymPy lacks: order derivatives that it leaves unevaluated, and the links of machine learning.

Each is a SymPy Function with a value by mpmath at any precision, so that it counts as a named special
function in a closed form.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.core.function import ArgumentIndexError

from derive.algebra.placing import large


class _Named(sp.Function):
    """A function of exact arguments, real ones as a rule, that mpmath can evaluate."""

    @staticmethod
    def value(*args: Any) -> Any:
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Any:
        with mpmath.workprec(prec + 20):
            try:
                args = [a._to_mpmath(prec + 20) for a in self.args]
            except ValueError:
                return None
            return sp.Expr._from_mpmath(self.value(*args), prec)


class besselk_order(_Named):
    """∂K_ν(z)/∂ν, the derivative of the modified Bessel function of the second kind in its order.

    By K_ν(z) = ∫₀^∞ e^(−z cosh t) cosh νt dt (DLMF 10.32.9) it is ∫₀^∞ t sinh(νt) e^(−z cosh t) dt; it is odd in ν.
    At ν = ±1/2 it is elementary in E1 (DLMF 10.38.7).

    >>> besselk_order(sp.Rational(1, 2), 1).evalf(15)
    0.166597245002879
    """

    nargs = 2

    @classmethod
    def eval(cls, nu: Any, z: Any) -> Any:
        if nu == 0:
            return sp.S.Zero
        if nu == sp.S.Half:
            return sp.sqrt(sp.pi / (2 * z)) * sp.exp(z) * sp.expint(1, 2 * z)
        if nu.could_extract_minus_sign():
            return -cls(-nu, z)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        if argindex != 2:
            raise ArgumentIndexError(self, argindex)
        nu, z = self.args
        return -(besselk_order(nu - 1, z) + besselk_order(nu + 1, z)) / 2

    @staticmethod
    def value(nu: Any, z: Any) -> Any:
        with mpmath.workprec(2 * mpmath.mp.prec + 20):  # the quotient errs by the square of the step
            step = mpmath.ldexp(1, -mpmath.mp.prec // 2)
            return (mpmath.besselk(nu + step, z) - mpmath.besselk(nu - step, z)) / (2 * step)


class hyperu(_Named):
    """U(a, b, z), Kummer's function of the second kind, which is Tricomi's (DLMF 13.2.6), for z > 0.

    z^a U(a, b, z) tends to 1 where z grows; with a = 1 it is an incomplete gamma function (DLMF 13.6.6).

    >>> z = sp.Symbol("z", positive=True)
    >>> hyperu(2, sp.Rational(1, 2), z).diff(z), hyperu(1, 2, z)
    (-2*hyperu(3, 3/2, z), 1/z)
    >>> hyperu(2, sp.Rational(1, 2), 3).evalf(15)
    0.0405417843718928
    """

    nargs = 3

    @classmethod
    def eval(cls, a: Any, b: Any, z: Any) -> Any:
        if a == 0:
            return sp.S.One
        if sp.expand(a - b) == -1:
            return z**-a
        if a == 1:
            return z ** (1 - b) * sp.exp(z) * sp.uppergamma(b - 1, z)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        if argindex != 3:
            raise ArgumentIndexError(self, argindex)
        a, b, z = self.args
        return -a * hyperu(a + 1, b + 1, z)

    @staticmethod
    def value(a: Any, b: Any, z: Any) -> Any:
        return mpmath.hyperu(a, b, z)


class zeta_second(_Named):
    """ζ″(s), the second derivative of the Riemann zeta function; ζ″(s, q) that of Hurwitz's, in s.

    >>> zeta_second(sp.Integer(2)).evalf(15)
    1.98928023429890
    """

    nargs = (1, 2)

    @staticmethod
    def value(s: Any, q: Any = 1) -> Any:
        return mpmath.zeta(s, q, 2)


class zeta_prime(_Named):
    """ζ′(s), the derivative of the Riemann zeta function; ζ′(s, q) that of Hurwitz's, in s.

    >>> zeta_prime(sp.Integer(2)).evalf(15), zeta_prime(sp.Integer(2), sp.Integer(1))
    (-0.937548254315844, zeta_prime(2))
    >>> s, q = sp.symbols("s q", positive=True)
    >>> zeta_prime(s, q).diff(q)
    -s*zeta_prime(s + 1, q) - zeta(s + 1, q)
    """

    nargs = (1, 2)

    @classmethod
    def eval(cls, s: Any, q: Any = None) -> Any:
        return cls(s) if q == 1 else None

    def fdiff(self, argindex: int = 1) -> Any:
        s, *q = self.args
        return zeta_second(s, *q) if argindex == 1 else -sp.zeta(s + 1, *q) - s * zeta_prime(s + 1, *q)

    @staticmethod
    def value(s: Any, q: Any = 1) -> Any:
        return mpmath.zeta(s, q, 1)


class zeta_rest(sp.Function):
    """ζ(s, q) − 1/(s − 1): what is left of it beside its pole, −ψ(q) at s = 1 (DLMF 25.11.2 with 25.2.4).

    >>> zeta_rest(1, 2)
    -1 + EulerGamma
    """

    nargs = 2

    @classmethod
    def eval(cls, s: Any, q: Any) -> Any:
        return -sp.digamma(q, evaluate=not large(q)) if s == 1 else None


def at_pole_of_zeta(e: Any, s: sp.Symbol) -> Any:
    """An expression with the poles of its zeta functions at s = 1 written out, so that those of a difference cancel.

    >>> s = sp.Symbol("s", positive=True)
    >>> at_pole_of_zeta(sp.zeta(s, 2) - sp.zeta(s, 4), s).subs(s, 1)
    5/6
    """
    own = {f: 1 / (s - 1) + zeta_rest(s, *(f.args[1:] or (sp.S.One,))) for f in e.atoms(sp.zeta) if f.args[0] == s}
    return e.xreplace(own)


class real_part(sp.Function):
    """Re z of a function of real parameters that takes a complex value; unlike SymPy's own it is left as it is.

    >>> x = sp.Symbol("x", positive=True)
    >>> f = real_part(sp.expint(1, 1 + sp.I * x))
    >>> f.diff(x), f.subs(x, 1).evalf(15)
    (-real_part(I*exp(-I*x - 1)/(I*x + 1)), 0.000281624451981418)
    """

    nargs = 1
    is_extended_real = True
    is_commutative = True

    @classmethod
    def eval(cls, z: Any) -> Any:
        if cls._is_real(z):
            return z
        for join in (sp.Add, sp.Mul):
            real = [a for a in join.make_args(z) if cls._is_real(a)]
            if real and z.func is join:
                rest = cls(join(*(a for a in z.args if a not in real)))
                return join(*real, rest)
        return None

    @staticmethod
    def _is_real(z: Any) -> bool:
        # SymPy would evaluate a Meijer G to tell, and fails where it has no value
        return not z.has(sp.meijerg) and bool(z.is_extended_real)

    def _eval_derivative(self, s: Any) -> Any:
        return real_part(self.args[0].diff(s))

    def _eval_evalf(self, prec: int) -> Any:
        value = self.args[0]._eval_evalf(prec + 10)
        return None if value is None or not value.is_number else sp.re(value)._eval_evalf(prec)


class sigmoid(sp.Function):
    """σ(z) = 1/(1 + e^−z), from the line to (0, 1).

    >>> z = sp.Symbol("z", real=True)
    >>> sigmoid(z).diff(z)
    (1 - sigmoid(z))*sigmoid(z)
    """

    nargs = 1
    is_positive = True

    @classmethod
    def eval(cls, z: Any) -> Any:
        return sp.S.Half if z == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, z: Any, **hints: Any) -> Any:
        return 1 / (1 + sp.exp(-z))

    def _eval_evalf(self, prec: int) -> Any:
        return self.rewrite(sp.exp)._eval_evalf(prec)

    @staticmethod
    def _imp_(z: Any) -> Any:
        return 1 / (1 + mpmath.exp(-z))


class softplus(sp.Function):
    """log(1 + e^z), from the line to (0, ∞).

    >>> z = sp.Symbol("z", real=True)
    >>> softplus(z).diff(z)
    sigmoid(z)
    """

    nargs = 1
    is_positive = True

    def fdiff(self, argindex: int = 1) -> Any:
        return sigmoid(self.args[0])

    def _eval_rewrite_as_exp(self, z: Any, **hints: Any) -> Any:
        return sp.log(1 + sp.exp(z))

    def _eval_evalf(self, prec: int) -> Any:
        return self.rewrite(sp.exp)._eval_evalf(prec)

    @staticmethod
    def _imp_(z: Any) -> Any:
        return mpmath.log1p(mpmath.exp(z))


class logsumexp(sp.Function):
    """log Σ_j e^(z_j) of a vector z, whose derivatives are `softmax`(z).

    >>> logsumexp(sp.IndexedBase("z"))
    logsumexp(z)
    """

    nargs = 1


class softmax(sp.Function):
    """The k-th entry of softmax(z) = e^(z_k) / Σ_j e^(z_j)."""

    nargs = 2
    is_positive = True


def named_derivatives(expression: sp.Expr) -> sp.Expr:
    """Replace derivatives that SymPy leaves unevaluated by the functions of this module.

    >>> s = sp.Symbol("s", positive=True)
    >>> named_derivatives(sp.zeta(s + 1).diff(s))
    zeta_prime(s + 1)
    """

    def name(e: Any) -> Any:
        body, variable = e.args[0], e.args[1]
        if len(e.args) > 2 or variable[1] != 1 or not isinstance(body, (sp.besselk, sp.zeta)):
            return e
        inner = body.args[0]
        if isinstance(body, sp.besselk) and not body.args[1].has(variable[0]):
            return besselk_order(inner, body.args[1]) * sp.diff(inner, variable[0])
        if isinstance(body, sp.zeta) and not any(q.has(variable[0]) for q in body.args[1:]):
            return zeta_prime(*body.args) * sp.diff(inner, variable[0])
        return e

    def substituted(e: Any) -> Any:
        derivative, old, new = e.args[0], e.args[1], e.args[2]
        return name(derivative).subs(dict(zip(old, new, strict=True)))

    expression = expression.replace(lambda e: isinstance(e, sp.Subs), substituted)
    expression = expression.replace(lambda e: isinstance(e, sp.Derivative), name)
    return expression.replace(lambda e: isinstance(e, sp.meijerg), _incomplete_order)


def _incomplete_order(e: Any) -> Any:
    """The Meijer G of ∂Γ(s, z)/∂s at a positive integer s, by its recurrence from E1.

    With T(s, z) = ∂Γ(s, z)/∂s − log z·Γ(s, z): T(1, z) = E1(z) and T(s + 1, z) = s·T(s, z) + Γ(s, z),
    both by parts from the integral.
    """
    (an, ap), (bm, bq), z = e.args
    if tuple(an) or tuple(bq) or tuple(ap) != (1, 1) or len(bm) != 3 or tuple(bm[:2]) != (0, 0):
        return e
    s = bm[2]
    if not (s.is_Integer and s > 0) or s > 50:
        return e
    value = sp.expint(1, z)
    for n in range(1, int(s)):
        value = n * value + sp.expand_func(sp.uppergamma(n, z))
    return value


def hypergeometric(above: Any, below: Any, z: Any) -> Any:
    """pFq by mpmath; where its sums hardly converge, two of them as expectations under the beta law that they are about.

    ₂F₁(a, b; c; z) = E (1 − zU)^−a for U ~ Beta(b, c − b), with a c far greater than |z|, by its series about U = 0;
    ₃F₂(1, 1, a; 2, c; z) near z = 1:

    z (a − 1)/(c − 1) ₃F₂ = −E log(1 − zU) = −E log(1 − U) − E log(1 + (1 − z)V) for U ~ Beta(a − 1, c − a) and
    V = U/(1 − U), and the last is a Meijer G, whose series in 1 − z converge (DLMF 16.17).

    >>> print(mpmath.nstr(hypergeometric((1, 1, 1.5), (2, 2.25), mpmath.mpf("0.999")), 12))
    2.11836700995
    >>> print(mpmath.nstr(hypergeometric((1, 1, 1.5), (2, 2.25), mpmath.mpf(1)), 12))
    2.14601836603
    >>> print(mpmath.nstr(hypergeometric((1, 1), (1000,), mpmath.mpf(-20)), 12))
    0.980754821266
    """
    if len(above) == 2 and len(below) == 1 and (value := _falling(above, below[0], z)) is not None:
        return value
    rest, under = sorted(above, key=lambda v: v != 1), sorted(below, key=lambda v: v != 2)
    if rest[:2] != [1, 1] or under[:1] != [2] or len(rest) != 3 or len(under) != 2 or not abs(1 - z) < 0.25:
        return mpmath.hyper(above, below, z)
    a, c = rest[2], under[1]
    if not c > a > 1:
        return mpmath.hyper(above, below, z)
    alpha, beta = mpmath.mpf(a) - 1, mpmath.mpf(c) - a
    last = mpmath.meijerg([[1, 1, 1 - alpha], []], [[1, beta], [0]], 1 - z) if z != 1 else mpmath.mpf(0)
    mean = mpmath.digamma(alpha + beta) - mpmath.digamma(beta) - last * mpmath.rgamma(alpha) * mpmath.rgamma(beta)
    return mean * (alpha + beta) / (alpha * z)


def _falling(above: Any, c: Any, z: Any) -> Any:
    """₂F₁(a, b; c; z) at z < 1 and 0 < a, b < c by its series, whose terms fall to nothing where c is far greater; else None.

    Also where |z| > 1 and it diverges at last: the Taylor sums of (1 + y)^−a are in turn above and below it at every y > 0,
    and so are their means under a beta law, so what is left is less than the next term. Above 0 each is less than z times
    the one before: what is left is a geometric sum at most.
    """
    a, b, c = (mpmath.mpmathify(v) for v in (*above, c))
    if not all(isinstance(v, mpmath.mpf) for v in (a, b, c, z)) or not (abs(z) > 0.5 and z < 1):
        return None
    if not (min(a, b) > 0 and max(a, b) < c and c > 3 * mpmath.mp.dps * abs(z) * max(1, a * b)):
        return None
    total, term = mpmath.mpf(0), mpmath.mpf(1)
    for n in range(10 * mpmath.mp.dps):
        total += term
        ratio = z * (a + n) * (b + n) / ((c + n) * (n + 1))
        if not abs(ratio) < 1:
            return None
        term *= ratio
        if abs(term) <= total * mpmath.eps * min(1, 1 - z):
            return total
    return None


MOST_CARRIED = 20
"""How many times the precision asked for the sums of a Meijer G may take."""


def meijer(above: Any, below: Any, z: Any) -> Any:
    """Meijer's G by mpmath; two shapes where its sums cancel too much, as the integrals that they are about.

    >>> print(mpmath.nstr(meijer(((0.5, 1, 1), ()), ((1,), (0,)), mpmath.mpf(10) ** -20), 12))
    8.86226925453e-21
    >>> print(mpmath.nstr(meijer(((), (1, 1, 1)), ((0, 0, 0, 0.5), ()), mpmath.mpf(10) ** 9), 12))
    3.95137437799e-434294505
    """
    (an, ap), (bm, bq), z = (*map(sorted, above),), (*map(sorted, below),), mpmath.mpmathify(z)
    if not z:  # a limit at best, which mpmath takes for 0
        return mpmath.nan
    if an[1:] == [1, 1] and (ap, bm, bq) == ([], [1], [0]):
        value = _log_under_gamma(1 - an[0], z)
        if value is not None:
            return value
    orders = len(ap)
    if (an, ap, bq) == ([], [1] * orders, []) and orders > 1 and not mpmath.im(z) and z > mpmath.mp.prec:
        others = [b for b in bm if b != 0]
        if len(bm) == orders + 1 and len(others) < 2:
            return _order_of_incomplete(others[0] if others else mpmath.mpf(0), z, orders - 1)
    # the precision at which mpmath gives up grows too slowly for limits, which take thousands of digits
    most = max(mpmath.mp._default_hyper_maxprec(mpmath.mp.prec), MOST_CARRIED * mpmath.mp.prec)
    return mpmath.meijerg(above, below, z, maxprec=most)


def _log_under_gamma(s: Any, c: Any) -> Any:
    """∫₀^∞ x^(s−1) e^(−x) log(1 + cx) dx for small c, by its asymptotic series; None where that does not reach.

    What is left of the Taylor series of log(1 + y) after n terms is at most 5|y|^(n+1)/(n+1), since |1 + ty| ≥ 1/5 there.
    """
    if 4 * abs(mpmath.im(c)) < -mpmath.re(c):
        return None
    total, power, k = mpmath.mpf(0), mpmath.mpf(1), 0
    while True:
        power *= -c * (s + k)
        k += 1
        if abs(c) * (s + k) > 1:
            return None
        total -= power / k
        if abs(power) <= abs(total) * mpmath.eps / 8:
            return mpmath.gamma(s) * total


def _order_of_incomplete(s: Any, z: Any, n: int) -> Any:
    """∫_z^∞ t^(s−1) log(t/z)ⁿ/n! e^(−t) dt, of which the derivatives of Γ(s, z) in s are sums, for large z."""
    top = mpmath.mp.prec * mpmath.ln2 + 20

    def integrand(u: Any) -> Any:
        return mpmath.exp(-u + (s - 1) * mpmath.log1p(u / z)) * mpmath.log1p(u / z) ** n

    return mpmath.exp(-z) * z ** (s - 1) / mpmath.factorial(n) * mpmath.quad(integrand, mpmath.linspace(0, top, 9))


def incomplete_gamma(s: Any, low: Any = 0, high: Any = mpmath.inf) -> Any:
    """mpmath's incomplete gamma function; up to a complex end by its series (DLMF 8.5.1), where mpmath turns round for ever.

    >>> print(mpmath.nstr(incomplete_gamma(mpmath.mpf(2), 0, mpmath.mpc(1, 1)), 12))
    (0.292907903654 + 0.42035364096j)
    """
    if not low and mpmath.im(high):
        return mpmath.mpmathify(high) ** s / s * mpmath.hyp1f1(s, s + 1, -high)
    return mpmath.gammainc(s, low, high)


NAMED = {
    "gammainc": incomplete_gamma,
    "hyper": hypergeometric,
    "meijerg": meijer,
    "besselk_order": besselk_order.value,
    "hyperu": hyperu.value,
    "zeta_prime": zeta_prime.value,
    "zeta_second": zeta_second.value,
    "real_part": mpmath.re,
    "sigmoid": sigmoid._imp_,
    "softplus": softplus._imp_,
}
"""Name -> mpmath implementation, for compiled expressions."""
