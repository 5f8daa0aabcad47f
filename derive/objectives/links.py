"""Links: how a parameter depends on what is learned, such as p = σ(z).

Each link is a SymPy function that knows its derivative, its range and its own logarithms, so that a loss in
z comes out in the form that is safe to compute: −y log σ(z) − (1 − y) log(1 − σ(z)) is softplus(z) − y z.
The range is checked against the domain of the parameter: σ = tanh z is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from derive.algebra.functions import logsumexp, sigmoid, softmax, softplus
from derive.families.expression import CONSTANTS, ExpressionError, read, spelling
from derive.families.family import Distribution
from derive.families.parameter import DOMAINS, ParameterError

SAMPLES = tuple(sp.Rational(n, 4) for n in (-160, -41, -13, -5, -2, -1, 0, 1, 2, 5, 13, 41, 160))
"""Where a link is evaluated to see whether it leaves the domain of its parameter."""


def partial(expression: Any, parameter: Any) -> Any:
    """∂expression/∂parameter; the parameter may be an entry z_k of a vector, k generic.

    >>> z = sp.IndexedBase("z")
    >>> y, k = sp.symbols("y k", integer=True)
    >>> partial(logsumexp(z) - z[y], z[k])
    -KroneckerDelta(k, y) + softmax(z, k)
    >>> partial(sp.Sum(z[y] ** 2, (y, 1, 4)), z[k])
    2*z[k]
    """
    if not isinstance(parameter, sp.Indexed):
        return sp.diff(expression, parameter)
    z, (k,) = parameter.base, parameter.indices
    sums = {e: sp.Dummy() for e in expression.atoms(sp.Sum) if e.has(z)}
    if sums:
        outer, back = expression.xreplace(sums), {name: e for e, name in sums.items()}
        found = partial(outer, parameter).xreplace(back)
        return found + sp.Add(*(sp.diff(outer, d).xreplace(back) * _of_sum(e, z, k) for e, d in sums.items()))
    entries = {e: sp.Dummy() for e in expression.atoms(sp.Indexed) if e.base == z}
    entries |= {e: sp.Dummy() for e in expression.atoms(logsumexp, softmax) if e.args[0] == z}
    inner = expression.xreplace(entries)
    total = sp.S.Zero
    for entry, slot in entries.items():
        total += sp.diff(inner, slot).xreplace({v: e for e, v in entries.items()}) * _entry_partial(entry, k)
    return sp.expand(total)


def _of_sum(total: Any, z: Any, k: Any) -> Any:
    """The derivative of a sum over the entries of z, each in one term, by one of them."""
    index = total.limits[0][0]
    entry, slot = z[index], sp.Dummy()
    term = total.function.xreplace({entry: slot})
    if len(total.limits) > 1 or term.has(z):
        raise NotImplementedError(f"the derivative of {total} by {z[k]}")
    return sp.diff(term, slot).xreplace({slot: entry}).xreplace({index: k})


def _entry_partial(entry: Any, k: Any) -> Any:
    """∂entry/∂z_k, for an entry, a softmax or the logsumexp of z."""
    if isinstance(entry, sp.Indexed):
        return sp.KroneckerDelta(k, entry.indices[0])
    z = entry.args[0]
    if isinstance(entry, logsumexp):
        return softmax(z, k)
    return entry * (sp.KroneckerDelta(k, entry.args[1]) - softmax(z, k))


def in_logits(expression: Any) -> Any:
    """Logs of links in closed form: log σ(z) = z − softplus(z), log(1 − σ(z)) = −softplus(z)."""

    def one(e: Any) -> Any:
        inner = e.args[0]
        if isinstance(inner, sigmoid):
            return inner.args[0] - softplus(inner.args[0])
        if isinstance(inner, softmax):
            z, k = inner.args
            return z[k] - logsumexp(z)
        rest = sp.expand(1 - inner)
        if isinstance(rest, sigmoid):
            return -softplus(rest.args[0])
        return e

    return expression.replace(lambda e: isinstance(e, sp.log), one)


def linked(p: Distribution, links: Mapping[str, str]) -> tuple[Distribution, dict[Any, Any]]:
    """A member with links in for its parameters, and what each linked parameter stands for.

    A vector p stands for the vector z of its link softmax(z); it is put in by `placed_vectors`.
    Raises ParameterError where a name is no parameter, or the range of the link is not in its domain.

    >>> from derive.families.library import catalog
    >>> linked(catalog.Bernoulli.suffixed(""), {"p": "sigmoid(z)"})[0]
    Bernoulli(sigmoid(z))
    """
    values: dict[str, Any] = dict(p.parameters)
    meaning = {}
    for name, text in links.items():
        key = spelling(name)
        if key not in values:
            raise ParameterError(f"{p.family.name} has no parameter {name!r}; it has {', '.join(values)}")
        param = next(q for q in p.family.params if q.name == key)
        if param.domain == "simplex":
            meaning[values[key]] = _logits(p.family.name, key, text)
            continue
        expression = read(text, lambda letter: _letter(letter, p, links))
        others = {str(v) for other, v in p.parameters.items() if other != key and other in map(spelling, links)}
        if both := sorted(others & {s.name for s in expression.free_symbols}):
            raise ParameterError(f"{p.family.name}: {both[0]} has a link itself; write that out in the link of {key}")
        _check_range(p, key, DOMAINS[param.domain], expression)
        meaning[values[key]] = values[key] = expression
    return Distribution(p.family, tuple(values.values())), meaning


def placed_vectors(expression: Any, meaning: Mapping[Any, Any]) -> Any:
    """An expression with softmax(z)_i in for the entries p_i of a vector."""
    return expression.replace(
        lambda e: isinstance(e, sp.Indexed) and e.base in meaning, lambda e: softmax(meaning[e.base], e.indices[0])
    )


def _logits(family: str, name: str, text: str) -> Any:
    kind, _, rest = text.strip().partition("(")
    inner = rest.rstrip(") ").strip()
    if kind.strip() != "softmax" or not inner.isidentifier():
        raise ParameterError(f"{family}: {name} is a vector of probabilities; its link is softmax(z), not {text}")
    return sp.IndexedBase(inner, real=True)


def _letter(name: str, p: Distribution, links: Mapping[str, str]) -> Any:
    """What a name in a link stands for: a constant, another parameter of the member, or something new that is learned."""
    if name in CONSTANTS:
        return CONSTANTS[name]
    name = spelling(name)
    for key, value in p.parameters.items():
        if key not in map(spelling, links) and isinstance(value, sp.Symbol) and name == value.name:
            return value
    return sp.Symbol(name, real=True)


def _check_range(p: Distribution, name: str, domain: Any, expression: Any) -> None:
    """Refuse a link that takes a value outside the domain of its parameter."""
    if not expression.free_symbols:
        raise ExpressionError(f"the link {name} = {expression} depends on nothing that could be learned")
    symbols = sorted(expression.free_symbols, key=str)
    own = {v: DOMAINS[q.domain] for q, v in zip(p.family.params, p.values, strict=True)}
    for value in SAMPLES:
        place = {s: _sample(own.get(s), value + i) for i, s in enumerate(symbols)}
        number = expression.xreplace(place)
        approximate = number.evalf(30)
        if domain.admits(number) is False or _outside(domain, approximate):
            at = ", ".join(f"{s} = {v}" for s, v in place.items())
            raise ParameterError(
                f"{p.family.name}: {name} must be {domain.phrase}, but {expression} is {approximate.evalf(3)} at {at}; "
                f"use a link with that range, such as {SUGGESTED.get(domain.phrase, 'the parameter itself')}"
            )


def _sample(domain: Any, value: Any) -> Any:
    """A value of a letter, any real number or in the domain of the parameter that it is."""
    if domain is None or domain.admits(value):
        return value
    high = domain.bounds[1]
    if domain.assumptions.get("integer"):
        return abs(sp.floor(value)) + 1
    size = 2 ** (value / 8)
    return size if high is None else high * size / (1 + size)


def _outside(domain: Any, number: Any) -> bool:
    """Whether a decimal number is outside a domain, ends excepted: σ(40) is 1 in any fixed precision."""
    if not number.is_number or number.is_real is False or number.is_finite is False:
        return True
    low, high = domain.bounds
    below = (low is not None and number < low) or (domain.assumptions.get("positive") and number < 0)
    return bool(below or (high is not None and number > high))


SUGGESTED = {
    "positive": "exp(z) or softplus(z)",
    "nonnegative": "exp(z) or softplus(z)",
    "strictly between 0 and 1": "sigmoid(z)",
}

__all__ = ["in_logits", "linked", "partial", "placed_vectors"]
