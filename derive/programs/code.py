"""Source text of the program that measurement chooses, and the function in process."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import Any

from derive.derivation.formula import Formula
from derive.programs.accuracy import Accuracy, measured, truth_of, truths
from derive.programs.definition import by_definition, strict
from derive.programs.forms import as_derived, by_support, far, forms
from derive.programs.gauss import LineSum
from derive.programs.grid import Place, measured_near, places
from derive.programs.program import HOLDS, CodeError, Program
from derive.programs.reals import in_reals
from derive.programs.reserve import supported
from derive.programs.specials import computable
from derive.programs.switches import either
from derive.programs.targets import target_named, written

BOUND = 1e-13
"""The relative error that is aimed at in float64."""
EPSILONS = (1e-1, 1e-4, 1e-8, 1e-12)
SIZES = (1e-8, 1e-4, 1e4, 1e8, 1e12)
SHORTLIST = 4
"""Ways, the best by their errors alone, of which the one is taken that leaves least to the rounding of the inputs."""
IN_PROCESS = ("numpy", "torch", "jax", "math")


def code(formulas: Sequence[Formula], target: str, *, checked: bool = False, quadrature: bool = False) -> str:
    """One file with a function for each formula; with `quadrature` also for those that have no program, by definition.

    >>> from derive import catalog, entropy
    >>> print(code([entropy(catalog.Exponential("lamda"))], "javascript").split("*/")[-1].strip())
    function entropy_exponential(lamda) {
        return 1 - Math.log(lamda);
    }
    """
    target = target_named(target)
    if not quadrature:
        return written([_measured(f, target) for f in formulas], target, checked)
    return written([_closed_or_not(f, target) for f in formulas], target, checked)


def _measured(formula: Formula, target: str) -> Program:
    """The program, or the target's own reason why there is none."""
    try:
        return program(formula)
    except CodeError:
        if (plain := as_derived(computable(in_reals(formula)))) is not None:
            written([plain], target)
        raise


def _closed_or_not(formula: Formula, target: str) -> Program:
    """The program of the closed form where the target has one, else the definition's."""
    try:
        one = program(formula)
        written([one], target)
    except CodeError:
        return numerical(formula)
    return one


def function(formula: Formula, backend: str = "numpy") -> Callable[..., Any]:
    """The program as a function, called with parameters by name."""
    target = target_named(backend)
    if target not in IN_PROCESS:
        raise CodeError(f"{backend} does not run in this process; there are {', '.join(IN_PROCESS)}")
    needed = {"numpy": "scipy"}.get(target, target)
    if target != "math" and importlib.util.find_spec(needed) is None:
        raise CodeError(f"{backend} needs {needed}, which is not installed")
    return compiled(program(formula), target)


def compiled(one: Program, target: str) -> Callable[..., Any]:
    """A program's source, run; the function keeps it as `source`."""
    source = written([one], target)
    names: dict[str, Any] = {}
    exec(compile(source, f"<{one.name}>", "exec"), names)
    result: Callable[..., Any] = names[one.name]
    result.__dict__["source"] = source
    return result


