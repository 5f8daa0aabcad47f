"""Special functions: values where the usual way to them loses digits or hardly converges, and how they are written."""

import mpmath
import pytest
import sympy as sp

from derive import catalog, cross_entropy, entropy, hellinger_distance, kl_divergence
from derive.algebra.cancellation import erfc_folded
from derive.algebra.evaluators import NAMED, hypergeometric, meijer
from derive.algebra.functions import real_part
from derive.checks.evidence import against
from derive.derivation.assembly import _collected
from derive.expectations.law import kinks, resolve
from derive.families.facts import Facts
from derive.numerics.evaluation import evaluate_number
from derive.numerics.numeric import _FUNCTIONS, compiled
from derive.numerics.terms import EvaluationError
from derive.writing import notation

x, z = sp.Symbol("x", positive=True), sp.Symbol("z", real=True)


@pytest.mark.parametrize("a, c", [("3/2", "5/3"), ("3/2", "7/2"), ("7/3", "13/3")])
@pytest.mark.parametrize("point", [mpmath.mpc("1.001", "-0.002"), mpmath.mpc("0.9", "0.1"), mpmath.mpf("0.99")])
def test_a_hypergeometric_function_near_its_singularity(a, c, point):
    with mpmath.workdps(30):
        a, c = (mpmath.mpf(s.p) / s.q for s in map(sp.Rational, (a, c)))
        # z ₃F₂(1, 1, a; 2, c; z) = ∫₀^z ₂F₁(1, a; c; t) dt
        truth = mpmath.quad(lambda t: mpmath.hyp2f1(1, a, c, t * point), mpmath.linspace(0, 1, 5))
        assert abs(hypergeometric((1, 1, a), (2, c), point) - truth) < mpmath.mpf(10) ** -7 * abs(truth)
        assert abs(hypergeometric((1, 1, a), (2, c), point) - 1) > 1e-3


@pytest.mark.parametrize("point", [mpmath.mpc("0.85", "0.15"), mpmath.mpc("1.1", "-0.15"), mpmath.mpf("0.8")])
def test_it_is_what_mpmath_sums_where_that_converges(point):
    with mpmath.workdps(30):
        above, below = (1, 1, mpmath.mpf(7) / 3), (2, mpmath.mpf(13) / 4)
        assert abs(hypergeometric(above, below, point) - mpmath.hyper(above, below, point)) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize(
    "a, c, point",
    [
        ("3/2", "7/2", mpmath.mpc("0.5", "0.9")), ("3/2", "30", mpmath.mpc("-0.3", "-1")), ("7/3", "13/3", mpmath.mpc("0.6", "0.75")),
        ("3/2", "4", mpmath.mpf("-1")), ("3/2", "5001/2", mpmath.mpc("1.2", "-0.05")), ("3/2", "2001/2", mpmath.mpc("0.9", "0.5")),
    ],
)  # fmt: skip
def test_a_hypergeometric_function_near_its_circle(a, c, point):
    """By −E log(1 − zU), U ~ Beta(a − 1, c − a), whose integral has nothing but its ends in the way; with u = s²."""
    with mpmath.workdps(50):
        a, c = (mpmath.mpf(s.p) / s.q for s in map(sp.Rational, (a, c)))

        def law(s, value):
            return value(s * s) * s ** (2 * a - 3) * mpmath.exp((c - a - 1) * mpmath.log1p(-s * s))

        ends = [mpmath.mpf(k) / 16 for k in range(17)]
        whole, mean = (
            mpmath.quad(lambda s, f=f: law(s, f), ends) for f in (lambda u: 1, lambda u: -mpmath.log(1 - point * u))
        )
        truth = mean / whole * (c - 1) / (a - 1) / point
        assert abs(hypergeometric((1, 1, a), (2, c), point) - truth) < mpmath.mpf(10) ** -40 * abs(truth)
        assert hypergeometric((1, 1, mpmath.mpc(a)), (2, mpmath.mpc(c)), point) == hypergeometric(
            (1, 1, a), (2, c), point
        )
        step = point * mpmath.mpf(10) ** -16
        sides = [hypergeometric((1, 1, a), (2, c), point + s * step) for s in (1, -1)]
        slope = (sides[0] - sides[1]) / (2 * step) * 2 * c / a
        assert abs(hypergeometric((2, 2, a + 1), (3, c + 1), point) - slope) < mpmath.mpf(10) ** -27 * abs(slope)


