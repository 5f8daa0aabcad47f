"""What a derivation returns: a formula in cases, with its steps.

A `Formula` is data. Its cases cover the parameter domain; each has a condition, an expression and a form:

    closed     elementary functions and named special functions that mpmath evaluates
    series     a sum over the support remains (finite or infinite)
    integral   an integral remains
    infinite   +∞ or −∞, by support or by divergence
    undefined  the positive and the negative part both diverge, there is no common measure, or a statistic is not real
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, NamedTuple

import mpmath
import sympy as sp

from derive.algebra.placing import LENGTH, put
from derive.algebra.signs import holds
from derive.derivation.statistic import real_at
from derive.families.expression import spelling
from derive.families.family import Distribution
from derive.families.parameter import ParameterError, exact
from derive.numerics.evaluation import evaluate_number
from derive.numerics.terms import EvaluationError, NoValue
from derive.writing import notation

FORMS = ("closed", "series", "integral", "infinite", "undefined")
DIVERGENT = ("infinite", "undefined")
OPEN = ("integral", "series")
SETTLED = ("closed", *DIVERGENT)
"""Forms of what has no finite value, of what is left open, and of what is not."""


class Case(NamedTuple):
    """One branch of a formula."""

    condition: Any
    expr: Any
    form: str
    decided: bool = True
    """Whether it is known that what is left as an integral or a sum is finite."""

    def __repr__(self) -> str:
        doubt = "" if self.decided else ", decided=False"
        return f"Case(condition={self.condition!r}, expr={self.expr!r}, form={self.form!r}{doubt})"


@dataclass(frozen=True)
class Step:
    """One step of a derivation: the equation before = after, why it holds, and where.

    `change` is the new variable u, as a function of x, in which a kernel gave the expectation.
    """

    before: Any
    after: Any
    rule: str
    reason: str = ""
    condition: Any = sp.true
    change: Any = None

    def map(self, function: Callable[[Any], Any]) -> Step:
        """The same step with a function applied to all its mathematics."""
        change = None if self.change is None else function(self.change)
        return replace(
            self,
            before=function(self.before),
            after=function(self.after),
            condition=function(self.condition),
            change=change,
        )


@dataclass(frozen=True)
class Formula:
    """A derived quantity, in nats unless `unit` says bits.

    quantity       "entropy", "cross_entropy", "kl_divergence" or "expectation"
    distributions  the members it is about: (p,) or (p, q)
    cases          its branches
    steps          how it was derived
    """

    quantity: str
    distributions: tuple[Distribution, ...]
    cases: tuple[Case, ...]
    steps: tuple[Step, ...] = ()
    unit: str = "nats"
    order: Any = None
    """The order α of a quantity that has one."""
    statistic: Any = None
    """What an expectation is of; its symbols are parameters too, but for the variable."""

    @property
    def expr(self) -> Any:
        """The single case's expression, or a Piecewise of all cases."""
        if len(self.cases) == 1:
            return self.cases[0].expr
        return sp.Piecewise(*((c.expr, c.condition) for c in self.cases), evaluate=False)

    @property
    def conditions(self) -> Any:
        """The single case's condition; with several cases, the condition under which the value is finite."""
        if len(self.cases) == 1:
            return self.cases[0].condition
        return sp.Or(*(c.condition for c in self.cases if c.form not in DIVERGENT))

    @property
    def form(self) -> str:
        """The single case's form, or "cases"."""
        return self.cases[0].form if len(self.cases) == 1 else "cases"

    @property
    def decided(self) -> bool:
        """Whether it is known everywhere if the value is finite: an integral or a sum that is left may diverge where not.

        `evaluate` says +∞, −∞ or nan where one does.

        >>> from derive import catalog, expectation
        >>> [expectation(f, catalog.Exponential(1)).decided for f in ("log(1 + x**3)", "1/(x + exp(x) - 2)")]
        [True, False]
        """
        return all(case.decided for case in self.cases)

    @property
    def symbols(self) -> dict[str, Any]:
        """Name -> symbol, for every free parameter."""
        found: dict[str, Any] = {}
        for p in self.distributions:
            for value in p.values:
                if isinstance(value, sp.IndexedBase):
                    found[str(value)] = value
                else:
                    found.update({s.name: s for s in value.free_symbols})
        for symbol in sorted(sp.sympify(self.order or 0).free_symbols, key=str):
            found[symbol.name] = symbol
        if self.statistic is not None:
            own = self.statistic.free_symbols - {p.variable for p in self.distributions}
            found.update({s.name: s for s in own if isinstance(s, sp.Symbol) and s.name not in found})
        return dict(sorted(found.items()))

    def __str__(self) -> str:
        return notation.text(self.expr)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def pretty(self) -> str:
        """The formula for a terminal, in Unicode."""
        return notation.pretty_cases(self.name, self.cases)

    @property
    def name(self) -> Any:
        """The quantity as a symbol: H(p), CE(p, q), KL(p, q), E[x²]."""
        if self.statistic is not None and self.distributions:
            return notation.Expect(self.statistic)
        return notation.quantity(self.quantity, len(self.distributions), self.order)

    def latex(self, *, steps: bool = False) -> str:
        """LaTeX of the right-hand side, or with `steps=True` of the whole derivation (an aligned environment).

        >>> from derive import catalog, entropy
        >>> entropy(catalog.Exponential("lamda")).latex()
        '1 - \\\\log \\\\lambda'
        """
        if not steps:
            return notation.latex_cases(self.cases)
        return notation.latex_steps(self.name, self.steps, self.cases)

    def in_bits(self) -> Formula:
        """The same formula in bits: divided by log 2; one that is no amount of information as it is."""
        if self.unit != "nats":
            return self
        cases = tuple(c if c.form in DIVERGENT else c._replace(expr=c.expr / sp.log(2)) for c in self.cases)
        last = Step(self.name, cases[0].expr, "bits", "divided by log 2")
        return replace(self, cases=cases, unit="bits", steps=(*self.steps, last))

    def evaluate(self, values: Mapping[Any, Any] | None = None, *, digits: int = 15, **keywords: Any) -> mpmath.mpf:
        """The value at given parameters, as an mpmath number right to `digits` digits.

        Values are exact: integers, `Fraction`s, SymPy numbers or text such as "1/2"; a float means the
        decimal it prints as. Removable points get their limit. Raises ParameterError for a parameter that is
        missing, unknown or outside its domain, or with which a statistic is not real, EvaluationError where the digits are
        not reached, or it is not decided which case holds.

        >>> from derive import catalog, entropy
        >>> print(mpmath.nstr(entropy(catalog.Normal("mu", "sigma")).evaluate(mu=0, sigma=1, digits=20), 20))
        1.4189385332046727418
        """
        if not isinstance(digits, Integral) or isinstance(digits, bool) or digits < 1:
            raise ParameterError(f"digits must be a positive whole number, got {digits}")
        digits, place = int(digits), self._values(values or {}, keywords)
        members = [self._member(p, place) for p in self.distributions]
        if self.statistic is not None and members:
            real_at(self.statistic, members[0], {k: v for k, v in place.items() if isinstance(k, sp.Symbol)})
        if self._order_at(place) == 1 and (anew := self._anew(place, members)) is not None:
            return anew.evaluate(digits=digits)  # by definition, and not 0/0
        try:
            case = self._case(place, members)
        except EvaluationError:
            if not self._own(place) or (anew := self._anew(place, members)) is None:
                raise
            return anew.evaluate(digits=digits)
        if case.form == "undefined":
            return mpmath.nan
        try:
            return evaluate_number(case.expr, place, digits, case.condition)
        except NoValue:
            if (anew := self._anew(place, members)) is None:
                raise
            return anew.evaluate(digits=digits)

    def code(self, target: str, *, checked: bool = False) -> str:
        """A program for the formula that holds in floating point, as source text.

        Targets are numpy, torch, jax, math, c, javascript, julia and stan. Raises CodeError where a case has no closed
        form, or the target lacks a function. With `checked` the parameters are.

        >>> from derive import catalog, kl_divergence
        >>> f = kl_divergence(catalog.Exponential("a"), catalog.Exponential("b"))
        >>> print(f.code("c").split("*/")[-1].strip())
        double kl_exponential_exponential(double a, double b) {
            const double d_a = b - a;
            const double t0 = 1.0/a;
            return -stable_log1pmx_to(d_a*t0, b*t0);
        }
        """
        from derive.programs.code import code

        return code([self], target, checked=checked)

    def lambdify(self, backend: str = "numpy") -> Callable[..., Any]:
        """That program as a function in process, called with the parameters by name; backends: numpy, torch, jax, math.

        >>> from derive import catalog, kl_divergence
        >>> g = kl_divergence(catalog.Poisson("a"), catalog.Poisson("b")).lambdify("math")
        >>> print(f"{g(a=1, b=1 + 2**-30):.12e}")
        4.336808687249e-19
        """
        from derive.programs.code import function

        return function(self, backend)

    def _values(self, *given: Mapping[Any, Any]) -> dict[Any, Any]:
        symbols = self.symbols
        place: dict[Any, Any] = {}
        for key, value in (item for values in given for item in values.items()):
            name = spelling(str(key))
            if name not in symbols:
                raise ParameterError(f"no parameter {key}; the formula has {', '.join(symbols) or 'none'}")
            if symbols[name] in place:
                raise ParameterError(f"{name} is given twice")
            place[symbols[name]] = exact(name, value)
            if isinstance(symbols[name], sp.IndexedBase) and not isinstance(place[symbols[name]], sp.Tuple):
                raise ParameterError(f"{name} must be a vector, got {value}")
        if missing := [n for n, s in symbols.items() if s not in place]:
            raise ParameterError(f"no value for {', '.join(missing)}")
        lengths = {n: len(place[s]) for n, s in symbols.items() if isinstance(s, sp.IndexedBase)}
        if len(set(lengths.values())) > 1:
            raise ParameterError(f"{' and '.join(lengths)} are vectors of {' and '.join(map(str, lengths.values()))}")
        return place

    def _member(self, p: Distribution, place: dict[Any, Any]) -> Distribution:
        return p.family(*(place.get(v, v) if isinstance(v, sp.IndexedBase) else v.subs(place) for v in p.values))

    def _own(self, place: dict[Any, Any]) -> bool:
        """Whether there are symbols of the statistic's own."""
        return self.statistic is not None and bool(place.keys() & self.statistic.free_symbols)

    def _order_at(self, place: dict[Any, Any]) -> Any:
        """The order where it is at a place; None where there is none."""
        return None if self.order is None else self.order.xreplace(place)

    def _anew(self, place: dict[Any, Any], members: list[Distribution]) -> Formula | None:
        """The formula with its numbers put in before it is derived; None where there is none.

        A condition on log a decides nothing about a^x where a < 0, and what is 0/0 at whole numbers is no limit.
        """
        from derive.derivation import affinity, quantities

        derive = getattr(affinity if self.order is not None else quantities, self.quantity, None)
        if not place or not members or derive is None:
            return None
        try:
            if (order := self._order_at(place)) is not None:
                if not order.is_number or not self.order.free_symbols:
                    return None
                found = derive(*members, order=order)
            elif self.statistic is not None:
                numbers = {k: v for k, v in place.items() if isinstance(k, sp.Symbol)}
                found = quantities.expectation(put(self.statistic, numbers), members[0])
            else:
                found = derive(*members)
        except TypeError:  # SymPy compares log 0 with nothing
            return None
        result: Formula = found.in_bits() if self.unit == "bits" else found
        return result

    def _case(self, place: dict[Any, Any], members: list[Distribution]) -> Case:
        scalars = {k: v for k, v in place.items() if not isinstance(v, sp.Tuple)}
        vectors = [v for v in place.values() if isinstance(v, sp.Tuple)]
        if vectors:
            scalars[LENGTH] = sp.Integer(len(vectors[0]))
        undecided = []
        for case in self.cases:
            held = _holds_at(case.condition, scalars)
            if held:
                return case
            if held is None:
                undecided.append(str(case.condition))
        where = ", ".join(f"{k} = {v}" for k, v in place.items())
        if undecided:
            raise EvaluationError(f"not decided{where and ' at ' + where}: {'; '.join(undecided)}")
        raise ParameterError(f"no case of the formula covers {where or ', '.join(map(str, members))}")


def _holds_at(condition: Any, scalars: dict[Any, Any]) -> bool | None:
    """Whether a condition holds at numbers; None where it compares what is not real there."""
    try:
        return holds(condition if condition in (True, False) else condition.subs(scalars))
    except TypeError:
        return None