@lru_cache(maxsize=512)
def program(formula: Formula) -> Program:
    """The most accurate of the ways to write a formula, with what was measured in its documentation."""
    real = computable(in_reals(formula))
    if (plain := as_derived(real)) is not None:
        runs(plain)  # a function that is missing is told before minutes are spent on the rest
    first = by_support(real)
    ways = first or forms(real)
    backend = runs(ways[0])
    if backend is None:
        return ways[0].measured("Accuracy: not measured, for want of a library with the functions needed.")
    known, truth = truths(formula, places(formula, EPSILONS, SIZES)), truth_of(formula)

    def of(way: Program) -> Accuracy:
        if _is_quadrature(way) and importlib.util.find_spec("scipy") is not None:
            with suppress(CodeError):  # all points at once: for one after the other it takes minutes
                return measured(compiled(way, "numpy"), known, arrays=True)
        return measured(compiled(way, backend), known)

    def written_ones(ways: Iterable[Program]) -> Iterator[tuple[Accuracy, Program]]:
        for way in ways:
            with suppress(CodeError):  # for want of a function that others do without
                yield of(way), way

    tried = sorted(written_ones(ways), key=_merit)
    if first and not (tried and tried[0][0].worst <= BOUND):
        tried = sorted([*tried, *written_ones(forms(real))], key=_merit)
    accuracy, best = tried[0]
    if accuracy.worst > BOUND:  # what the rounding of the inputs explains is no fault; asking takes time
        accuracy, best = min(tried[:SHORTLIST], key=lambda t: len(t[0].beyond(BOUND, truth)))
        plain = next(way for _, way in tried if not way.parts)
        for more in (
            lambda _: _paired([*tried, *written_ones(far(real))]),
            lambda best: _supported(real, dict.fromkeys((best, plain))),
        ):
            fault = _fault(accuracy.beyond(BOUND, truth))
            for other in written_ones(more(best)) if fault[1] else ():
                if (left := _fault(other[0].beyond(BOUND, truth))) < fault:
                    fault, (accuracy, best) = left, other
                if not fault[1]:
                    break
    if accuracy.negative:
        best = best.not_below_zero()
    accuracy = measured(compiled(best, backend), known)
    beyond = accuracy.beyond(BOUND, truth)
    best = replace(best, formula=str(in_reals(formula)))
    return best.measured(told(accuracy, beyond, _where(formula)), beyond[0][0] if beyond else 0.0)