@pytest.mark.parametrize(
    "a, b, c, z",
    [(1, 1, 360000001, -2), (1, 1, 36001, -29), (1.5, 0.5, 1e9, -1e4), (2, 3, 1e4, -3), (1, 1, 36001, 0.97)],
)
def test_a_hypergeometric_function_with_a_far_greater_parameter_below(a, b, c, z):
    """By the integral over the half-line that Euler's is of: mpmath's own sums cancel to nothing, and it gives up."""
    with mpmath.workdps(50):
        a, b, c, z = map(mpmath.mpf, (a, b, c, z))

        def law(s, power):
            return s ** (b - 1) * mpmath.exp((c - b - 1) * mpmath.log1p(-s / c)) * (1 - z * s / c) ** -power

        whole, mean = (mpmath.quad(lambda s, n=n: law(s, n), [0, 0.01, 0.5, 2, 8, 32, 128, 256]) for n in (0, a))
    with mpmath.workdps(60):
        assert abs(hypergeometric((a, b), (c,), z) - mean / whole) < mpmath.mpf(10) ** (-20 if b < 1 else -40)
        assert abs(hypergeometric((a, b), (c * (1 + mpmath.mpf(10) ** -9),), z) - mean / whole) > mpmath.mpf(10) ** -20


def test_other_hypergeometric_functions_are_those_of_mpmath():
    assert hypergeometric((1, 2), (3,), 0.9) == mpmath.hyper((1, 2), (3,), 0.9)
    assert hypergeometric((), (1,), 0.9) == mpmath.hyper((), (1,), 0.9)


@pytest.mark.parametrize(
    "name, args",
    [
        ("hyper", ((1, 1, 3), (2, 5), -4)),
        ("hyper", ((1, 1, 3), (2, 5), 1)),
        ("hyper", ((2, 2, 3), (3, 5), -7)),
        ("hyper", ((1, 1), (3001,), -20)),
        ("meijerg", (((-2, 1, 1), ()), ((1,), (0,)), 3)),
        ("gammainc", (3, 0, 2)),
        ("besselk_order", (3, 7)),
        ("hyperu", (2, 3, 7)),
        ("zeta_prime", (3, 7)),
        ("zeta_second", (3, 7)),
        ("sigmoid", (3,)),
        ("softplus", (3,)),
        ("log_erfc", (41,)),
        ("log_besseli", (7, 3)),
        ("log_besseli", (3, 1001)),
        ("log_besselk", (3, 1001)),
    ],
)
def test_integers_stand_for_numbers_of_any_precision(name, args):
    """A compiled formula hands over the integers that stand in it, and Python divides them as floats."""
    with mpmath.workdps(60):
        exact = [tuple(map(mpmath.mpf, v)) if name == "hyper" and isinstance(v, tuple) else v for v in args]
        exact = [mpmath.mpf(v) if isinstance(v, int) else v for v in exact]
        function = NAMED.get(name) or _FUNCTIONS[name]
        found, truth = function(*args), function(*exact)
        assert abs(found - truth) <= abs(truth) * mpmath.mpf(10) ** -58, (found, truth)


@pytest.mark.parametrize("order, at", [("0.7", 1e-4), ("-3", 2.5), ("2.000000001", 400), ("33.5", 2689)])
def test_the_derivative_of_a_bessel_function_in_its_order(order, at):
    with mpmath.workdps(30):
        order, at = mpmath.mpf(order), mpmath.mpf(at)
        found = NAMED["besselk_order"](order, at)
        # its size taken out of ∫ t sinh(νt) exp(−z cosh t) dt
        scaled = mpmath.quad(
            lambda t: t * mpmath.sinh(order * t) * mpmath.exp(-2 * at * mpmath.sinh(t / 2) ** 2),
            mpmath.linspace(0, mpmath.acosh(1 + 200 / at), 12),
        )
        assert abs(found / (scaled * mpmath.exp(-at)) - 1) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("body", [2 - sp.erfc(z), 1 - sp.erf(z), 1 + sp.erf(-z)])
