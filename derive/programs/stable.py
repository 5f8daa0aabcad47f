"""Functions that do not cancel, as SymPy functions: what a formula is rewritten into.

    log1pmx(x)          log(1 + x) − x
    expm1mx(x)          exp(x) − 1 − x
    kl_div(x, d)        x log(x/(x + d)) + d, and d at x = 0: the divergence of two Poisson laws x and x + d
    xlogy(x, y)         x log y, 0 at x = 0; xlog1py(x, y) is x log(1 + y)
    loggamma_rest(x)    log Γ(x) − [(x − ½) log x − x + ½ log 2π]
    digamma_rest(x)     ψ(x) − [log x − 1/(2x)]
    trigamma_rest(x)    ψ′(x) − [1/x + 1/(2x²)]
    log_exprel(x)       log((e^x − 1)/x)

The rests are what Stirling's formula leaves out (DLMF 5.11.1 and its derivatives): at large x they are of order 1/x,
1/x² and 1/x³, while the parts taken out are elementary and cancel symbolically, before any rounding.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import expm1, log1p


class Stable(sp.Function):
    """A function of real arguments that mpmath evaluates by its definition, at a precision that covers cancellation."""

    is_real = True
    is_extended_real = True
    is_commutative = True

    @staticmethod
    def value(*args: Any) -> Any:
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Any:
        with mpmath.workprec(3 * prec + 60):
            try:
                args = [a._to_mpmath(3 * prec + 60) for a in self.args]
            except ValueError:
                return None
            return sp.Float._new(mpmath.mpf(self.value(*args))._mpf_, prec)


def _known(x: Any) -> bool:
    """Whether ψ and Γ are elementary at x: small multiples of one half."""
    return bool(x.is_Rational and x.q in (1, 2) and 0 < x <= 10)


class log1pmx(Stable):
    """log(1 + x) − x.

    >>> log1pmx(sp.Rational(1, 10**6)).evalf(12)
    -4.99999666667e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x = self.args[0]
        return -x / (1 + x)

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log1p(x) - x


class expm1mx(Stable):
    """exp(x) − 1 − x.

    >>> expm1mx(sp.Rational(1, 10**6)).evalf(12)
    5.00000166667e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return expm1(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.expm1(x) - x


class erf_rest(Stable):
    """erf(x) − 2x/√π.

    >>> erf_rest(sp.Rational(1, 10**4)).evalf(12)
    -3.76126387903e-13
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return 2 / sp.sqrt(sp.pi) * expm1(-(self.args[0] ** 2))

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.erf(x) - 2 * x / mpmath.sqrt(mpmath.pi)


class kl_div(Stable):
    """x log(x/(x + d)) + d, its limit d at x = 0: what is called kl_div(x, x + d) elsewhere, from the exact difference d.

    >>> kl_div(1, sp.Rational(1, 10**6)).evalf(12)
    4.99999666667e-13
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else d if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        return -log1pmx(d / x) - d**2 / (x * (x + d)) if argindex == 1 else d / (x + d)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return d - x * mpmath.log1p(d / x) if x else d


class xlogy(Stable):
    """x log y, and 0 where x is 0.

    >>> xlogy(0, sp.Symbol("y"))
    0
    """

    nargs = 2

    @classmethod
    def eval(cls, x: Any, y: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return sp.log(y) if argindex == 1 else x / y

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return x * mpmath.log(y) if x else mpmath.mpf(0)


class xlog1py(Stable):
    """x log(1 + y), and 0 where x is 0."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, y: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return log1p(y) if argindex == 1 else x / (1 + y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return x * mpmath.log1p(y) if x else mpmath.mpf(0)


