"""Quadrature: what it promises, against closed forms from textbooks typed in here."""

import mpmath
import pytest
import sympy as sp
from mpmath import mp

from derive.algebra.evaluators import log_distance
from derive.numerics import balls
from derive.numerics.breakpoints import breakpoints, centres
from derive.numerics.integrand import _pulled
from derive.numerics.numeric import _loggamma_difference, compiled
from derive.numerics.quadrature import METHODS, diverges, expected, integrate, total

R, log, exp, pi, oo, lgamma = sp.Rational, sp.log, sp.exp, sp.pi, sp.oo, sp.loggamma
x, k = sp.Symbol("x", real=True), sp.Symbol("k", integer=True)


def psi(z):
    return sp.polygamma(0, z, evaluate=False)


def log_beta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def gamma(a):
    return (a - 1) * log(x) - x - lgamma(a, evaluate=False)


def beta(a, b):
    return (a - 1) * log(x) + (b - 1) * log(1 - x) - log_beta(a, b)


def normal(mu, sigma):
    return -((x - mu) ** 2) / (2 * sigma**2) - log(sigma) - log(2 * pi) / 2


def pareto(a):
    return log(a) - (a + 1) * log(x)


def yule(rho):
    return log(rho) + lgamma(k) + lgamma(rho + 1) - lgamma(k + rho + 1)


def poisson(mu):
    return k * log(mu) - mu - lgamma(k + 1)


def geometric(p):
    return log(p) + k * log(1 - p)


THIRD, HALF = R(1, 3), R(1, 2)
CAUCHY = -log(pi) - log(1 + x**2)
LOG_CAUCHY = -log(pi) - log(x) - log(1 + log(x) ** 2)
KUMARASWAMY = log(R(1, 6)) - log(x) / 2 - R(2, 3) * log(1 - sp.sqrt(x))
STUDENT = lgamma(R(3, 4)) - lgamma(R(1, 4)) - log(pi / 2) / 2 - R(3, 4) * log(1 + 2 * x**2)
LEVY = -log(2 * pi) / 2 - R(3, 2) * log(x) - 1 / (2 * x)
GUMBEL = -x - exp(-x)
GOMPERTZ = log(2) + x + 2 - 2 * exp(x)
VON_MISES = 2 * sp.cos(x) - log(2 * pi * sp.besseli(0, 2))
LOGISTIC = -x - 2 * log(1 + exp(-x))
ZETA = -R(3, 2) * log(k) - log(sp.zeta(R(3, 2)))
LOG_SERIES = k * log(R(999, 1000)) - log(k) - log(log(1000))
TWO_SIDED = log(sp.tanh(R(1, 6))) - sp.Abs(k) / 3
BINOMIAL = log(sp.binomial(50, k)) + k * log(THIRD) + (50 - k) * log(R(2, 3))


def zeta_entropy():
    z, derivative = mpmath.zeta(mp.mpf(3) / 2), mpmath.zeta(mp.mpf(3) / 2, derivative=1)
    return mp.log(z) - mp.mpf(3) / 2 * derivative / z