def test_a_tail_of_the_normal_law_is_no_difference(body):
    at = mpmath.mpf(-20 if body == 2 - sp.erfc(z) else 20)
    with mpmath.workdps(20):
        truth = mpmath.erfc(20)
        assert abs(compiled([body], z)(mpmath.mp.prec)(at)[0] / truth - 1) < 1e-15
        assert abs(evaluate_number(body, {z: sp.Integer(int(at))}, 15) / truth - 1) < 1e-15


@pytest.mark.parametrize("mu", [-200, -1000, 10**5])
def test_a_stretch_of_a_normal_law_far_from_its_centre(mu):
    """Whose mass is nothing to hundreds of digits: by the integral of its exponent less that at the nearer end."""
    low, high, s = sp.Rational(4, 3), sp.Rational(13, 7), sp.Rational(20, 7)
    p, q = catalog.TruncatedNormal(0, s, low, high), catalog.TruncatedNormal(mu, s, low, high)
    with mpmath.workdps(40):
        near, a, b, scale = (mpmath.mpf(v.p) / v.q for v in (low if mu < 0 else high, low, high, s))
        ends = [near + (b - a) * mpmath.mpf(2) ** -k * (1 if mu < 0 else -1) for k in range(30, -1, -1)]
        ends = sorted([near, *ends])

        def exponent(x, m):
            return -(x - near) * (x + near - 2 * m) / (2 * scale**2)

        of_p, of_q = (mpmath.quad(lambda x, m=m: mpmath.exp(exponent(x, m)), ends) for m in (0, mu))
        gap = mpmath.quad(lambda x: mpmath.exp(exponent(x, 0)) * (exponent(x, 0) - exponent(x, mu)), ends) / of_p
        true = gap + mpmath.log(of_q / of_p)
    assert abs(kl_divergence(p, q).evaluate({}, digits=20) / true - 1) < mpmath.mpf(10) ** -14
    cross = cross_entropy(p, q).evaluate({}, digits=20)
    assert mpmath.isfinite(cross) and abs(cross - entropy(p).evaluate({}, digits=20) - true) < 1e-12 * abs(cross)


def test_what_is_too_small_for_the_digits_is_no_infinity():
    b = sp.Symbol("b", positive=True)
    e = sp.log(sp.tanh(b + 1) - sp.tanh(b))
    with pytest.raises(EvaluationError, match="tell from 0"):
        evaluate_number(e, {b: sp.Integer(10**7)}, 15)
    assert evaluate_number(sp.log(b), {b: sp.S.Zero}, 15) == -mpmath.inf


def test_what_is_reflected_is_the_same():
    for body in (3 * (2 - sp.erfc(z)), sp.erf(z) - 1, 1 + sp.erf(z) + z, 2 + sp.erfc(z), 1 - 2 * sp.erf(z)):
        values = [compiled([e], z)(80)(mpmath.mpf("0.3"))[0] for e in (body, erfc_folded(body))]
        assert abs(values[0] - values[1]) < 1e-20


def test_an_integral_whose_integrand_has_such_a_tail():
    p = catalog.DoubleParetoLogNormal("-17/7", "11/3", "11/3", "11/5")
    formula = kl_divergence(catalog.DoubleParetoLogNormal.suffixed("_1"), catalog.LogNormal.suffixed("_2"))
    q = catalog.LogNormal(0, 1)
    names = [str(v) for m in formula.distributions for v in m.values]
    value = formula.evaluate(dict(zip(names, (*p.values, *q.values), strict=True)), digits=15)
    log_q = q.log_density.xreplace({q.variable: p.variable})
    assert against(value, p, (p.log_density, -log_q), 15, "").kind == "agrees"