class trigamma_rest(Stable):
    """ψ′(x) − 1/x − 1/(2x²), positive, about 1/(6x³)."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.psi(1, x) - 1 / x - 1 / (2 * x * x)


class digamma_rest(Stable):
    """ψ(x) − log x + 1/(2x), negative, about −1/(12x²)."""

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.digamma(x) - sp.log(x) + 1 / (2 * x) if _known(x) else None

    def fdiff(self, argindex: int = 1) -> Any:
        return trigamma_rest(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.digamma(x) - mpmath.log(x) + 1 / (2 * x)


class loggamma_rest(Stable):
    """log Γ(x) − (x − ½) log x + x − ½ log 2π, positive, about 1/(12x).

    >>> loggamma_rest(sp.Integer(10)**12).evalf(12)
    8.33333333333e-14
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        stirling = (x - sp.S.Half) * sp.log(x) - x + sp.log(2 * sp.pi) / 2
        return sp.log(sp.gamma(x)) - stirling if _known(x) else None

    def fdiff(self, argindex: int = 1) -> Any:
        return digamma_rest(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.loggamma(x) - (x - mpmath.mpf(1) / 2) * mpmath.log(x) + x - mpmath.log(2 * mpmath.pi) / 2


class exp_e1(Stable):
    """e^x E1(x), about 1/x: without the overflow of one factor and the underflow of the other."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        x = self.args[0]
        return exp_e1(x) - 1 / x

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.exp(x) * mpmath.e1(x)


class exp_expm1(Stable):
    """exp(x)·(exp(y) − 1), also where one factor overflows and the other vanishes."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return exp_expm1(x, y) if argindex == 1 else sp.exp(x + y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return mpmath.exp(x) * mpmath.expm1(y)


class exp_expm1mx(Stable):
    """exp(x)·(exp(y) − 1 − y), also where one factor overflows and the other vanishes."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        return exp_expm1mx(x, y) if argindex == 1 else exp_expm1(x, y)

    @staticmethod
    def value(x: Any, y: Any) -> Any:
        return mpmath.exp(x) * (mpmath.expm1(y) - y)


class log_besseli0(Stable):
    """log(e^−x I_0(x)): what log I_0 leaves of x."""

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return -bessel_deficit(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log(mpmath.besseli(0, x)) - x


class bessel_deficit(Stable):
    """1 − I_1(x)/I_0(x), the mean of 1 − cos θ under von Mises' law, about 1/(2x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return -bessel_spread(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return 1 - mpmath.besseli(1, x) / mpmath.besseli(0, x)


class bessel_ratio(Stable):
    """I_1(x)/I_0(x), about x/2 where x is small."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return bessel_spread(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.besseli(1, x) / mpmath.besseli(0, x)


class bessel_spread(Stable):
    """(I_1/I_0)′(x) = 1 − r/x − r², r = I_1(x)/I_0(x): the variance of cos θ, about 1/(2x²)."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        r = mpmath.besseli(1, x) / mpmath.besseli(0, x)
        return 1 - r / x - r * r if x else mpmath.mpf(1) / 2


class log_besseli0_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log I_0."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        slope = bessel_deficit(x) - bessel_deficit(x + d)
        return slope if argindex == 2 else slope - d * bessel_spread(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        of, r = mpmath.besseli, mpmath.besseli(1, x) / mpmath.besseli(0, x)
        return mpmath.log(of(0, x + d) / of(0, x)) - d * r


class log_exprel(Stable):
    """log((e^x − 1)/x), 0 at x = 0: the cumulant function of the uniform law on (0, 1).

    >>> log_exprel(sp.Rational(1, 10**6)).evalf(12)
    5.00000041667e-7
    """

    nargs = 1

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sp.S.Zero if x == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        return log_exprel_slope(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log(mpmath.expm1(x) / x) if x else mpmath.mpf(0)


class log_exprel_slope(Stable):
    """log_exprel′(x) = 1/(1 − e^−x) − 1/x, from 0 to 1, ½ at x = 0; the slopes at x and −x sum to 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return log_exprel_curvature(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return -1 / mpmath.expm1(-x) - 1 / x if x else mpmath.mpf(1) / 2


class log_exprel_curvature(Stable):
    """log_exprel″(x) = 1/x² − 1/(4 sinh²(x/2)), positive and even, 1/12 at x = 0."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / x**2 - 1 / (4 * mpmath.sinh(x / 2) ** 2) if x else mpmath.mpf(1) / 12


class log_exprel_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log_exprel, the same at −x and −d."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        slope = log_exprel_slope(x + d) - log_exprel_slope(x)
        return slope if argindex == 2 else slope - d * log_exprel_curvature(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log_exprel.value(x + d) - log_exprel.value(x) - d * log_exprel_slope.value(x)


class log1pexp(Stable):
    """log(1 + e^x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return logistic(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return mpmath.log1p(mpmath.exp(x))


class logistic(Stable):
    """log1pexp′(x) = 1/(1 + e^−x)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Any:
        return logistic_density(self.args[0])

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / (1 + mpmath.exp(-x))


class logistic_density(Stable):
    """log1pexp″(x) = e^−x/(1 + e^−x)², even."""

    nargs = 1

    @staticmethod
    def value(x: Any) -> Any:
        return 1 / (2 * mpmath.cosh(x / 2)) ** 2


class log1pexp_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log1pexp, the same at −x and −d."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        slope = logistic(x + d) - logistic(x)
        return slope if argindex == 2 else slope - d * logistic_density(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return log1pexp.value(x + d) - log1pexp.value(x) - d * logistic.value(x)


class loggamma_rest_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = loggamma_rest: Taylor's remainder of first order."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        slope = digamma_rest(x + d) - digamma_rest(x)
        return slope if argindex == 2 else slope - d * trigamma_rest(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return loggamma_rest.value(x + d) - loggamma_rest.value(x) - d * digamma_rest.value(x)


class loggamma_bregman(Stable):
    """The Bregman divergence f(x + d) − f(x) − d f′(x) of f = log Γ."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, d: Any) -> Any:
        return sp.S.Zero if d == 0 else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, d = self.args
        slope = sp.digamma(x + d) - sp.digamma(x)
        return slope if argindex == 2 else slope - d * sp.trigamma(x)

    @staticmethod
    def value(x: Any, d: Any) -> Any:
        return mpmath.loggamma(x + d) - mpmath.loggamma(x) - d * mpmath.digamma(x)


class trigamma_rest_drop(Stable):
    """trigamma_rest(x) − trigamma_rest(x + h), h ≥ 0, without the cancellation of a small h."""

    nargs = 2

    @staticmethod
    def value(x: Any, h: Any) -> Any:
        return trigamma_rest.value(x) - trigamma_rest.value(x + h)


class logbeta_rest_bregman(Stable):
    """B(x, a) + B(y, b) − B(x + y, a + b), B = loggamma_rest_bregman: that of log-beta, where one of x, y may be tiny."""

    nargs = 4

    @staticmethod
    def value(x: Any, a: Any, y: Any, b: Any) -> Any:
        of = loggamma_rest_bregman.value
        return of(x, a) + of(y, b) - of(x + y, a + b)


class Ended(Stable):
    """A function `of` a step, given also where the step ends: a step of almost −1 from 1 has lost what is left there.

    >>> log1pmx_to(sp.Rational(-1, 2), sp.Rational(1, 2)).evalf(12)
    -0.193147180560
    """

    of: Any
    ends = 1

    @classmethod
    def value(cls, *args: Any) -> Any:
        return cls.of(*args[: len(args) - cls.ends])


def _ended(f: Any, count: int, of: Any = None, ends: int = 1) -> Any:
    """f with its ends as arguments behind its own, which are so many."""
    return type(f"{f.__name__}_to", (Ended,), {"nargs": count + ends, "of": staticmethod(of or f.value), "ends": ends})


log1p_to = _ended(log1p, 1, mpmath.log1p)
log1pmx_to, xlog1py_to, kl_div_to = _ended(log1pmx, 1), _ended(xlog1py, 2), _ended(kl_div, 2)
loggamma_bregman_to, loggamma_rest_bregman_to = _ended(loggamma_bregman, 2), _ended(loggamma_rest_bregman, 2)
logbeta_rest_bregman_to = _ended(logbeta_rest_bregman, 4, ends=2)
log_besseli0_bregman_to = _ended(log_besseli0_bregman, 2)
log_exprel_bregman_to, log1pexp_bregman_to = _ended(log_exprel_bregman, 2), _ended(log1pexp_bregman, 2)

ENDED: dict[Any, Any] = {
    log1p: (log1p_to, lambda x: (1 + x,)),
    log1pmx: (log1pmx_to, lambda x: (1 + x,)),
    xlog1py: (xlog1py_to, lambda x, y: (1 + y,)),
    kl_div: (kl_div_to, lambda x, d: (x + d,)),
    loggamma_rest_bregman: (loggamma_rest_bregman_to, lambda x, d: (x + d,)),
    loggamma_bregman: (loggamma_bregman_to, lambda x, d: (x + d,)),
    log_besseli0_bregman: (log_besseli0_bregman_to, lambda x, d: (x + d,)),
    log_exprel_bregman: (log_exprel_bregman_to, lambda x, d: (x + d,)),
    log1pexp_bregman: (log1pexp_bregman_to, lambda x, d: (x + d,)),
    logbeta_rest_bregman: (logbeta_rest_bregman_to, lambda x, a, y, b: (x + a, y + b)),
}
"""f -> the same given its ends, and these."""

REMAINDERS: dict[Any, Any] = {
    sp.loggamma: (loggamma_bregman, sp.digamma),
    loggamma_rest: (loggamma_rest_bregman, digamma_rest),
    log_besseli0: (log_besseli0_bregman, lambda x: -bessel_deficit(x)),
    log_exprel: (log_exprel_bregman, log_exprel_slope),
    log1pexp: (log1pexp_bregman, logistic),
}
"""f -> its Bregman divergence as a function of x and d, and f′."""

RESTS: dict[Any, Any] = {sp.erf: (erf_rest, 2 / sp.sqrt(sp.pi))}
"""f with f(0) = 0 -> what is left of it without its linear part there, and f′(0)."""

COMPLEMENTS: dict[Any, Any] = {bessel_deficit: bessel_ratio}
"""f -> 1 − f, which is small where f is near 1."""


STABLE = (log1pmx, expm1mx, kl_div, xlogy, xlog1py, loggamma_rest, digamma_rest, trigamma_rest, loggamma_rest_bregman)

__all__ = [
    "ENDED",
    "REMAINDERS",
    "RESTS",
    "STABLE",
    "digamma_rest",
    "exp_e1",
    "expm1",
    "expm1mx",
    "kl_div",
    "log1p",
    "log1pmx",
    "logbeta_rest_bregman",
    "loggamma_rest",
    "loggamma_rest_bregman",
    "trigamma_rest",
    "xlog1py",
    "xlogy",
]