# name: (h, log-density, low, high, E h), in nats
INTEGRALS = {
    "algebraic end: Gamma(1/3)": (log(x), gamma(THIRD), 0, oo, psi(THIRD)),
    "algebraic end: Gamma(1/50)": (log(x), gamma(R(1, 50)), 0, oo, psi(R(1, 50))),
    "narrow peak far out: Gamma(10^6)": (log(x), gamma(10**6 + THIRD), 0, oo, psi(10**6 + THIRD)),
    "both ends: Beta(1/2, 1/3)": (log(1 - x), beta(HALF, THIRD), 0, 1, psi(THIRD) - psi(R(5, 6))),
    "cancelling end: Kumaraswamy(1/2, 1/3)": (log(1 - sp.sqrt(x)), KUMARASWAMY, 0, 1, sp.Integer(-3)),
    "heavy tail: Pareto(1/3)": (log(x), pareto(THIRD), 1, oo, sp.Integer(3)),
    "heavy tail: E X, Pareto(11/10)": (x, pareto(R(11, 10)), 1, oo, sp.Integer(11)),
    "entropy of Cauchy": (-CAUCHY, CAUCHY, -oo, oo, log(4 * pi)),
    "another centre: Cauchy(7, 2) in Cauchy": (log(1 + (x - 7) ** 2 / 4), CAUCHY, -oo, oo, log(R(58, 4))),
    "Student nu = 1/2": (log(1 + 2 * x**2), STUDENT, -oo, oo, psi(R(3, 4)) - psi(R(1, 4))),
    "slowest tail: LogCauchy": (sp.Integer(1), LOG_CAUCHY, 0, oo, sp.Integer(1)),
    "narrow in log x: LogCauchy": (
        log(1 + 100 * (log(x) - 3) ** 2),
        LOG_CAUCHY,
        0,
        oo,
        log(100 * (R(11, 10) ** 2 + 9)),
    ),
    "Levy": (log(x), LEVY, 0, oo, sp.EulerGamma + log(2)),
    "double exponential: Gumbel": (x, GUMBEL, -oo, oo, sp.EulerGamma),
    "entropy of Gumbel": (-GUMBEL, GUMBEL, -oo, oo, 1 + sp.EulerGamma),
    "entropy of Gompertz(2)": (-GOMPERTZ, GOMPERTZ, 0, oo, 1 - log(2) - exp(2) * sp.expint(1, 2)),
    "GEV(1/2)": (log(1 + x / 2), -3 * log(1 + x / 2) - (1 + x / 2) ** -2, -2, oo, sp.EulerGamma / 2),
    "entropy of Logistic": (-LOGISTIC, LOGISTIC, -oo, oo, sp.Integer(2)),
    "narrow: Normal(10^6, 10^-3)": ((x - 10**6) ** 2, normal(10**6, R(1, 1000)), -oo, oo, R(1, 10**6)),
    "narrow, multiplied out": ((x - 10**6) ** 2, sp.expand(normal(10**6, R(1, 1000))), -oo, oo, R(1, 10**6)),
    "far from the mode: e^20X": (exp(20 * x), normal(0, 1), -oo, oo, exp(200)),
    "kinks: Laplace": (sp.Abs(x - HALF), -log(2) - sp.Abs(x), -oo, oo, HALF + exp(-HALF)),
    "cusp: GeneralizedNormal(1/2)": (
        sp.sqrt(sp.Abs(x - 2)),
        -sp.sqrt(sp.Abs(x - 2)) - log(4),
        -oo,
        oo,
        sp.Integer(2),
    ),
    "circle: von Mises(2)": (sp.cos(x), VON_MISES, -pi, pi, sp.besseli(1, 2) / sp.besseli(0, 2)),
    "density 0 where h is infinite": (1 / (x * (1 - x)), beta(3, 3), 0, 1, sp.Integer(5)),
}

SUMS = {
    "Poisson(50)": (k**2, poisson(50), 0, oo, sp.Integer(2550)),
    "Poisson(10^4)": (k, poisson(10**4), 0, oo, sp.Integer(10**4)),
    "Geometric(1/1000)": (1 / (k + 1), geometric(R(1, 1000)), 0, oo, log(1000) / 999),
    "entropy of Zeta(3/2)": (-ZETA, ZETA, 1, oo, zeta_entropy),
    "E X, YuleSimon(3/2)": (k, yule(R(3, 2)), 1, oo, sp.Integer(3)),
    "E 1, YuleSimon(1/2)": (sp.Integer(1), yule(HALF), 1, oo, sp.Integer(1)),
    "Logarithmic(999/1000)": (k, LOG_SERIES, 1, oo, 999 / log(1000)),
    "two-sided: discrete Laplace": (sp.Abs(k), TWO_SIDED, -oo, oo, 1 / sp.sinh(THIRD)),
    "two-sided, smooth": (sp.Integer(1), -log(1 + k**2), -oo, oo, pi * sp.coth(pi)),
    "Binomial(50, 1/3)": (k, BINOMIAL, 0, 50, R(50, 3)),
    "uniform on 1..10^6": (log(k), -log(sp.Integer(10**6)), 1, 10**6, lambda: mp.loggamma(10**6 + 1) / 10**6),
}


