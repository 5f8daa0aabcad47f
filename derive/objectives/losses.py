"""Losses: the negative log-likelihood of one observation, as a function of what is learned.

From −log q(y) everything that does not depend on the learned parameters is dropped; a positive factor that
does not either is taken out. What is left is the loss, and its name is found by comparing gradients with the
losses that have one: nothing is looked up by family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from typing import Any

import sympy as sp

from derive.algebra.coefficients import length
from derive.algebra.functions import named_derivatives
from derive.algebra.normal import ONLY_PRODUCTS, is_zero, to_loggamma
from derive.algebra.tidy import tidy
from derive.derivation.assignment import unified
from derive.derivation.formula import Step
from derive.derivation.quantities import as_distribution
from derive.families.expression import read, spelling
from derive.families.facts import facts_of
from derive.families.family import Distribution
from derive.families.parameter import ParameterError
from derive.objectives.links import in_logits, linked, partial, placed_vectors

E = Any

LONGEST = 120
"""Operations beyond which a derivative is left as it comes: making it short would take too long."""

NLL, LOSS = sp.Function("NLL"), sp.Function("loss")


@dataclass(frozen=True)
class Known:
    """A loss that people know by a name: an expression in y, learned slots and other slots."""

    name: str
    expr: str
    learned: tuple[str, ...]
    others: tuple[str, ...] = ()
    vector: bool = False


KNOWN: tuple[Known, ...] = (
    Known("squared error", "(y - m)**2", ("m",)),
    Known("absolute error", "abs(y - m)", ("m",)),
    Known("quantile (pinball) loss", "abs(y - m)/2 + (tau - 1/2)*(y - m)", ("m",), ("tau",)),
    Known("Gaussian negative log-likelihood", "log(s) + (y - m)**2/(2*s**2)", ("m", "s")),
    Known("squared error of logarithms", "(log(y) - m)**2", ("m",)),
    Known("binary cross-entropy", "-y*log(p) - (1 - y)*log(1 - p)", ("p",)),
    Known("binary cross-entropy with logits", "softplus(z) - y*z", ("z",)),
    Known("Poisson loss", "m - y*log(m)", ("m",)),
    Known("Poisson loss with log link", "exp(z) - y*z", ("z",)),
    Known("gamma (Itakura–Saito) loss", "log(m) + y/(c*m)", ("m",), ("c",)),
    Known("exponential negative log-likelihood", "m*y - log(m)", ("m",)),
    Known("negative binomial loss", "-c*log(p) - y*log(1 - p)", ("p",), ("c",)),
    Known("Cauchy (Lorentzian) loss", "log(1 + (y - m)**2/c)", ("m",), ("c",)),
    Known("log-cosh loss", "log(cosh(c*(y - m)))", ("m",), ("c",)),
    Known("cosine loss", "-cos(y - m)", ("m",)),
    Known("categorical cross-entropy", "-log(p[y])", ("p",), vector=True),
    Known("softmax cross-entropy", "logsumexp(z) - z[y]", ("z",), vector=True),
)
"""Losses with a name. They are compared with what was derived, and never used to derive."""


@dataclass(frozen=True)
class Loss:
    """The loss of one observation y under a model, in nats.

    model     the member q, links in place
    learned   the symbols that are learned (a vector: one entry, of index k)
    y         the observation
    nll       −log q(y)
    expr      what is left of it after dropping terms free of the learned
    dropped   the terms that were dropped: nll = expr + dropped
    vectors   a vector of probabilities -> the vector z whose softmax it is
    name      what people call it, or None; up to a positive factor and a constant
    """

    model: Distribution
    learned: tuple[E, ...]
    y: sp.Symbol
    nll: E
    expr: E
    dropped: E
    vectors: Mapping[E, E] = field(default_factory=dict)

    @cached_property
    def factor(self) -> E:
        """The positive factor of the loss that is free of the learned."""
        return _factored(self.expr, {self.y, *_symbols(self.learned)})[0]

    @cached_property
    def core(self) -> E:
        """The loss without that factor: loss = factor · core."""
        return _factored(self.expr, {self.y, *_symbols(self.learned)})[1]

    @cached_property
    def gradient(self) -> tuple[E, ...]:
        """∂loss/∂θ for each learned θ; where the loss has a kink, beside it."""
        return tuple(_neat(partial(self.expr, s)) for s in self.learned)

    @cached_property
    def hessian(self) -> sp.Matrix:
        """The second derivatives, almost everywhere; for an entry k of a vector, against an entry j."""
        rows = [[_neat(_beside_kinks(partial(g, second(s)))) for s in self.learned] for g in self.gradient]
        return sp.Matrix(rows)

    @property
    def domain(self) -> tuple[E, ...]:
        """Where the loss is finite, when what is learned moves an end of the support."""
        moving = _symbols(self.learned)
        (low, high), y = self.model.support, self.y
        return tuple(r for end, r in ((low, sp.Ge(y, low)), (high, sp.Le(y, high))) if end.free_symbols & moving)

    @cached_property
    def name(self) -> str | None:
        return next((k.name for k in KNOWN if _is_known(k, self)), None)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The derivation, one equation a step."""
        head, loss = NLL(self.y), LOSS(*self.learned)
        steps = [Step(head, self.nll, "definition", "NLL(y) = −log q(y)")]
        free = f"dropped {self.dropped}" if self.dropped != 0 else "every term depends on what is learned"
        steps.append(Step(loss, self.expr, "drop", f"terms free of the learned parameters: {free}"))
        for s, g in zip(self.learned, self.gradient, strict=True):
            steps.append(Step(sp.Derivative(loss, s, evaluate=False), g, "differentiate", "in what is learned"))
        return tuple(steps)