def test_the_real_part_is_written_and_differentiated():
    f = real_part(sp.expint(1, x + sp.I * z))
    assert notation.latex(f) == r"\operatorname{Re}\left[E_{1}\left(x + i z\right)\right]"
    place = {x: sp.Rational(3, 2), z: sp.Rational(1, 3)}
    step = sp.Rational(1, 10**10)
    with mpmath.workdps(30):
        slope = evaluate_number(f.diff(z), place, 15)
        ahead, behind = (evaluate_number(f, {**place, z: place[z] + s}, 25) for s in (step, -step))
        assert abs((ahead - behind) / (2 * mpmath.mpf(10) ** -10) - slope) < 1e-12


def test_an_inequality_without_its_denominator_says_the_same():
    b, c = sp.Symbol("b", positive=True), sp.Symbol("c", negative=True)
    assert Facts().cleared(1 / b < 1) == (b - 1 > 0)
    assert Facts().cleared(1 / c < 1) == (1 - c > 0)
    assert Facts().cleared(1 / z < 1) == (1 / z < 1)  # nothing is known of z


def test_counts_that_share_one_value_are_not_singular():
    p, q = catalog.DiscreteUniform(-1, 5), catalog.DiscreteUniform(5, 5)
    assert abs(hellinger_distance(p, q).evaluate() ** 2 - (1 - 1 / sp.sqrt(7)).evalf()) < 1e-12


@pytest.mark.parametrize("c", [mpmath.mpf("1e-3"), mpmath.mpf("1e-25"), mpmath.mpc("-1e-3", "1e-3"), mpmath.mpf(2)])
@pytest.mark.parametrize("s", ["1/2", "7/3", "2"])
def test_a_log_under_a_gamma_law_of_little_weight(c, s):
    with mpmath.workdps(40):
        s = mpmath.mpf(sp.Rational(s).p) / sp.Rational(s).q
        # w = √x takes the algebraic end away
        truth = mpmath.quad(lambda w: 2 * w ** (2 * s - 1) * mpmath.exp(-w * w) * mpmath.log1p(c * w * w), range(12))
        assert abs(meijer(((1 - s, 1, 1), ()), ((1,), (0,)), c) / truth - 1) < mpmath.mpf(10) ** -20


@pytest.mark.parametrize("z", [30, 200, 10**4])
@pytest.mark.parametrize("s", ["1/2", "3"])
def test_the_order_derivative_of_the_incomplete_gamma_function(z, s):
    with mpmath.workdps(30):
        s = mpmath.mpf(sp.Rational(s).p) / sp.Rational(s).q
        found = meijer(((), (1, 1)), ((0, 0, s), ()), mpmath.mpf(z))
        h = mpmath.mpf(10) ** -15
        with mpmath.workdps(60):
            slope = (mpmath.gammainc(s + h, z) - mpmath.gammainc(s - h, z)) / (2 * h)
            truth = slope - mpmath.log(z) * mpmath.gammainc(s, z)
        assert abs(found / truth - 1) < mpmath.mpf(10) ** -12


def test_the_log_of_a_tail_is_a_number_where_the_tail_is_none():
    values = compiled([sp.log(sp.erfc(x) / 3), sp.log(2 - sp.erfc(-x))], x)
    with mpmath.workdps(30):
        for at in (8, 9, 12):
            for value, factor in zip(values(mpmath.mp.prec)(mpmath.mpf(at)), (mpmath.mpf(1) / 3, 1), strict=True):
                assert abs(value / mpmath.log(factor * mpmath.erfc(at)) - 1) < mpmath.mpf(10) ** -28
        (far, _) = values(mpmath.mp.prec)(mpmath.mpf(10) ** 200)
        assert abs(far / mpmath.mpf(10) ** 400 + 1) < mpmath.mpf(10) ** -28


def test_what_is_left_of_one_is_no_difference():
    (value,) = compiled([sp.log(1 - sp.exp(-sp.exp(-x)))], x)(100)(mpmath.mpf(1000))
    assert abs(value + 1000) < 1e-25