def true_digits(value, truth):
    with mp.workdps(90):
        truth = truth() if callable(truth) else mpmath.mpmathify(sp.N(truth, 80))
        error = abs(value - truth) / max(1, abs(truth))
        return 99 if not error else float(-mp.log10(error))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", [*INTEGRALS, *SUMS])
def test_it_is_right_and_honest_at_50_digits(name, method):
    h, log_density, low, high, truth = (INTEGRALS | SUMS)[name]
    variable, measure = (k, "counting") if name in SUMS else (x, "lebesgue")
    found = expected(h, log_density, variable, low, high, measure, 50, method=method)
    assert found.digits >= 45
    assert true_digits(found.value, truth) >= found.digits


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("digits", [15, 30, 80])
@pytest.mark.parametrize("name", ["both ends: Beta(1/2, 1/3)", "entropy of Logistic", "entropy of Gumbel"])
def test_precision_is_an_argument(name, digits, method):
    h, log_density, low, high, truth = INTEGRALS[name]
    found = expected(h, log_density, x, low, high, digits=digits, method=method)
    assert digits - 3 <= found.digits <= true_digits(found.value, truth)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("integrand", "low", "high", "truth"),
    [
        (sp.sin(x) / x, 0, oo, pi / 2),
        (sp.cos(1000 * x) * exp(-x), 0, oo, R(1, 1000001)),
        (exp(-(x**2)) * sp.cos(40 * x), -oo, oo, sp.sqrt(pi) * exp(-400)),
    ],
)
def test_what_does_not_converge_ends_and_says_so(integrand, low, high, truth, method):
    found = integrate(integrand, x, low, high, 30, method=method)
    # where no digit is claimed the value may be far off, and the error says how far
    assert found.digits <= max(0, true_digits(found.value, truth) + 1)
    assert abs(found.value - mp.mpf(sp.N(truth, 40))) <= 10 * found.error


@pytest.mark.parametrize("method", METHODS)
def test_an_integral_without_a_density(method):
    assert true_digits(integrate(x**-HALF * log(x), x, 0, 4, method=method).value, 8 * log(2) - 8) > 49
    assert true_digits(integrate(lambda t: mp.exp(-(t**2)), x, -oo, oo, method=method).value, sp.sqrt(pi)) > 49
    assert true_digits(integrate(x, x, 1, 0, method=method).value, -HALF) > 49
    assert integrate(x, x, 1, 1, method=method).value == 0
    assert integrate(1 / x, x, 0, 1, 20, method=method).digits == 0


@pytest.mark.parametrize("method", METHODS)
def test_kinks_are_found(method):
    assert true_digits(integrate(exp(-sp.Max(x, -2 * x)), x, -oo, oo, method=method).value, R(3, 2)) > 49
    step = sp.Piecewise((x, x < THIRD), (1 - x, True))
    assert true_digits(integrate(step, x, 0, 1, method=method).value, R(5, 18)) > 49
    given = integrate(lambda t: abs(t - mp.mpf(1) / 3), x, 0, 1, breaks=(THIRD,), method=method)
    assert true_digits(given.value, R(5, 18)) > 49


@pytest.mark.parametrize("method", METHODS)
def test_an_end_that_is_also_a_break(method):
    levy = LEVY.subs(x, x - R(14, 5))
    assert true_digits(expected(sp.Integer(1), levy, x, R(14, 5), oo, method=method).value, sp.Integer(1)) > 49


@pytest.mark.parametrize("method", METHODS)
def test_a_density_given_case_by_case(method):
    categorical = sp.Piecewise((log(HALF), sp.Eq(k, 1)), (log(THIRD), sp.Eq(k, 2)), (log(R(1, 6)), True))
    assert true_digits(expected(k, categorical, k, 1, 3, "counting", method=method).value, R(5, 3)) > 49