@lru_cache(maxsize=128)
def numerical(formula: Formula) -> Program:
    """The most accurate of the programs by definition: a quadrature, or a series that is cut off, which it says."""
    ways = by_definition(formula)
    written(ways[:1], backend := "numpy")
    if importlib.util.find_spec("scipy") is None:
        return ways[0].measured("Accuracy: not measured, for want of a library with the functions needed.")
    usual = places(formula, EPSILONS if all(c.form == "closed" for c in formula.cases) else NEAR, ())
    known = truths(formula, usual[:: max(1, len(usual) // FEW)])
    wide = places(formula, (), SIZES)
    measures = [measured(compiled(way, backend), known, arrays=True) for way in ways]
    lost = [tuple(round(1 - accuracy.share(bound), 2) for bound in (1e-9, BOUND)) for accuracy in measures]
    tied = [pair for pair, much in zip(zip(measures, ways, strict=True), lost, strict=True) if much == min(lost)]

    def short(pair: tuple[Accuracy, Program]) -> int:
        """How far a way does not reach, in quarters: of two that reach about as far it is not known which is right there."""
        return round(4 * (1 - _reach(compiled(strict(pair[1]), backend), wide)))

    accuracy, best = min(tied, key=short) if len(tied) > 1 else tied[0]
    beyond = [(e, place) for e, place in accuracy.errors if not e <= BOUND]
    beyond.sort(key=lambda p: -p[0])
    return best.measured(told(accuracy, beyond, "of usual size"), beyond[0][0] if beyond else 0.0)


def _is_quadrature(one: Program) -> bool:
    return any(e.has(LineSum) for b in one.branches for _, e in b.block.statements)


def _reach(function: Callable[..., Any], found: list[Place]) -> float:
    """The share of places at which a program by definition has a value: where its nodes do not agree it has none."""
    columns = {name: [place[name] for place in found] for name in found[0]}
    return sum(value == value for value in function(**columns)) / len(found)


def _paired(tried: list[tuple[Accuracy, Program]]) -> Iterator[Program]:
    """Two ways as one, of which at most points one is right: where no way alone is right at as many."""
    plain = [(accuracy, way) for accuracy, way in tried if not way.parts]

    def left(*pair: tuple[Accuracy, Program]) -> int:
        return sum(min(e) > BOUND for e in zip(*([e for e, _ in accuracy.errors] for accuracy, _ in pair), strict=True))

    alone = min(left(t) for t in tried)
    pairs = [(left(*pair), pair) for pair in combinations(plain, 2)]
    # at a point the way with the smaller terms is taken, which need not be the one that is right there
    for _, pair in sorted((p for p in pairs if p[0] < alone), key=lambda p: p[0])[:SHORTLIST]:
        one, other = sorted(pair, key=_merit)  # the one that is right at more points is asked first
        both = either(one[1], other[1])
        yield both.not_below_zero() if one[0].negative or other[0].negative else both


def _fault(beyond: list[tuple[float, Place]]) -> tuple[bool, int]:
    """Whether a program does not hold, and at how many points it is not right."""
    return bool(beyond) and beyond[0][0] > HOLDS, len(beyond)


def _supported(formula: Formula, ways: Iterable[Program]) -> Iterator[Program]:
    """Ways with the definition where their terms cancel, in each of the ways to write that."""
    with suppress(CodeError):
        yield from (supported(way, definition) for definition in by_definition(formula, bounded=True) for way in ways)


NEAR, FEW = (1e-1, 1e-4), 30
"""Where programs by definition are measured, if their references are quadratures of 30 digits, which take time."""


def _merit(tried: tuple[Accuracy, Program]) -> tuple[float, int, int]:
    """The share of points beyond the bound, the worst error's decade, length: a longer way must be better to see."""
    accuracy, way = tried
    beyond = round(1 - accuracy.share(BOUND), 2)
    worst = max(accuracy.worst, BOUND)
    decade = 400 if math.isinf(worst) else math.ceil(math.log10(worst))
    return (
        beyond,
        decade,
        sum(e.count_ops() for b in way.branches for _, e in (*b.block.statements, ((), b.block.result))),
    )


def runs(one: Program) -> str | None:
    """A target that can be run here, and has the functions of a program."""
    error = None
    for target in ("math", "numpy"):
        try:
            written([one], target)
        except CodeError as missing:
            error = missing
            continue
        if target == "math" or importlib.util.find_spec("scipy") is not None:
            return target
        error = None
    if error is not None:
        raise error
    return None


def _where(formula: Formula) -> str:
    """At which points a program is measured, in words: near p = q only where the two are seen as members of one family."""
    if len(formula.distributions) == 2 and measured_near(formula):
        return "near and far, small and large"
    vanishes = len(formula.distributions) == 2 and formula.quantity != "cross_entropy"  # near p = q
    return "small and large, none of them near p = q" if vanishes else "small and large"


def told(accuracy: Accuracy, beyond: list[tuple[float, Place]], where: str) -> str:
    """What was measured, in words; `beyond` is what the rounding of the inputs does not explain, worst first."""
    if not accuracy.points:
        return "Accuracy: there was no point to measure it at."
    if not accuracy.finite and accuracy.worst == 0:
        return f"Accuracy: not measured where the value is finite; at {accuracy.points} points it is infinite, and so is this."
    infinite = accuracy.points - accuracy.finite
    of = f"{accuracy.points} points" + (f" ({infinite} of them infinite)" if infinite else "")
    text = f"Accuracy in float64, at {of} {where}: relative error"
    if accuracy.worst <= BOUND:
        return f"{text} at most {accuracy.worst:.1e}."
    text = f"{text} at most 1e-13 at {100 * accuracy.share(BOUND):.1f}% of them"
    if not beyond:
        return f"{text}, and elsewhere no more than the rounding of the inputs would cause (at worst {accuracy.worst:.1e})."
    worst, place = beyond[0]
    where = ", ".join(f"{k}={v!r}" for k, v in place.items())
    text = f"{text}, at worst {'no value' if math.isinf(worst) else f'{worst:.1e}'} (at {where})."
    return text if worst <= HOLDS else f"NOT RIGHT EVERYWHERE. {text}"


__all__ = ["Place", "code", "compiled", "function", "program", "runs"]