def test_expectations_of_the_same_value_are_added():
    a, b, c = sp.symbols("a b c", positive=True)
    mean = sp.log(c / 4)
    parts = [
        (-sp.S.Half, mean),
        (-sp.S.Half, mean),
        (a + b, sp.digamma(c)),
        (a, sp.log(a)),
        (b, sp.S.One),
        (b, sp.S.One),
    ]
    point = {a: sp.Rational(3, 7), b: sp.Rational(5, 2), c: sp.Rational(8, 3)}
    assert abs((_collected(parts) - sp.Add(*(k * m for k, m in parts))).subs(point).evalf(30)) < 1e-25


def test_a_term_that_is_zero_times_an_infinite_logarithm_is_zero():
    a, b = sp.symbols("a b", real=True)
    place = {a: sp.Integer(1), b: sp.Integer(1)}
    rest = sp.Integral(sp.exp(-b * x), (x, 0, 1))
    with mpmath.workdps(30):
        truth = 1 + evaluate_number(rest, place, 25)
        assert abs(evaluate_number((a - b) ** 2 * sp.log((a - b) / b) + b + rest, place, 25) - truth) < 1e-23


def test_a_parameter_between_bounds_of_another():
    a, b, t = sp.Symbol("a", positive=True), sp.Symbol("b", real=True), sp.Symbol("t", positive=True)
    facts = Facts()
    facts.learn(-a < b)
    facts.learn(b < a)
    assert [facts.sign(e) for e in (a - b, a + b, b**2 - a**2, b)] == [1, 1, -1, None]
    assert facts.sign(t - a) is None


def test_signs_of_differences_of_exponentials():
    m, b, c = sp.Symbol("m", real=True), *sp.symbols("b c", positive=True)
    facts = Facts().under([1 - m > 0])
    assert facts.sign(sp.exp(b / (1 - m)) - 1) == 1
    assert facts.sign(c * (1 - sp.exp(b * (1 - m))) - 1) == -1
    assert Facts().sign(sp.exp(b / (1 - m)) - 1) is None
    facts = Facts().under([m >= 0])
    assert facts.sign(1 + c * (1 - sp.exp(-b * m))) == 1
    assert facts.sign(1 - c * (1 - sp.exp(-b * m))) is None


def test_what_keeps_a_difference_from_0_is_positive():
    m = sp.Symbol("m", positive=True)
    facts = Facts().under([m <= 1])
    assert facts.sign(1 - m) is None
    assert facts.under([1 - m > 0]).sign(1 - m) == 1


def test_terms_that_cancel_beyond_the_digits_carried_are_not_taken_for_nothing():
    k, b, c = sp.symbols("k b c")
    total = sp.log(c) + k * (1 + sp.exp(b)) - k * sp.exp(b)  # where 1 + e^b is rounded to e^b, log c is left
    place = {k: sp.Rational(1, 3), c: sp.Integer(20), b: sp.Integer(500)}
    with mpmath.workdps(30):
        assert abs(evaluate_number(total, place, 20) - mpmath.log(20) - mpmath.mpf(1) / 3) < 1e-18
    with pytest.raises(EvaluationError):
        evaluate_number(total, {**place, b: sp.Integer(26_000)}, 20)


@pytest.mark.parametrize("size", [40, 100, 300])
def test_a_log_of_what_is_rounded_to_0_is_not_infinite(size):
    tiny = sp.Rational(1, 10**size)
    place = {x: tiny}
    with mpmath.workdps(2000):
        b = mpmath.mpf(10) ** -size
        truncated = mpmath.log(1 / b) / (1 - mpmath.exp(-1)) + mpmath.log(mpmath.expm1(b) / mpmath.expm1(1))
        logarithmic = mpmath.log(1 / (2 * b)) / mpmath.log(2) + mpmath.log(-mpmath.log1p(-b) / mpmath.log(2))
        fourth = mpmath.log(mpmath.exp(b) - 1 - b - b**2 / 2 - b**3 / 6)
    for p, q, truth in (
        (catalog.ZeroTruncatedPoisson(1), catalog.ZeroTruncatedPoisson("b"), truncated),
        (catalog.Logarithmic("1/2"), catalog.Logarithmic("b"), logarithmic),
    ):
        assert abs(kl_divergence(p, q).evaluate(b=tiny, digits=20) / truth - 1) < 1e-19
    assert mpmath.isfinite(kl_divergence(catalog.Logarithmic("1/2"), catalog.Logarithmic("b")).evaluate(b=1 - tiny))
    fourfold = sp.log(sp.exp(x) - 1 - x - x**2 / 2 - x**3 / 6)
    assert abs(evaluate_number(fourfold, place, 20) / fourth - 1) < 1e-19
    assert abs(evaluate_number(5 + (sp.exp(x) - 1 - x) / x**2, place, 20) - mpmath.mpf("5.5")) < 1e-18
    assert abs(evaluate_number((sp.exp(x) - 1 - x) / x**2, place, 20) - mpmath.mpf("0.5")) < 1e-18
    assert evaluate_number(sp.log(z - tiny), {z: tiny}, 20) == -mpmath.inf