@pytest.mark.parametrize("method", METHODS)
def test_a_sum_without_a_density(method):
    assert true_digits(total(1 / k**2, k, 1, oo, method=method).value, pi**2 / 6) > 49
    assert true_digits(total(2 ** -sp.Abs(k), k, -oo, -1, method=method).value, sp.Integer(1)) > 49
    assert total(k, k, 3, 2, method=method).value == 0
    assert total(1 / k, k, 1, oo, 20, method=method).digits == 0


INF = {"inf": mp.inf, "-inf": mp.ninf}
LOG_LOG = -log(x) - 2 * log(log(x))


@pytest.mark.parametrize(
    ("h", "log_density", "low", "high", "truth"),
    [
        (x, pareto(sp.Integer(1)), 1, oo, "inf"),
        (-x, pareto(sp.Integer(1)), 1, oo, "-inf"),
        (x, pareto(R(11, 10)), 1, oo, "finite"),
        (x, pareto(R(1001, 1000)), 1, oo, "finite"),
        (x / log(1 + x), pareto(sp.Integer(1)), 1, oo, "inf"),
        (x / log(1 + x) ** 2, pareto(sp.Integer(1)), 1, oo, "finite"),
        (sp.Abs(x), CAUCHY, -oo, oo, "inf"),
        (x, CAUCHY, -oo, oo, "nan"),
        (log(1 + x**2), CAUCHY, -oo, oo, "finite"),
        (log(x), LOG_CAUCHY, 0, oo, "nan"),
        (sp.Abs(log(x)), LOG_CAUCHY, 0, oo, "inf"),
        (log(1 + log(x) ** 2), LOG_CAUCHY, 0, oo, "finite"),
        (sp.Integer(1), LOG_LOG, sp.E, oo, "finite"),
        (exp(x**2 / 4), normal(0, 1), -oo, oo, "finite"),
        (exp(x**2 / 2), normal(0, 1), -oo, oo, "inf"),
        (x**2, normal(10**6, R(1, 1000)), -oo, oo, "finite"),
        (1 / x, normal(0, 1), -oo, oo, "nan"),
        (log(sp.Abs(x)), normal(0, 1), -oo, oo, "finite"),
        (x**-THIRD, gamma(THIRD), 0, oo, "inf"),
        (x ** -R(1, 4), gamma(THIRD), 0, oo, "finite"),
        (exp(-2 * x), GUMBEL, -oo, oo, "finite"),
        (exp(x), GUMBEL, -oo, oo, "inf"),
        (1 / (1 - sp.sqrt(x)), KUMARASWAMY, 0, 1, "inf"),
        (log(1 - sp.sqrt(x)), KUMARASWAMY, 0, 1, "finite"),
        (exp(x) * sp.cos(x), -x, 0, oo, "nan"),
        (x * sp.sin(x), -2 * log(x), 1, oo, "nan"),
        (x * sp.sin(x), log(2) - 3 * log(x), 1, oo, "finite"),
        (x * sp.sin(log(x)), -R(3, 2) * log(x), 1, oo, "nan"),
        (sp.sin(1 / x) / x**2, sp.Integer(0), 0, 1, "nan"),
    ],
)
def test_divergence_of_an_integral(h, log_density, low, high, truth):
    check_divergence(h, log_density, x, low, high, "lebesgue", truth)


@pytest.mark.parametrize(
    ("h", "log_density", "truth"),
    [
        (k, yule(sp.Integer(1)), "inf"),
        (k, yule(R(11, 10)), "finite"),
        (log(k), yule(HALF), "finite"),
        (log(k), ZETA, "finite"),
        (k, -2 * log(k), "inf"),
        (sp.Integer(2) ** k, geometric(HALF), "inf"),
        (R(199, 100) ** k, geometric(HALF), "finite"),
        (sp.factorial(k), poisson(2), "inf"),
        (lgamma(k + 1), poisson(2), "finite"),
        (2**k * sp.sin(k), geometric(HALF), "nan"),
        ((-2) ** k, geometric(HALF), "nan"),
        ((-1) ** k * k**3, -3 * log(k), "nan"),
        ((-1) ** k * k**2, -3 * log(k), "nan"),
        ((-1) ** k * k, -3 * log(k), "finite"),
        ((-1) ** k * sp.gamma(k + 1), poisson(1), "nan"),
        ((-R(199, 100)) ** k, geometric(HALF), "finite"),
    ],
)
def test_divergence_of_a_sum(h, log_density, truth):
    check_divergence(h, log_density, k, 1, oo, "counting", truth)


