"""Log-densities of the laws that SciPy lacks, put together from those that it has.

Where a law has a simple survival function, the density is minus its slope, by mpmath; where it is a mixture
or an image of a law that SciPy has, it is written as that. Arguments: the point, then the family's parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
from scipy import integrate, special, stats
from scipy.special import expit, logit


def slope(survival: Callable[..., Any]) -> Callable[..., float]:
    """The log-density of the law with this survival function."""

    def log_density(x: float, *values: float) -> float:
        with mp.workdps(40):
            return float(mp.log(-mp.diff(lambda t: survival(t, *values), mp.mpf(x))))

    return log_density


def rise(distribution_function: Callable[..., Any]) -> Callable[..., float]:
    """The log-density of the law with this distribution function."""
    return slope(lambda x, *values: -distribution_function(x, *values))


def mixture(*parts: tuple[float, float]) -> float:
    """log of the weighted sum of densities."""
    return np.log(sum(weight * density for weight, density in parts))


def exponential(x: float, rate: float, shape: float = 1) -> float:
    """The density of a gamma law with this rate."""
    return stats.gamma.pdf(x, shape, scale=1 / rate)


def two_pieces(law: Any, x: float, mu: float, left: float, right: float) -> float:
    s = left if x < mu else right
    return law.logpdf((x - mu) / s) + np.log(2 / (left + right))


def huber(z: float, c: float) -> Any:
    """The log-density at z of the law whose negative log-density is Huber's loss."""

    def loss(t: Any) -> Any:
        return t**2 / 2 if abs(t) <= c else c * abs(t) - mp.mpf(c) ** 2 / 2

    return -loss(z) - mp.log(2 * mp.quad(lambda t: mp.exp(-loss(t)), [0, c, mp.inf]))


REAL_LINE: dict[str, Callable[..., float]] = {
    "DoublesidedMaxwell": lambda x, mu, a: stats.maxwell.logpdf(abs(x - mu), scale=a) - np.log(2),
    "ExpInverseGamma": lambda x, alpha, mu, sigma: stats.loggamma.logpdf(-(x - mu) / sigma, alpha) - np.log(sigma),
    "ExponentiatedGumbel": lambda x, alpha, mu, sigma: (
        stats.gumbel_r.logpdf(x, mu, sigma) + np.log(alpha) + (alpha - 1) * stats.gumbel_r.logsf(x, mu, sigma)
    ),
    "FisherZ": lambda x, d1, d2: stats.f(d1, d2).logpdf(np.exp(2 * x)) + np.log(2) + 2 * x,
    "GeneralizedLogisticTypeIII": lambda x, a: stats.beta(a, a).logpdf(expit(x)) + np.log(expit(x) * expit(-x)),
    "Huber": lambda x, mu, sigma, c: float(huber((x - mu) / sigma, c) - mp.log(sigma)),
    "LogisticBeta": lambda x, a, b: stats.beta(a, b).logpdf(expit(x)) + np.log(expit(x) * expit(-x)),
    "PearsonTypeIII": lambda x, mu, sigma, s: (
        stats.gamma.logpdf(4 / s**2 + 2 * (x - mu) / (s * sigma), 4 / s**2) + np.log(2 / abs(s) / sigma)
    ),
    "PseudoVoigt": lambda x, eta, mu, gamma, sigma: mixture(
        (eta, stats.cauchy.pdf(x, mu, gamma)), (1 - eta, stats.norm.pdf(x, mu, sigma))
    ),
    "SkewedExponentialPower": lambda x, mu, sigma, p, a: np.log(
        a * stats.halfgennorm.pdf(mu - x, p, scale=2 * a * sigma * p ** (1 / p))
        + (1 - a) * stats.halfgennorm.pdf(x - mu, p, scale=2 * (1 - a) * sigma * p ** (1 / p))
    ),
    "Slash": lambda x, mu, sigma: np.log(
        # a normal variable over a uniform one
        integrate.quad(lambda u: u * stats.norm.pdf(u * (x - mu) / sigma) / sigma, 0, 1, epsrel=1e-13)[0]
    ),
    "TwoPieceNormal": lambda x, mu, left, right: two_pieces(stats.norm, x, mu, left, right),
    "TwoPieceStudentT": lambda x, nu, mu, left, right: two_pieces(stats.t(nu), x, mu, left, right),
    "VarianceGamma": lambda x, lamda, alpha, beta, mu: float(
        # a normal law whose variance is a gamma variable, by DLMF 10.32.10
        mp.log(alpha**2 - beta**2) * lamda
        + beta * (x - mu)
        - mp.loggamma(lamda)
        - mp.log(mp.pi) / 2
        + (lamda - 0.5) * mp.log(abs(x - mu) / (2 * alpha))
        + mp.log(mp.besselk(lamda - 0.5, alpha * abs(x - mu)))
    ),
}

