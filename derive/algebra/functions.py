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