@pytest.mark.parametrize("statistic", [log(abs(sp.sign(k))), 1 / sp.sign(k), 1 / sp.floor(k / 2)])
def test_what_is_infinite_where_a_function_jumps_has_no_limit_that_counts(statistic):
    assert total(statistic * exp(poisson(2)), k, 0, oo, digits=15).digits == 0


def check_divergence(h, log_density, variable, low, high, measure, truth):
    found = diverges(h, log_density, variable, low, high, measure)
    assert found.verdict is (truth != "finite")
    if found.verdict:
        value = expected(h, log_density, variable, low, high, measure).value
        assert mp.isnan(value) if truth == "nan" else value == INF[truth]


@pytest.mark.parametrize("method", METHODS)
def test_more_of_an_integrand_far_from_where_its_density_ends(method):
    """On the positive side there is 10^−30 of the whole, beyond a stretch where there is nothing to speak of."""
    bend = sp.asinh(5 * x - 12) / 7 + R(17, 7)
    log_density = log(R(5, 7)) - log(2 * pi) / 2 - log(25 * (x - R(12, 5)) ** 2 + 1) / 2 - bend**2 / 2
    terms = x**2 / 2, R(6, 7) * log(sp.erfc(x / sp.sqrt(2)) / 2), log(2 * pi) / 2 + log(7)
    whole, *parts = (expected(h, log_density, x, -oo, oo, digits=34, method=method) for h in (sum(terms), *terms))
    assert whole.digits >= 30
    with mp.workdps(50):
        assert abs(whole.value / mp.fsum(part.value for part in parts) - 1) < mpmath.mpf(10) ** -32


def test_a_power_of_a_logarithm_falls_slowly():
    x = sp.Symbol("x", positive=True)
    found = integrate(1 / (x * (1 + sp.log(x) ** 2) ** R(4, 7)), x, 0, sp.oo, 34)
    with mpmath.workdps(40):
        truth = mpmath.beta(0.5, mpmath.mpf(1) / 14)
    assert found.digits == 34 and abs(found.value - truth) < 1e-32