def test_what_is_known_of_two_parameters_is_not_lost_with_their_order():
    low, high = sp.Dummy("low", real=True), sp.Symbol("high", positive=True)
    facts = Facts().under([low < high])
    assert facts.sign(high) == 1 and facts.sign(low) is None
    assert facts.under([low > 0]).sign(low) == 1
    either = sp.Symbol("either", real=True)
    assert Facts().under([low < either]).under([low > 0]).sign(either) == 1


def test_an_absolute_value_is_a_kink_only_where_it_counts():
    m, c = sp.Symbol("m", real=True), sp.Symbol("c", positive=True)
    t = sp.Symbol("t", real=True)
    huber = sp.Piecewise(((t - m) ** 2, sp.Abs(t - m) < c), (2 * c * sp.Abs(t - m) - c**2, True))
    assert kinks(huber, t) == {m - c, m + c}
    assert kinks(huber + sp.Abs(t - m), t) == {m - c, m, m + c}
    assert resolve(huber, t, m - c / 2, m + c, Facts()) == (t - m) ** 2
    assert resolve(huber, t, m + c, sp.oo, Facts()) == 2 * c * (t - m) - c**2
    assert resolve(huber, t, m - 2 * c, m, Facts()).has(sp.Piecewise)  # a kink is inside


def test_a_log_is_below_its_tangent():
    p, x = sp.Symbol("p", positive=True), sp.Symbol("x", positive=True)
    facts = Facts().under([p < 1])
    assert facts.sign(p - 1 - sp.log(p)) == 1
    assert facts.decide(x - 1 - sp.log(x) >= 0) is True
    assert facts.decide(x - 1 - sp.log(x) > 0) is None  # not at 1
    assert facts.decide(x - 2 - sp.log(x) >= 0) is None


def test_a_modified_bessel_function_is_positive_beyond_order_minus_one():
    n, x = sp.Symbol("n", positive=True), sp.Symbol("x", positive=True)
    assert Facts().sign(sp.besseli(n - 1, x)) == 1
    assert Facts().sign(sp.besseli(n - 2, x)) is None


def test_a_zero_inside_a_factor_is_one_only_beside_what_is_finite():
    a, b = sp.symbols("a b", positive=True)
    rest = sp.Integral(sp.exp(-b * x), (x, 0, 1))
    place = {a: sp.Integer(0), b: sp.Integer(1)}
    with mpmath.workdps(30):
        truth = evaluate_number(rest, place, 25)
        assert abs(evaluate_number((a * sp.log(a) + 2) / b + rest, place, 25) - truth - 2) < 1e-23
    with pytest.raises(EvaluationError):
        evaluate_number((a * sp.log(a) + a) / a + rest, place, 25)


def test_a_series_that_does_not_converge_is_an_evaluation_error(monkeypatch):
    def fails(*_, **__):
        raise mpmath.mp.NoConvergence("too slowly")

    monkeypatch.setattr("derive.numerics.evaluation.Terms", fails)
    with pytest.raises(EvaluationError, match="no 15 digits were reached: too slowly"):
        evaluate_number(sp.Symbol("x"), {}, 15)