AMPLITUDES: dict[str, Callable[..., float]] = {
    "HalfStudentT": lambda x, nu, sigma: stats.t.logpdf(x, nu, scale=sigma) + np.log(2),
    "Hoyt": lambda x, q, omega: np.log(
        # the length of a vector of two independent normal variables, over its directions
        x
        * integrate.quad(
            lambda a: (
                stats.norm.pdf(x * np.cos(a), scale=np.sqrt(omega / (1 + q**2)))
                * stats.norm.pdf(x * np.sin(a), scale=q * np.sqrt(omega / (1 + q**2)))
            ),
            0,
            np.pi / 2,
            epsrel=1e-13,
            epsabs=0,
        )[0]
        * 4
    ),
    "KDistribution": lambda x, nu, b: np.log(
        integrate.quad(
            lambda t: stats.gamma.pdf(np.exp(t), nu, scale=1 / b) * np.exp(-x * np.exp(-t)), -40, 20, epsrel=1e-13,
            epsabs=0, limit=500,
        )[0]
    ),
    "NoncentralChi": lambda x, k, lamda: stats.ncx2.logpdf(x**2, k, lamda**2) + np.log(2 * x),
}  # fmt: skip

LIFETIMES: dict[str, Callable[..., float]] = {
    "Akash": lambda x, t: mixture((t**2 / (t**2 + 2), exponential(x, t)), (2 / (t**2 + 2), exponential(x, t, 3))),
    "BetaExponential": lambda x, a, b, lamda: (
        stats.beta.logpdf(-np.expm1(-lamda * x), a, b) + np.log(lamda) - lamda * x
    ),
    "Chen": slope(lambda x, lamda, beta: mp.exp(lamda * (1 - mp.exp(x**beta)))),
    "ExponentialGeometric": slope(lambda x, p, lamda: (1 - p) / (mp.exp(lamda * x) - p)),
    "ExponentialLogarithmic": slope(lambda x, p, b: mp.log(1 - (1 - p) * mp.exp(-b * x)) / mp.log(p)),
    "ExponentialPoisson": slope(lambda x, lamda, b: mp.expm1(lamda * mp.exp(-b * x)) / mp.expm1(lamda)),
    "FlexibleWeibull": slope(lambda x, alpha, beta: mp.exp(-mp.exp(alpha * x - beta / x))),
    "GeneralizedInverseGamma": lambda x, a, d, p: stats.gengamma.logpdf(a / x, d / p, p) + np.log(a / x**2),
    "GompertzMakeham": slope(lambda x, a, b, lamda: mp.exp(-lamda * x - a / b * mp.expm1(b * x))),
    "Hyperexponential": lambda x, p, r1, r2: mixture((p, exponential(x, r1)), (1 - p, exponential(x, r2))),
    "Hypoexponential": slope(lambda x, r1, r2: (r1 * mp.exp(-r2 * x) - r2 * mp.exp(-r1 * x)) / (mp.mpf(r1) - r2)),
    "InverseLindley": rise(lambda x, t: (1 + t / ((1 + t) * x)) * mp.exp(-t / x)),
    "Lindley": lambda x, t: mixture((t / (1 + t), exponential(x, t)), (1 / (1 + t), exponential(x, t, 2))),
    "LinearHazard": slope(lambda x, a, b: mp.exp(-a * x - b * x**2 / 2)),
    "Dhillon": slope(lambda x, lamda, beta: mp.exp(-(mp.log(1 + lamda * x) ** beta))),
    "MarshallOlkinExponential": slope(lambda x, a, lamda: a / (mp.exp(lamda * x) - 1 + a)),
    "Muth": slope(lambda x, alpha: mp.exp(alpha * x - mp.expm1(alpha * x) / alpha)),
    "PowerLindley": slope(lambda x, alpha, b: (1 + b / (b + mp.mpf(1)) * x**alpha) * mp.exp(-b * x**alpha)),
    "Shanker": lambda x, t: mixture(
        (t**2 / (t**2 + 1), exponential(x, t)), (1 / (t**2 + 1), exponential(x, t, 2))
    ),
    "ShiftedGompertz": rise(lambda x, b, eta: (1 - mp.exp(-b * x)) * mp.exp(-eta * mp.exp(-b * x))),
    "TwoParameterLindley": lambda x, t, a: mixture(
        (t / (t + a), exponential(x, t)), (a / (t + a), exponential(x, t, 2))
    ),
    "XLindley": slope(lambda x, t: (1 + t * x / (1 + t) ** 2) * mp.exp(-t * x)),
}  # fmt: skip