SLOW = R(1, 100)
KUMARASWAMY_2 = log(2 * SLOW) + log(x) + (SLOW - 1) * log(1 - x**2)
TAILS = {
    # half of the mass lies beyond 10^30 or 10^-30, and a thousandth beyond 10^300 or 10^-300
    "of a ratio of gamma functions": (psi(k + SLOW + 1), yule(SLOW), 1, oo, "counting", psi(1 + SLOW) + 100),
    "at an end, of a power of a power": (log(1 - x) + log(1 + x), KUMARASWAMY_2, 0, 1, "lebesgue", R(-100)),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", TAILS)
def test_slow_tails(name, method):
    h, log_density, low, high, measure, truth = TAILS[name]
    variable = k if measure == "counting" else x
    found = expected(h, log_density, variable, low, high, measure, 20, method=method)
    assert abs(found.value - sp.N(truth, 40)._to_mpmath(120)) < mp.mpf(10) ** -18 and found.digits >= 17


@pytest.mark.parametrize("method", METHODS)
def test_where_an_integrand_has_no_value_the_rest_is_not_nothing(method):
    """A tenth of the integral of 1/x^(1 + 1/100) lies beyond 10^100."""
    found = integrate(lambda t: t ** mp.mpf("-1.01") if t < mp.mpf(10) ** 100 else mp.nan, x, 1, oo, 20, method=method)
    assert found.digits == 0 and abs(found.value - 100) < found.error


@pytest.mark.parametrize("size", [3, 8, 11, 20])
@pytest.mark.parametrize("degrees", [0, 30, 60, 75])
def test_the_distance_of_a_normal_variable_from_far(size, degrees):
    """E log(√2 z + iX) by quadrature, and (γ + log 2)/2."""
    z = size * mp.expj(mp.pi * degrees / 180)
    parts = [-16, -8, -3, 0, 3, 8, 16]
    mean = mp.quad(lambda y: mp.log(mp.sqrt(2) * z + 1j * y) * mp.npdf(y), parts)
    assert abs(log_distance.value(z) - mean - (mp.euler + mp.log(2)) / 2) < mp.mpf(10) ** -12


@pytest.mark.parametrize("method", METHODS)
def test_a_side_without_values_takes_nothing_from_the_other(method):
    def f(t):
        return 1e-9 * t ** mp.mpf("-0.9") * (1 - t) ** 20 + 2001 * t**2000 if t > mp.mpf(10) ** -250 else mp.nan

    found = integrate(f, x, 0, 1, 20, method=method)
    assert abs(found.value - 1 - mp.mpf(1e-9) * mp.beta(mp.mpf("0.1"), 21)) < mp.mpf(10) ** -15


def test_gamma_functions_far_out():
    """Against differences with as many digits as their arguments have."""
    for size, turn in ((3, 1), (25, 1), (60, 1), (400, 1), (60, mp.mpc(0, 1)), (60, mp.mpc(-1, 1))):
        for a in ("0.3", "7.25", "1e-5", "1e-15"):
            z = mp.ldexp(mp.mpf(4) / 3, size) * turn
            with mp.workprec(mp.prec + 2 * size + 160):
                truth = mp.loggamma(z + mp.mpf(a)) - mp.loggamma(z)
            assert abs(_loggamma_difference(z, mp.mpf(a)) - truth) < 40 * mp.eps * abs(truth)


def test_breakpoints_are_exact():
    assert breakpoints(sp.Abs(2 * x - 3) + sp.Max(x, 5) + sp.sign(x - sp.sqrt(2)), x) == (sp.sqrt(2), R(3, 2), 5)
    assert breakpoints(sp.Piecewise((x, x < THIRD), (1, True)), x) == (THIRD,)
    assert breakpoints(sp.Abs(log(sp.Symbol("y", positive=True)) - 1), sp.Symbol("y", positive=True)) == (0, sp.E)
    assert breakpoints(x**2 + exp(x), x) == ()
    assert centres(log(1 + (x - 3) ** 2), x) == (3,)
    assert centres(x * log(1 + (log(2 * x) - 3) ** 2), x) == (exp(3) / 2,)
    assert breakpoints(sp.sqrt(log(x)), x) == (0, 1)


def test_constants_are_evaluated_once():
    calls = []

    class Slow(sp.Function):
        def _eval_evalf(self, prec):
            calls.append(prec)
            return sp.Float(7, 60)

    f = compiled([Slow(THIRD) * x + exp(2 * x * Slow(HALF))], x)
    with mp.workprec(100):
        f(100)(mp.mpf(0))
        once = len(calls)
        assert f(100)(mp.mpf(0)) == [1] and len(calls) == once


def test_a_function_with_numerics_of_its_own():
    class Twice(sp.Function):
        @staticmethod
        def _imp_(a):
            return 2 * a

    assert true_digits(integrate(Twice(x) + Twice(THIRD), x, 0, 1).value, R(5, 3)) > 49


def test_the_working_precision_is_left_alone():
    before = mp.prec
    expected(log(x), gamma(THIRD), x, 0, oo)
    diverges(log(x), gamma(THIRD), x, 0, oo)
    assert mp.prec == before


# --- ball arithmetic: the same values, and none that is not sure ---------------------------------------------

POSITIVE = sp.Symbol("x", positive=True)
IN_BALLS = (
    log(POSITIVE) * POSITIVE**THIRD - sp.sqrt(POSITIVE), exp(-POSITIVE) - 1, exp(POSITIVE), log(1 + POSITIVE**2), sp.Abs(POSITIVE - 3) ** THIRD,
    sp.sin(POSITIVE) + sp.cos(POSITIVE) * sp.tan(POSITIVE) - sp.cot(POSITIVE), sp.sinh(POSITIVE) - sp.cosh(POSITIVE) / sp.tanh(POSITIVE),
    sp.atan(POSITIVE), sp.asin(1 / (1 + POSITIVE)), sp.acos(1 / (1 + POSITIVE)), sp.asinh(POSITIVE), sp.acosh(1 + POSITIVE),
    sp.atanh(1 / (1 + POSITIVE)), sp.erf(POSITIVE), sp.erfc(POSITIVE), sp.erfi(POSITIVE), sp.gamma(POSITIVE), lgamma(POSITIVE),
    sp.digamma(POSITIVE), sp.polygamma(1, POSITIVE) + sp.polygamma(2, POSITIVE), sp.LambertW(POSITIVE), sp.Ei(POSITIVE), sp.Si(POSITIVE),
    sp.Ci(POSITIVE), sp.besseli(THIRD, POSITIVE), sp.besselj(2, POSITIVE), sp.besselk(THIRD, POSITIVE), sp.besselk(-R(5, 2), POSITIVE),
    sp.expint(1, POSITIVE), sp.polylog(2, -POSITIVE), sp.zeta(POSITIVE + 2, 3), sp.uppergamma(THIRD, POSITIVE),
    sp.lowergamma(THIRD, POSITIVE), sp.betainc(2, THIRD, 0, 1 / (1 + POSITIVE)), sp.hyper([1, 2], [R(7, 3)], -POSITIVE),
    log(POSITIVE + sp.sqrt(POSITIVE**2 + 1)), 2 - sp.erfc(POSITIVE), log(sp.erfc(POSITIVE)), sp.sech(POSITIVE), sp.coth(POSITIVE), sp.sec(POSITIVE),
    log(sp.besseli(THIRD, POSITIVE)), log(sp.besselk(THIRD, POSITIVE) / POSITIVE), THIRD ** (POSITIVE + THIRD),
    lgamma(POSITIVE + THIRD) - lgamma(POSITIVE),
)  # fmt: skip
PLACES = [mp.mpf(1) / 7, mp.mpf(13) / 3, mp.mpf(40)]


def sides(e, monkeypatch):
    """An expression compiled with balls, and without."""
    fast = compiled([e], POSITIVE)
    with monkeypatch.context() as without:
        without.setattr(balls, "twin", lambda *_: None)
        return fast, compiled([e], POSITIVE)


@pytest.mark.parametrize("e", IN_BALLS, ids=str)
def test_balls(e, monkeypatch):
    pytest.importorskip("flint")
    fast, slow = sides(e, monkeypatch)
    with mp.workprec(160):
        for place in PLACES:
            (one,) = fast(160)(place)
            with mp.workprec(480):
                (two,) = slow(480)(place)
            assert abs(one - two) <= mp.mpf(10) ** -40 * abs(two)


def test_every_word_of_the_balls_is_tried(monkeypatch):
    """A value that is wrong in its eighth digit is seen for every function: so each of them is called, and compared."""
    pytest.importorskip("flint")
    for name, function in balls.VOCABULARY.items():
        if name == "inf":
            continue
        monkeypatch.setitem(balls.VOCABULARY, name, lambda *a, f=function: f(*a) * (1 + balls.flint.arb(10) ** -8))
        seen = False
        for e in IN_BALLS:
            (fast, slow), place = sides(e, monkeypatch), PLACES[1]
            with mp.workprec(160):
                seen = seen or abs(fast(160)(place)[0] / slow(160)(place)[0] - 1) > 1e-12
        monkeypatch.setitem(balls.VOCABULARY, name, function)
        assert seen, name


def test_what_balls_do_not_know_is_left_to_mpmath(monkeypatch):
    pytest.importorskip("flint")
    fast, slow = sides(log(POSITIVE - 5), monkeypatch)
    with mp.workprec(160):
        assert isinstance(fast(160)(mp.mpf(2))[0], mp.mpc)  # a complex value
        assert fast(160)(mp.mpf(5)) == slow(160)(mp.mpf(5)) == [mp.ninf]  # a pole
    assert balls.sure(lambda _: lambda x: [x - x], mp.mpf(1) / 3, 160) == [0]
    # a ball around 0: no digit is sure
    assert balls.sure(lambda _: lambda x: [(x + 1) / x - 1 / x - 1], mp.mpf(1) / 3, 160) is None


@pytest.mark.parametrize("nu", [0, "1/3", "-7/2", 5])
@pytest.mark.parametrize("z", ["1/5", 1, 30, 300])
def test_a_ball_of_a_bessel_function_holds_what_is_in_its_arguments_balls(nu, z):
    flint = pytest.importorskip("flint")
    nu, z, slack = (mp.mpf(R(v).p) / R(v).q for v in (nu, z, R(1, 1024)))
    orders, places = ([centre - slack, centre, centre + slack] for centre in (nu, z))
    with balls.precision(160), mp.workprec(160):
        ball = balls.VOCABULARY["log_besselk"](flint.arb(nu, slack), flint.arb(z, slack))
        for value in (mp.log(mp.besselk(n, x)) for n in orders for x in places):
            assert ball.contains(flint.arb(value, abs(value) * mp.mpf(10) ** -40))
        assert ball.rad() < flint.arb(1) / 16


@pytest.mark.parametrize("nu", [R(0), R(1, 3), R(-7, 2)])
def test_logs_of_bessel_functions_beyond_the_range_of_numbers(nu, monkeypatch):
    monkeypatch.setattr(balls, "twin", lambda *_: None)
    for function, exact, sign in ((sp.besseli, mp.besseli, 1), (sp.besselk, mp.besselk, -1)):
        of_bessel = compiled([log(function(nu, POSITIVE))], POSITIVE)
        with mp.workprec(160):
            for z in (mp.mpf(150), mp.mpf(200), mp.mpf(1000)):  # on both sides of where the expansion is used
                with mp.workprec(320):
                    right = mp.log(exact(mp.mpf(nu.p) / nu.q, z))
                assert abs(of_bessel(160)(z)[0] - right) <= mp.mpf(10) ** -42 * abs(right)
            far = mp.mpf(10) ** 500
            assert abs(of_bessel(160)(far)[0] - sign * far) <= mp.mpf(10) ** -42 * far


@pytest.mark.parametrize("method", METHODS)
def test_sums_of_balls_are_those_of_mpmath(method, monkeypatch):
    """Where an integrand has a twin for balls its sums are taken on them; else, and where balls are not sure, by mpmath."""
    flint = pytest.importorskip("flint")
    x, one, nan = POSITIVE, flint.arb(1), flint.arb("nan")
    assert balls.total(lambda bits: [one, one / 3], 160, mp.zero) is not None
    assert balls.total(lambda bits: [one, nan], 160, mp.zero) is None
    assert balls.total(lambda bits: [one, flint.arb("0 +/- 1e-40")], 160, mp.zero) is None
    assert balls.total(lambda bits: [one, flint.arb("0 +/- 1e-40")], 160, mp.mpf(10) ** 9) is not None
    for h, log_density, high in (
        (log(1 + x**3), -x - log(x) / 3 - lgamma(R(2, 3)), sp.oo),
        (log(1 - (1 - x) ** R(7, 3)), log(6) + log(x) + log(1 - x), 1),
        (log(x) * sp.erfc(x), log(2 / sp.sqrt(pi)) - x**2, sp.oo),
    ):
        fast = expected(h, log_density, x, 0, high, digits=40, method=method)
        with monkeypatch.context() as without:
            without.setattr(balls, "twin", lambda *_: None)
            _pulled.cache_clear()
            slow = expected(h, log_density, x, 0, high, digits=40, method=method)
            _pulled.cache_clear()
        assert fast.digits == slow.digits == 40
        assert abs(fast.value - slow.value) <= fast.error + slow.error
        with monkeypatch.context() as mutant:
            right = balls.VOCABULARY["log"]
            mutant.setitem(balls.VOCABULARY, "log", lambda v, f=right: f(v) * (1 + flint.arb(10) ** -8))
            _pulled.cache_clear()
            assert abs(expected(h, log_density, x, 0, high, digits=40, method=method).value - slow.value) > 1e-12
            _pulled.cache_clear()