def loss(model: Any, learn: Iterable[str] | str | None = None, link: Mapping[str, str] | None = None) -> Loss:
    """The loss of one observation: −log q(y) without what does not depend on the learned parameters.

    model   a family or a member
    learn   names of what is learned; all parameters (and what is in links) when omitted
    link    parameter -> link, such as {"p": "sigmoid(z)"}; what is in it is learned in its place

    Raises ParameterError for a name that the model lacks, and for a link of the wrong range.

    >>> from derive import catalog
    >>> f = loss(catalog.Bernoulli, link={"p": "sigmoid(z)"})
    >>> print(f.expr, f.gradient, f.name, sep="; ")
    -y*z + softplus(z); (-y + sigmoid(z),); binary cross-entropy with logits
    """
    (p,) = unified((as_distribution(model),))
    q, meaning = linked(p, link or {})
    learned = _learned(p, q, meaning, learn)
    inside = p.support[0].is_nonnegative and p.measure == "lebesgue"
    y = sp.Symbol("y", positive=True) if inside else sp.Symbol("y", **p.variable.assumptions0)
    if "y" in {s.name for v in (*q.values, *meaning.values()) for s in v.free_symbols}:
        raise ParameterError(f"{p.family.name}: y is the observation; call what is learned otherwise")
    seen = sp.Dummy("y", **p.variable.assumptions0)  # put in before the values, which may hold a covariate x
    density = q.place(to_loggamma(q.family.definition.log_density).xreplace({p.variable: seen}))
    nll = in_logits(placed_vectors(-density, meaning).xreplace({seen: y}))
    kept, dropped = _kept(nll, _symbols(learned))
    if kept == 0:
        raise ParameterError(
            f"{p.family.name}: the likelihood of an observation does not depend on {', '.join(map(str, learned))} "
            "inside the support; see `likelihood` for parameters that are ends of the support"
        )
    vectors = {k: v for k, v in meaning.items() if isinstance(k, sp.IndexedBase)}
    return Loss(q, learned, y, nll, kept, dropped, vectors)


def _learned(
    p: Distribution, q: Distribution, meaning: Mapping[E, E], names: Iterable[str] | str | None
) -> tuple[E, ...]:
    """The symbols that are learned; a parameter with a link stands for what is in its link."""
    stands = {name: meaning.get(value, value) for name, value in p.parameters.items()}
    inside = {str(s): s for value in stands.values() for s in _free(value)}
    if names is None:
        chosen = [s for value in (meaning or stands).values() for s in _free(meaning.get(value, value))]
    else:
        chosen = []
        for name in [names] if isinstance(names, str) else names:
            key = spelling(name.strip())
            if key not in stands and key not in inside:
                raise ParameterError(f"{p.family.name} has no parameter {name!r} to learn; it has {', '.join(inside)}")
            chosen += _free(stands[key]) if key in stands else [inside[key]]
    if whole := [str(s) for s in chosen if getattr(s, "is_integer", False)]:
        raise ParameterError(f"{p.family.name}: {', '.join(whole)} is an integer, and a gradient does not reach it")
    if not chosen:
        raise ParameterError(f"{p.family.name}: nothing is left to learn in {q}; give a name to a parameter")
    k = sp.Symbol("k", integer=True)
    return tuple(s[k] if isinstance(s, sp.IndexedBase) else s for s in dict.fromkeys(chosen))


def learnable(p: Distribution, names: Iterable[str] | str | None) -> tuple[E, ...]:
    """The symbols among the parameters of a member that are to be learned; all of them when none is named."""
    return _learned(p, p, {}, names)


def _free(value: E) -> list[E]:
    """The symbols of a parameter value, or the vector that it is."""
    return [value] if isinstance(value, sp.IndexedBase) else sorted(value.free_symbols, key=str)


def _symbols(learned: Iterable[E]) -> set[E]:
    return set().union(*(s.base.free_symbols if isinstance(s, sp.Indexed) else {s} for s in learned))


def second(s: E) -> E:
    """The same symbol, or for the entry k of a vector its entry j."""
    return s.base[sp.Symbol("j", integer=True)] if isinstance(s, sp.Indexed) else s