INCOMES: dict[str, Callable[..., float]] = {
    "Benini": slope(lambda x, a, b, s: mp.exp(-a * mp.log(x / s) - b * mp.log(x / s) ** 2)),
    "BenktanderI": slope(lambda x, a, b: (1 + 2 * b / mp.mpf(a) * mp.log(x)) * x ** -(a + 1 + b * mp.log(x))),
    "BenktanderII": slope(lambda x, a, b: x ** (mp.mpf(b) - 1) * mp.exp(a / mp.mpf(b) * (1 - x**b))),
    "Champernowne": slope(
        lambda x, a, t, x_0: mp.atan2(mp.sin(t), mp.cos(t) + (x / x_0) ** a) / t
    ),
    "Davis": lambda x, b, n, mu: (
        np.log(b / (x - mu) ** 2)
        + (n - 1) * np.log(b / (x - mu))
        - np.log(np.expm1(b / (x - mu)))
        - np.log(special.gamma(n) * special.zeta(n))
    ),
    "DoublePareto": lambda x, a, b, s: (
        stats.laplace_asymmetric.logpdf(np.log(x / s), np.sqrt(a / b), scale=1 / np.sqrt(a * b)) - np.log(x)
    ),
    "GeneralizedBetaPrime": lambda x, a, b, p, q: (
        stats.betaprime.logpdf((x / b) ** a, p, q) + np.log(a / x * (x / b) ** a)
    ),
    "LogCauchy": lambda x, mu, sigma: stats.cauchy(mu, sigma).logpdf(np.log(x)) - np.log(x),
    "LogGammaPareto": lambda x, a, b: stats.gamma.logpdf(np.log(x), a, scale=1 / b) - np.log(x),
    "LogHyperbolicSecant": lambda x, mu, sigma: (
        stats.hypsecant.logpdf(np.log(x), mu, 2 * sigma / np.pi) - np.log(x)
    ),
    "LogHyperbolic": lambda x, a, b, delta, mu: (
        stats.genhyperbolic.logpdf(np.log(x), 1, a * delta, b * delta, mu, delta) - np.log(x)
    ),
    "LogStudentT": lambda x, nu, mu, sigma: stats.t.logpdf(np.log(x), nu, mu, sigma) - np.log(x),
    "LogWeibull": lambda x, k, lamda: stats.weibull_min.logpdf(np.log(x), k, scale=lamda) - np.log(x),
    "Stoppa": rise(lambda x, x_m, a, t: (1 - (x / x_m) ** -a) ** t),
}  # fmt: skip

