"""The settings in which theorems are checked: for each, the families or examples, as two sides to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import mpmath
import sympy as sp

from derive.algebra.functions import named_derivatives, sigmoid
from derive.algebra.normal import to_loggamma
from derive.algebra.tidy import tidy
from derive.derivation.formula import Formula, Step
from derive.derivation.quantities import cross_entropy, entropy, expectation, kl_divergence
from derive.families import points
from derive.families.family import Distribution, Family
from derive.families.library import catalog
from derive.numerics import quadrature
from derive.numerics.numeric import compiled
from derive.objectives.coding import huffman
from derive.objectives.equivalences import equivalence
from derive.objectives.estimation import likelihood
from derive.objectives.exponential import exponential_form
from derive.objectives.losses import loss
from derive.objectives.minimum import Mean, positive
from derive.objectives.projections import projection

E = Any
DIGITS = 20


@dataclass(frozen=True)
class Instance:
    """A theorem in one setting: left = right, or left ≤ right, in symbols, with exact values for them.

    about    the family or the setting
    places   symbol -> exact value, the points of comparison (one empty place for numbers)
    steps    the proof, for this instance
    """

    about: str
    left: E
    right: E
    places: tuple[dict[E, E], ...] = ({},)
    steps: tuple[Step, ...] = ()


# --- points and closed values --------------------------------------------------------------------------------


def _pair(family: Family) -> tuple[Distribution, Distribution]:
    return family.suffixed("_1"), family.suffixed("_2")


def _places(*members: Distribution) -> tuple[dict[E, E], ...]:
    """Exact values for the symbols of members: of one family, or of one after the other."""
    families = [m.family for m in members]
    drawn: list[tuple[Distribution, ...]] = (
        list(islice(points.pairs(families[0], families[1] if len(families) > 1 else None), 40))
        if len(families) < 3
        else []
    )
    places = []
    for values in drawn:
        place = {s: v for m, d in zip(members, values, strict=True) for s, v in zip(m.values, d.values, strict=True)}
        places.append({s: v for s, v in place.items() if isinstance(s, sp.Symbol)})
    return tuple(places)


def _finite(formula: Formula, places: Iterable[dict[E, E]]) -> tuple[E, tuple[dict[E, E], ...]]:
    """The closed branch of a formula, and the places in it."""
    case = next(c for c in formula.cases if c.form == "closed")
    inside = [p for p in places if case.condition == sp.true or case.condition.subs(p) == sp.true]
    return case.expr, tuple(inside)


def _closed(formula: Formula) -> bool:
    return any(c.form == "closed" for c in formula.cases)


def _scalar(family: Family) -> bool:
    return all(p.domain != "simplex" for p in family.params) and bool(family.params)


# --- the same objective --------------------------------------------------------------------------------------


def identity(families: Iterable[Family]) -> Iterator[Instance]:
    for family in filter(_scalar, families):
        p, q = _pair(family)
        ce, kl, h = cross_entropy(p, q), kl_divergence(p, q), entropy(p)
        if not all(map(_closed, (ce, kl, h))):
            continue
        left, places = _finite(ce, _places(p, q))
        right, places = _finite(kl, places)
        own, places = _finite(h, places)
        yield Instance(family.name, left, own + right, places, (*ce.steps, *h.steps, *kl.steps))


def same_gradient(families: Iterable[Family]) -> Iterator[Instance]:
    for family in filter(_scalar, families):
        p, q = _pair(family)
        learned = [str(s) for s in q.values if not s.is_integer]
        if not learned or not all(map(_closed, (cross_entropy(p, q), kl_divergence(p, q)))):
            continue
        found = equivalence(p, q, learned)
        ce, places = _finite(found.ce, _places(p, q))
        kl, places = _finite(found.kl, places)
        for s in found.learned:
            yield Instance(f"{family.name}, {s}", sp.diff(ce, s), sp.diff(kl, s), places, found.steps)


def reverse_gap(families: Iterable[Family]) -> Iterator[Instance]:
    for family in filter(_scalar, families):
        p, q = _pair(family)
        learned = [str(s) for s in p.values if not s.is_integer]
        if not learned or not all(map(_closed, (cross_entropy(p, q), kl_divergence(p, q), entropy(p)))):
            continue
        found = equivalence(p, q, learned)
        ce, places = _finite(found.ce, _places(p, q))
        kl, places = _finite(found.kl, places)
        for s, gap in found.gap.items():
            yield Instance(f"{family.name}, {s}", sp.diff(ce - kl, s), gap, places, found.steps)


def nll(families: Iterable[Family]) -> Iterator[Instance]:
    """For every observation the summand of NLL is that of n·CE(p̂, q), so the sums are equal for every n."""
    n, i = sp.Symbol("n", integer=True, positive=True), sp.Symbol("i", integer=True, positive=True)
    for family in filter(_scalar, families):
        q = family.suffixed("")
        fit = likelihood(q, [str(s) for s in q.values if not s.is_integer] or None)
        data = sp.IndexedBase("x", **{k: True for k in ("real", "positive") if getattr(_sample(fit), "is_" + k)})
        nll = (-to_loggamma(q.log_density)).xreplace({q.variable: data[i]})
        observed = fit.objective.xreplace({_sample(fit): data[i]})
        mean = observed.replace(Mean, lambda t: sp.Sum(t, (i, 1, n)) / n)
        summand = observed.replace(Mean, lambda t: t)
        step = Step(sp.Sum(nll, (i, 1, n)) / n, mean, "linearity", "the mean of a sum, term by term")
        plain = sp.Symbol("x_i", positive=True) if _sample(fit).is_positive else sp.Symbol("x_i", real=True)
        left, right = (sp.expand_power_base(sp.expand_log(e.xreplace({data[i]: plain}))) for e in (nll, summand))
        yield Instance(family.name, left, right, _with(plain, q), (step,))


def _sample(fit: Any) -> sp.Symbol:
    return positive(fit.model)


def _with(x: sp.Symbol, q: Distribution) -> tuple[dict[E, E], ...]:
    return tuple({**p, x: points.inside(q.family(*(p[s] for s in q.values)))[1]} for p in _places(q))


def elbo(_: Iterable[Family]) -> Iterator[Instance]:
    """z ~ N(0, 1), y | z ~ N(z, s²): evidence, posterior and ELBO of q = N(m, t²), in closed form."""
    y, m = sp.symbols("y m", real=True)
    s, t = sp.symbols("s t", positive=True)
    q = catalog.Normal(m, t)
    z = q.variable
    given_z = catalog.Normal("z", s).log_density.xreplace({z: y}).subs(sp.Symbol("z", real=True), z)
    elbo = expectation(catalog.Normal(0, 1).log_density + given_z, q).expr + entropy(q).expr
    posterior = catalog.Normal(y / (1 + s**2), s / sp.sqrt(1 + s**2))
    evidence = catalog.Normal(0, sp.sqrt(1 + s**2)).log_density.xreplace({z: y})
    places = tuple({y: a, m: -a / 2, s: a + 2, t: a + 1} for a in map(sp.Rational, ("1/3", "2/5", "-1/2")))
    yield Instance("Normal–Normal", evidence - elbo, kl_divergence(q, posterior).expr, places)


# --- classification ------------------------------------------------------------------------------------------

_Z = sp.symbols("z_1:4", real=True)
_U = sp.symbols("u_1:4", real=True)
_T = sp.symbols("t_1:3", positive=True)
_POINT = {
    **dict(zip(_Z, map(sp.Rational, ("1/3", "-1/2", "2")), strict=True)),
    **dict(zip(_U, map(sp.Rational, ("1", "-1/5", "3/4")), strict=True)),
    **dict(zip(_T, map(sp.Rational, ("1/5", "1/2")), strict=True)),
}


def _softmax(z: Iterable[E]) -> tuple[E, ...]:
    powers = [sp.exp(v) for v in z]
    return tuple(v / sp.Add(*powers) for v in powers)


def _cross(target: Iterable[E], model: Iterable[E]) -> E:
    """CE of two laws on the same few classes, by the engine."""
    return cross_entropy(*(catalog.Categorical(tuple(v)) for v in (target, model))).expr


def soft_targets(_: Iterable[Family]) -> Iterator[Instance]:
    target, model = (*_T, 1 - sum(_T)), _softmax(_Z)
    ce = _cross(target, model)
    for k, z in enumerate(_Z):
        yield Instance(f"3 classes, z_{k + 1}", sp.diff(ce, z), model[k] - target[k], (_POINT,))
    f = loss(catalog.Bernoulli, link={"p": "sigmoid(z)"})
    yield Instance("Bernoulli", f.gradient[0], sigmoid(f.learned[0]) - f.y, ({f.learned[0]: sp.S.One, f.y: sp.S.Half},))


def label_smoothing(_: Iterable[Family]) -> Iterator[Instance]:
    """Where the model is the smoothed target the gradient of CE in the logits vanishes; at the label it would not."""
    e = sp.Symbol("epsilon", positive=True)
    target = (1 - e + e / 3, e / 3, e / 3)
    ce = _cross(target, _softmax(_Z))
    best = dict(zip(_Z, map(sp.log, target), strict=True))
    for k, z in enumerate(_Z):
        yield Instance(f"3 classes, z_{k + 1}", sp.diff(ce, z).subs(best), sp.S.Zero, ({e: sp.Rational(1, 10)},))


def distillation(_: Iterable[Family]) -> Iterator[Instance]:
    t = sp.Symbol("T", positive=True)
    teacher, student = _softmax(u / t for u in _U), _softmax(z / t for z in _Z)
    objective = t**2 * _cross(teacher, student)
    for k, z in enumerate(_Z):
        yield Instance(
            f"3 classes, z_{k + 1}",
            sp.diff(objective, z),
            t * (student[k] - teacher[k]),
            tuple({**_POINT, t: v} for v in (sp.Integer(2), sp.Rational(1, 2))),
        )


# --- the standard ones ---------------------------------------------------------------------------------------


def gibbs(families: Iterable[Family]) -> Iterator[Instance]:
    for family in filter(_scalar, families):
        p, q = _pair(family)
        formula = kl_divergence(p, q)
        if _closed(formula):
            value, places = _finite(formula, _places(p, q))
            yield Instance(family.name, sp.S.Zero, value, places)


def bregman(families: Iterable[Family]) -> Iterator[Instance]:
    for family in families:
        form = exponential_form(family)
        if form is None or not all(isinstance(s, sp.Symbol) for s in form[0]):
            continue
        theta, eta, a = form
        jacobian = sp.Matrix([[sp.diff(e, t) for e in eta] for t in theta])
        gradient = jacobian.LUsolve(sp.Matrix([named_derivatives(sp.diff(a, t)) for t in theta]))
        p, q = _pair(family)
        one, two = (dict(zip(theta, m.values, strict=True)) for m in (p, q))
        step = sp.Add(
            *(g.xreplace(one) * (e.xreplace(two) - e.xreplace(one)) for g, e in zip(gradient, eta, strict=True))
        )
        value, places = _finite(kl_divergence(p, q), _places(p, q))
        yield Instance(family.name, value, a.xreplace(two) - a.xreplace(one) - step, places)


def fisher(families: Iterable[Family]) -> Iterator[Instance]:
    for family in filter(_scalar, families):
        p, q = _pair(family)
        formula = kl_divergence(p, q)
        if not _closed(formula) or any(s in e.free_symbols for e in p.support for s in p.values):
            continue
        value, _ = _finite(formula, ())
        if value.has(sp.Abs, sp.Piecewise) or any(s.is_integer for s in p.values):
            continue
        for s, t in zip(p.values, q.values, strict=True):
            score = sp.diff(to_loggamma(p.log_density), s)
            square = expectation(sp.expand(score**2), p)
            if square.form == "closed":
                curvature = sp.diff(value, t, 2).subs(dict(zip(q.values, p.values, strict=True)), simultaneous=True)
                if not curvature.has(sp.nan, sp.zoo):
                    yield Instance(f"{family.name}, {s}", named_derivatives(curvature), square.expr, _places(p))


def chain(_: Iterable[Family]) -> Iterator[Instance]:
    """A joint law on 2×2 cells: marginal and conditionals."""
    a = sp.symbols("a_1:4", positive=True)
    b = sp.symbols("b_1:4", positive=True)
    joint_p, joint_q = (*a, 1 - sum(a)), (*b, 1 - sum(b))

    def kl(one: Iterable[E], two: Iterable[E]) -> E:
        return kl_divergence(*(catalog.Categorical(tuple(v)) for v in (one, two))).expr

    rows_p, rows_q = ((j[0] + j[1], j[2] + j[3]) for j in (joint_p, joint_q))
    inner = sp.Add(
        *(
            rows_p[r]
            * kl(
                [v / rows_p[r] for v in joint_p[2 * r : 2 * r + 2]], [v / rows_q[r] for v in joint_q[2 * r : 2 * r + 2]]
            )
            for r in (0, 1)
        )
    )
    place = dict(zip((*a, *b), map(sp.Rational, ("1/5", "1/7", "1/3", "1/4", "2/5", "1/9")), strict=True))
    yield Instance("2×2 table", kl(joint_p, joint_q), kl(rows_p, rows_q) + inner, (place,))


def bijection(_: Iterable[Family]) -> Iterator[Instance]:
    """Y = e^X of a normal and a Laplace law, Y = 1/X of a gamma law; more of them run in `derive verify`."""
    for left, right, power in (("Normal", "LogNormal", 1), ("Laplace", "LogLaplace", 1), ("Gamma", "InverseGamma", -1)):
        p, q = _pair(catalog[left])
        images = [catalog[right](m.values[0], m.values[1] ** power) for m in (p, q)]
        yield Instance(f"{left} and {right}", kl_divergence(p, q).expr, kl_divergence(*images).expr, _places(p, q))


PROJECTIONS = (("Laplace", "Normal"), ("Logistic", "Normal"), ("Gamma", "Exponential"), ("Weibull", "Exponential"),
               ("Gamma", "LogNormal"), ("Uniform", "Normal"))  # fmt: skip
"""Laws and exponential families that they are projected onto in closed form."""


def pythagoras(_: Iterable[Family]) -> Iterator[Instance]:
    for name, onto in PROJECTIONS:
        p, q = catalog[name].suffixed("_1"), catalog[onto].suffixed("_2")
        best = catalog[onto](*projection(p, catalog[onto]).solution.values())
        left, places = _finite(kl_divergence(p, q), _places(p, q))
        right = kl_divergence(p, best).expr + kl_divergence(best, q).expr
        yield Instance(f"{name} onto {onto}", left, right, places)


def maximum_entropy(_: Iterable[Family]) -> Iterator[Instance]:
    for name, onto in PROJECTIONS:
        p = catalog[name].suffixed("_1")
        best = catalog[onto](*projection(p, catalog[onto]).solution.values())
        if onto == "LogNormal":
            continue  # its base measure 1/x is not constant
        value, places = _finite(kl_divergence(p, best), _places(p))
        yield Instance(f"{name} and {onto}", tidy(entropy(best).expr - entropy(p).expr), value, places)


def numbers(
    families: Iterable[Family], bound: Callable[[Distribution, Distribution, Any], tuple[Any, Any] | None]
) -> Iterator[Instance]:
    """Both sides of an inequality as numbers, at a few pairs of members."""
    for family in filter(_scalar, families):
        formula = kl_divergence(*_pair(family))
        for p, q in islice(points.pairs(family, family), 3):
            place = {
                s: v
                for m, d in zip(formula.distributions, (p, q), strict=True)
                for s, v in zip(m.values, d.values, strict=True)
            }
            value = formula.evaluate({str(k): v for k, v in place.items()}, digits=DIGITS)
            sides = bound(p, q, value) if mpmath.isfinite(value) else None
            if sides is not None:
                yield Instance(f"{family.name}, {p} and {q}", *(sp.Float(v, DIGITS) for v in sides))


def _ratio(p: Distribution, q: Distribution) -> E:
    return p.log_density - q.log_density.xreplace({q.variable: p.variable})


def chi_squared_bound(p: Distribution, q: Distribution, kl: Any) -> tuple[Any, Any] | None:
    found = quadrature.expected(sp.exp(_ratio(p, q)), p.log_density, p.variable, *p.support, p.measure, DIGITS)
    return (kl, mpmath.log(found.value)) if found.digits > 8 and mpmath.isfinite(found.value) else None


def pinsker_bound(p: Distribution, q: Distribution, kl: Any) -> tuple[Any, Any] | None:
    variation = total_variation(p, q)
    return variation**2, kl / 2 + mpmath.mpf(10) ** -4


def total_variation(p: Distribution, q: Distribution, size: int = 2000) -> Any:
    """½ ∫ |p − q| to some three digits, by the midpoint rule: |p − q| has kinks at unknown places.

    >>> print(mpmath.nstr(total_variation(catalog.Bernoulli("1/3"), catalog.Bernoulli("1/2")), 5))
    0.16667
    """
    low, high = (f(a, b) for f, a, b in zip((sp.Min, sp.Max), p.support, q.support, strict=True))
    sides: list[tuple[Any, float, float]] = [
        (compiled([m.log_density], m.variable)(53), float(m.support[0]), float(m.support[1])) for m in (p, q)
    ]

    def gap(x: Any) -> Any:
        one, two = (mpmath.exp(f(mpmath.mpf(x))[0]) if a <= x <= b else mpmath.mpf(0) for f, a, b in sides)
        return abs(one - two)

    with mpmath.workprec(53):
        if p.measure == "counting":
            return mpmath.fsum(gap(k) for k in range(int(low), int(min(high, low + size)) + 1)) / 2
        total = mpmath.mpf(0)
        for i in range(size):
            v = (mpmath.mpf(i) + 0.5) / size
            if low.is_finite and high.is_finite:
                x, slope = float(low) + float(high - low) * v, float(high - low)
            elif low.is_finite:
                x, slope = float(low) + v / (1 - v), 1 / (1 - v) ** 2
            else:
                w = 2 * v - 1
                x, slope = w / (1 - w * w), 2 * (1 + w * w) / (1 - w * w) ** 2
            total += gap(x) * slope
        return total / size / 2


def codes(_: Iterable[Family]) -> Iterator[Instance]:
    for weights in ((1, 1, 2), (1, 2, 3, 4), (5, 1, 1, 1), (1, 1, 1, 1, 1), (98, 1, 1)):
        p = tuple(sp.Rational(w, sum(weights)) for w in weights)
        h = entropy(catalog.Categorical(p)).in_bits().expr
        length = huffman(p).mean_length(p)
        yield Instance(f"{weights}, from below", h, length)
        yield Instance(f"{weights}, from above", length, h + 1)