def _kept(nll: E, learned: set[E]) -> tuple[E, E]:
    """The terms that depend on the learned, and those that do not."""
    kept, dropped = sp.S.Zero, sp.S.Zero
    short = min((nll, sp.expand(nll, **ONLY_PRODUCTS)), key=length)
    for term in sp.Add.make_args(sp.expand_log(short, force=False)):
        for part in _split(term, learned):
            if part.free_symbols & learned:
                kept += part
            else:
                dropped += part
    return kept, dropped


def _split(term: E, learned: set[E]) -> list[E]:
    """A product whose factor is a sum of constants and learned parameters, multiplied out."""
    for f in sp.Mul.make_args(term):
        if (
            f.is_Add
            and any(a.free_symbols & learned for a in f.args)
            and not all(a.free_symbols & learned for a in f.args)
        ):
            rest = term / f
            if not rest.free_symbols & learned and not any(s.name == "y" for s in f.free_symbols):
                return [a * rest for a in f.args]
    return [term]


def _factored(e: E, held: set[E]) -> tuple[E, E]:
    """(positive factor free of `held`, the rest)."""
    outer, inner = sp.S.One, sp.S.One
    for f in sp.Mul.make_args(sp.factor_terms(e)):
        if f.is_positive and not f.free_symbols & held:
            outer *= f
        else:
            inner *= f
    return outer, inner


def _neat(e: E) -> E:
    """A derivative, short: links stand for their values, the sign of a difference for itself."""
    e = named_derivatives(sp.sympify(e))
    if e.has(sp.Piecewise) or sp.count_ops(e) > LONGEST:
        return e
    return min((sp.factor(e), e) if e.has(sp.KroneckerDelta) else (tidy(e), sp.factor(e)), key=length)


def _beside_kinks(e: E) -> E:
    """A derivative where no sign changes: that of a sign is 0."""
    e = e.replace(sp.DiracDelta, lambda *_: sp.S.Zero)
    return e.replace(lambda d: isinstance(d, sp.Derivative) and isinstance(d.expr, sp.sign), lambda _: sp.S.Zero)


# --- names ---------------------------------------------------------------------------------------------------


def _is_known(known: Known, found: Loss) -> bool:
    """Whether a loss is a known one, up to a positive factor and terms free of what is learned."""
    if len(known.learned) != len(found.learned) or known.vector != isinstance(found.learned[0], sp.Indexed):
        return False
    pattern = read_known(known.expr, found.y)
    for order in permutations(found.learned):
        slots = {
            slot: (s.base if isinstance(s, sp.Indexed) else s) for slot, s in zip(known.learned, order, strict=True)
        }
        if _same(pattern(slots), found, [sp.Symbol(o, real=True) for o in known.others]):
            return True
    return False


def read_known(text: str, y: sp.Symbol) -> Any:
    """A function from slots to the expression of a known loss."""

    def at(slots: Mapping[str, E]) -> E:
        names = {"y": y, **slots}
        return read(text, lambda name: names[name] if name in names else sp.Symbol(name, real=True))

    return at


def _same(known: E, found: Loss, others: list[sp.Symbol]) -> bool:
    """Whether ∇found = c·∇known with a positive c free of y and the learned, for some value of the other slots."""
    held = {found.y, *_symbols(found.learned)}
    try:
        ones = [partial(found.expr, s) for s in found.learned]
        twos = [partial(known, s) for s in found.learned]
    except (TypeError, ValueError):
        return False
    if any(t == 0 for t in twos) or any(_heads(o, held) != _heads(t, held) for o, t in zip(ones, twos, strict=True)):
        return False
    for slot in others:
        value = _slot(slot, ones[0], twos[0], found)
        if value is None:
            return False
        twos = [t.subs(slot, value) for t in twos]
    ratio = sp.cancel(sp.together(ones[0] / twos[0]))
    positive = facts_of([found.model]).decide(sp.Gt(ratio, 0)) is True or ratio.is_positive
    return (
        not ratio.free_symbols & held
        and bool(positive)
        and all(is_zero(one - ratio * two) is True for one, two in zip(ones, twos, strict=True))
    )


def _heads(e: E, held: set[E]) -> set[Any]:
    """The functions, and the powers, that an expression has of what is observed or learned."""
    return {type(f) for f in e.atoms(sp.Function) if f.free_symbols & held}


def _slot(slot: sp.Symbol, one: E, two: E, found: Loss) -> E | None:
    """The value of a slot for which the ratio of two derivatives is the same at two observations."""
    m = found.learned[0]
    ratios = [(one / two).subs(found.y, m + at).doit() for at in (sp.Integer(1), sp.Integer(-1), sp.Integer(2))]
    for equation in (ratios[0] - ratios[1], ratios[0] - ratios[2]):
        equation = sp.numer(sp.together(equation))
        if equation.has(slot):
            polynomial = sp.expand(equation).as_poly(slot)
            if polynomial is None or polynomial.degree() > 2:
                return None
            return next((v for v in sp.roots(polynomial) if v != 0 and not v.free_symbols & {found.y, m}), None)
    return None


__all__ = ["KNOWN", "Loss", "loss"]