BOUNDED: dict[str, Callable[..., float]] = {
    "ContinuousBernoulli": lambda x, lamda: (
        x * np.log(lamda / (1 - lamda)) - np.log(integrate.quad(lambda u: (lamda / (1 - lamda)) ** u, 0, 1)[0])
    ),
    "GeneralizedBetaFirstKind": lambda x, a, b, p, q: (
        stats.beta.logpdf((x / b) ** a, p, q) + np.log(a / x * (x / b) ** a)
    ),
    "Kumaraswamy": lambda x, a, b: stats.beta(1, b).logpdf(x**a) + np.log(a * x ** (a - 1)),
    "LogLindley": rise(lambda x, s, lamda: x**s * (1 - s * mp.log(x) / (1 + lamda * s))),
    "LogitLogistic": lambda x, mu, s: stats.logistic.logpdf(logit(x), mu, s) - np.log(x * (1 - x)),
    "NoncentralBeta": lambda x, a, b, lamda: np.log(
        sum(stats.poisson.pmf(k, lamda / 2) * stats.beta.pdf(x, a + k, b) for k in range(80))
    ),
    "RelaxedBernoulli": lambda x, tau, alpha: (
        np.log(tau * alpha)
        - (tau + 1) * np.log(x * (1 - x))
        - 2 * np.log(alpha * x**-tau + (1 - x) ** -tau)
    ),
    "Simplex": lambda x, mu, sigma: (
        stats.norm.logpdf((x - mu) / (mu * (1 - mu) * np.sqrt(x * (1 - x))), scale=sigma) - 1.5 * np.log(x * (1 - x))
    ),
    "ToppLeone": lambda x, nu: stats.beta(nu, 1).logpdf(x * (2 - x)) + np.log(2 - 2 * x),
    "Tricube": lambda x, mu, s: np.log(70 / 81 / s * (1 - abs((x - mu) / s) ** 3) ** 3),
    "TruncatedCauchy": lambda x, x_0, gamma, a, b: (
        stats.cauchy.logpdf(x, x_0, gamma)
        - np.log(stats.cauchy.cdf(b, x_0, gamma) - stats.cauchy.cdf(a, x_0, gamma))
    ),
    "TruncatedPowerLaw": lambda x, alpha, a, b: (
        (alpha - 1) * np.log(x) - np.log(integrate.quad(lambda t: t ** (alpha - 1), a, b, epsrel=1e-13)[0])
    ),
    "TwoSidedPower": lambda x, t, n: mixture(
        (t, stats.powerlaw.pdf(x, n, scale=t)), (1 - t, stats.powerlaw.pdf(1 - x, n, scale=1 - t))
    ),
    "UQuadratic": lambda x, a, b: np.log(3 * (2 * x - a - b) ** 2 / (b - a) ** 3),
    "UnitGamma": lambda x, a, b: stats.gamma.logpdf(-np.log(x), a, scale=1 / b) - np.log(x),
    "UnitGompertz": rise(lambda x, a, b: mp.exp(-a * (x**-b - 1))),
    "UnitLindley": slope(lambda x, t: (1 + t / (1 + t) * x / (1 - x)) * mp.exp(-t * x / (1 - x))),
    "UnitWeibull": rise(lambda x, a, b: mp.exp(-a * (-mp.log(x)) ** b)),
}  # fmt: skip

CIRCLE: dict[str, Callable[..., float]] = {
    "AxialVonMises": lambda x, mu, kappa: stats.vonmises.logpdf(2 * (x - mu), kappa),
    "Cardioid": lambda x, mu, rho: np.log((1 + 2 * rho * np.cos(x - mu)) / (2 * np.pi)),
    "Cartwright": lambda x, mu, zeta: (
        # (1 + cos x)/2 has a beta law
        stats.beta.logpdf((1 + np.cos(x - mu)) / 2, 0.5 + 1 / zeta, 0.5) + np.log(abs(np.sin(x - mu)) / 4)
    ),
    "CircularUniform": lambda x: stats.uniform.logpdf(x, -np.pi, 2 * np.pi),
    "SineSkewedVonMises": lambda x, mu, kappa, s: (
        stats.vonmises.logpdf(x, kappa, mu) + np.log1p(s * np.sin(x - mu))
    ),
}  # fmt: skip

COUNTS: dict[str, Callable[..., float]] = {
    "Benford": lambda x, b: np.log(np.log1p(1 / x) / np.log(b)),
    "BetaNegativeBinomial": lambda x, r, a, b: np.log(
        special.poch(r, x) / special.gamma(x + 1) * special.beta(a + r, b + x) / special.beta(a, b)
    ),
    "Borel": lambda x, mu: stats.poisson.logpmf(x - 1, mu * x) - np.log(x),
    "BorelTanner": lambda x, mu, r: stats.poisson.logpmf(x - r, mu * x) + np.log(r / x),
    "Categorical": lambda x, p: np.log(p[int(x) - 1]),
    "DiscreteWeibull": lambda x, q, b: np.log(-np.diff(stats.weibull_min.sf([x, x + 1], b, scale=(-np.log(q)) ** (-1 / b)))[0]),
    "GaussKuzmin": lambda x: np.log(np.log2(1 + 1 / x) - np.log2(1 + 1 / (x + 1))),
    "GeneralizedPoisson": lambda x, t, lamda: stats.poisson.logpmf(x, t + lamda * x) + np.log(t / (t + lamda * x)),
    "HurwitzZeta": lambda x, s, q: -s * np.log(x + q) - np.log(special.zeta(s, q)),
    "HyperPoisson": lambda x, t, lamda: np.log(t**x / special.poch(lamda, x) / special.hyp1f1(1, lamda, t)),
    "IdealSoliton": lambda x, n: np.log(1 / n if x == 1 else 1 / (x - 1) - 1 / x),
    "PoissonLindley": lambda x, t: mixture(
        (t / (1 + t), stats.nbinom.pmf(x, 1, t / (1 + t))), (1 / (1 + t), stats.nbinom.pmf(x, 2, t / (1 + t)))
    ),
    "Sibuya": lambda x, a: np.log(a / x * np.prod([1 - a / j for j in range(1, int(x))])),
    "ZeroInflatedNegativeBinomial": lambda x, w, r, p: mixture((w, x == 0), (1 - w, stats.nbinom.pmf(x, r, p))),
    "ZeroInflatedNegativeBinomial2": lambda x, w, mu, phi: mixture(
        (w, x == 0), (1 - w, stats.nbinom.pmf(x, phi, phi / (mu + phi)))
    ),
    "ZeroInflatedPoisson": lambda x, w, lamda: mixture((w, x == 0), (1 - w, stats.poisson.pmf(x, lamda))),
    "ZeroTruncatedBinomial": lambda x, n, p: stats.binom.logpmf(x, n, p) - stats.binom.logsf(0, n, p),
    "ZeroTruncatedNegativeBinomial": lambda x, r, p: stats.nbinom.logpmf(x, r, p) - np.log1p(-(p**r)),
    "ZeroTruncatedPoisson": lambda x, lamda: stats.poisson(lamda).logpmf(x) - np.log1p(-np.exp(-lamda)),
    "ZipfMandelbrot": lambda x, s, q, n: -s * np.log(x + q) - np.log(sum((k + q) ** -s for k in range(1, int(n) + 1))),
}  # fmt: skip

INDEPENDENT = {**REAL_LINE, **AMPLITUDES, **LIFETIMES, **INCOMES, **BOUNDED, **CIRCLE, **COUNTS}
