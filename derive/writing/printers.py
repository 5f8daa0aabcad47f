"""Printers for text and terminals: SymPy's, with a textbook's order of terms, grouping and names."""

from __future__ import annotations

import re
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.pretty.pretty_symbology import greek_unicode, pretty_symbol
from sympy.printing.str import StrPrinter

_SPECIAL = (sp.Function, sp.Integral, sp.Sum)
_PLAIN = (sp.exp, sp.Abs, sp.sign, sp.Min, sp.Max, sp.Piecewise)
LETTER = (sp.Symbol, sp.Indexed, sp.Integer)


def terms(e: Any) -> list[Any]:
    """The terms of a sum in a textbook's order.

    >>> k, t = sp.symbols("k theta", positive=True)
    >>> terms(k + sp.log(t) + (1 - k)*sp.digamma(k) + sp.loggamma(k) - 1)
    [log(theta), loggamma(k), (1 - k)*polygamma(0, k), k, -1]
    """
    # SymPy's order evaluates numbers, which must not be tried on a sum or an integral
    open_ended = [t for t in sp.Add.make_args(e) if t.has(sp.Integral, sp.Sum)]
    closed = sp.Add(*(t for t in sp.Add.make_args(e) if t not in open_ended))
    ordered = sorted([*(closed.as_ordered_terms() if closed != 0 else []), *open_ended], key=_rank)
    first = next((i for i, t in enumerate(ordered) if not is_negative(t)), 0)
    return [ordered[first], *ordered[:first], *ordered[first + 1 :]]


def _rank(term: Any) -> int:
    if term.has(sp.Integral, sp.Sum):
        return 6
    if term.is_Rational:
        return 5
    functions = [base_of(f) for f in sp.Mul.make_args(term)]
    for rank, kinds in enumerate((sp.polygamma, (sp.loggamma, sp.gamma, sp.beta), sp.log)):
        if any(isinstance(f, kinds) for f in functions):
            return 2 - rank
    if term.is_number:
        return 4
    return 3


def base_of(factor: Any) -> Any:
    return factor.base if factor.is_Pow else factor


def is_negative(term: Any) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def grouped(product: Any) -> tuple[Any, Any]:
    """A product as (algebraic coefficient, special functions), where that reads better than one fraction."""
    special = [f for f in sp.Mul.make_args(product) if _is_special(f)]
    rest = [f for f in sp.Mul.make_args(product) if f not in special]
    # unevaluated: SymPy would turn 1/2·(a − b) into a/2 − b/2
    algebra = sp.Mul(*rest, evaluate=False) if len(rest) > 1 else sp.Mul(*rest)
    functions = sp.Mul(*special)
    above, below = fraction(algebra)
    whole = below == 1 or above == 1 and not below.is_number or fraction(functions)[0] == 1
    return (product, sp.S.One) if whole else (algebra, functions)


def fraction(product: Any) -> tuple[Any, Any]:
    """Numerator and denominator; x^(−a) is below the line, exp(−a) above it.

    >>> t, n = sp.symbols("t n")
    >>> fraction(n*(1 - t)**(1 - n))
    (n, (1 - t)**(n - 1))
    """
    above, below = sp.fraction(product, exact=True)
    up: list[Any] = []
    down: list[Any] = []
    for f in sp.Mul.make_args(above):
        (down if f.is_Pow and f.exp.could_extract_minus_sign() else up).append(f)
    return sp.Mul(*up), below * sp.Mul(*(f.base**-f.exp for f in down))


def _is_special(factor: Any) -> bool:
    base = base_of(factor)
    return isinstance(base, _SPECIAL) and not isinstance(base, _PLAIN)


def factors(product: Any) -> list[Any]:
    """Factors in printing order: special functions after algebra, logs at the end, so that they need no brackets.

    Roots of numbers and letters are one root.

    >>> factors(sp.sqrt(2) * sp.sqrt(sp.pi) * sp.Symbol("x"))
    [sqrt(2*pi), x]
    """
    ordered = sorted(product.as_ordered_factors(), key=lambda f: (_is_special(f), isinstance(base_of(f), sp.log)))
    roots = [f for f in ordered if _is_root(f)]
    if len(roots) < 2:
        return ordered
    root = sp.Pow(sp.Mul(*(f.base for f in roots)), sp.S.Half, evaluate=False)
    return [root if f == roots[0] else f for f in ordered if f not in roots[1:]]


def _is_root(f: Any) -> bool:
    return bool(f.is_Pow and f.exp == sp.S.Half and (f.base.is_Rational or f.base == sp.pi or f.base.is_Symbol))


def sides(quotient: Any) -> tuple[Any, Any]:
    """Numerator and denominator as they are printed: a root over a root is the root of a fraction.

    >>> sides(sp.sqrt(2) * sp.Symbol("x") / sp.sqrt(sp.pi))
    (x*sqrt(2/pi), 1)
    """
    above, below = fraction(quotient)
    up, down = ([f for f in sp.Mul.make_args(e) if _is_root(f)] for e in (above, below))
    if not (up and down):
        return above, below
    root = sp.Pow(sp.Mul(*(f.base for f in up)) / sp.Mul(*(f.base for f in down)), sp.S.Half, evaluate=False)
    rest = [f for f in sp.Mul.make_args(above) if f not in up]
    return (sp.Mul(root, *rest, evaluate=False) if rest else root), below / sp.Mul(*down)


def facing(power: Any) -> Any:
    """The base of an even power, turned so that its first term is positive: (b − a)² for (−a + b)²."""
    base = power.base
    if base.is_Add and power.exp.is_Integer and power.exp % 2 == 0 and len(base.args) == 2:
        first = base.as_ordered_terms()[0]
        return -base if is_negative(first) and not all(map(is_negative, base.args)) else base
    return base


def balanced(relation: Any) -> Any:
    """An inequality with its negative terms moved to the other side, unknowns first.

    >>> a, b = sp.symbols("a b", real=True)
    >>> balanced(sp.Le(b - a, 0))
    b <= a
    """
    parts = sp.Add.make_args(relation.lhs - relation.rhs)
    right = [-t for t in parts if is_negative(t)]
    left = [t for t in parts if not is_negative(t)]
    result = relation.func(sp.Add(*left), sp.Add(*right), evaluate=False)
    return result.reversed if result.lhs.is_number and not result.rhs.is_number else result


def euler_clashes(e: Any) -> bool:
    return isinstance(e, sp.Basic) and any(s.name.startswith("gamma") for s in e.atoms(sp.Symbol))


def drawn_out(e: Any) -> Any:
    """Minus signs drawn out, or in where that is shorter.

    −∫ f for ∫ −f, −(a + 1) b for (−a − 1) b, a/(c − b) for −a/(b − c), and erfc(−z) for 2 − erfc(z).
    """

    def remains(f: Any) -> bool:
        return isinstance(f, (sp.Integral, sp.Sum)) and is_negative(f.args[0])

    def all_negative(f: Any) -> bool:
        return bool(f.is_Add) and all(map(is_negative, f.args))

    def turned(product: Any) -> Any:
        first = next(f for f in product.args if all_negative(f))
        return sp.Mul(-1, -first, *(f for f in product.args if f is not first))

    if not isinstance(e, sp.Expr):
        return e
    e = e.replace(lambda f: isinstance(f, sp.Function) and any(map(_fractional, f.args)), _over_one_denominator)
    e = e.replace(lambda f: f.is_Mul and any(map(all_negative, f.args)), turned)
    e = _differences_swapped(e)
    e = e.replace(lambda f: f.is_Add and len(f.args) == 2 and isinstance(2 - f, sp.erfc), _reflected)
    return e.replace(remains, lambda f: -f.func(-f.args[0], *f.args[1:])) if e.has(sp.Integral, sp.Sum) else e


def _differences_swapped(e: Any) -> Any:
    """a/(c − b) for −a/(b − c), where nothing else is over b − c.

    >>> a, b, c = sp.symbols("a b c")
    >>> _differences_swapped(c - a/(b - c)), _differences_swapped(b/(b - c) - a/(b - c))
    (a/(-b + c) + c, -a/(b - c) + b/(b - c))
    """
    below = [f.base for f in sp.preorder_traversal(e) if f.is_Pow and f.exp == -1 and f.base.is_Add]
    once = {d for d in below if len(d.args) == 2 and sum(map(is_negative, d.args)) == 1 and below.count(d) == 1}

    def found(product: Any) -> list[Any]:
        return [f for f in product.args if f.is_Pow and f.exp == -1 and f.base in once and -f.base not in below]

    def swapped(product: Any) -> Any:
        last = found(product)[-1]
        return sp.Mul(-1, 1 / -last.base, *(f for f in product.args if f is not last))

    return e.replace(lambda f: f.is_Mul and is_negative(f) and bool(found(f)), swapped) if once else e


def _reflected(total: Any) -> Any:
    """erfc(−z) for 2 − erfc(z), which SymPy turns it into.

    >>> a, b = sp.symbols("a b")
    >>> _reflected(2 - sp.erfc(sp.sqrt(2)*(a - b)))
    erfc(sqrt(2)*(-a + b))
    """
    parts = sp.Mul.make_args((2 - total).args[0])
    total = next((f for f in parts if f.is_Add), sp.S.NegativeOne)
    return sp.erfc(sp.Mul(*(f for f in parts if f is not total), -total, evaluate=False), evaluate=False)


def _fractional(e: Any) -> bool:
    """Whether all terms of a sum are over one number."""
    return bool(
        e.is_Add and not e.has(sp.Function) and {t.as_coeff_Mul()[0].q for t in e.args} == {e.primitive()[0].q} != {1}
    )


def _over_one_denominator(f: Any) -> Any:
    """log(b/2 − a/2) as log((b − a)/2): the arguments of a function with their fractions outside."""
    arguments = [sp.Mul(*a.primitive(), evaluate=False) if _fractional(a) else a for a in f.args]
    return f.func(*arguments, evaluate=False)


def conjunction(condition: Any, write: Any, both: str, either: str, brackets: tuple[str, str]) -> str:
    """And and Or in words, the inner one in brackets."""
    parts = []
    for part in sorted(condition.args, key=sp.default_sort_key):
        nested = isinstance(part, (sp.And, sp.Or))
        parts.append(brackets[0] + write(part) + brackets[1] if nested else write(part))
    return (both if isinstance(condition, sp.And) else either).join(parts)


class TextPrinter(StrPrinter):
    def _as_ordered_terms(self, e: Any, order: Any = None) -> list[Any]:
        return terms(e)

    def _print_polygamma(self, e: Any) -> str:
        order, x = e.args
        name = {0: "digamma", 1: "trigamma"}.get(order)
        return f"{name}({self._print(x)})" if name else f"polygamma({self._print(order)}, {self._print(x)})"

    def _print_expint(self, e: Any) -> str:
        return f"E1({self._print(e.args[1])})" if e.args[0] == 1 else str(self._print_Function(e))


_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾"}
_RELATION = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


_LOWERED = ("beta", "gamma", "rho", "phi", "chi")
"""Greek letters that Unicode has as subscripts."""


def _unicode_symbol(name: str) -> str:
    name = re.sub(r"^lambda(?=$|_|\d)", "lamda", name)
    stem, _, below = name.partition("_")
    if below in greek_unicode and below not in _LOWERED:
        return f"{pretty_symbol(stem)}_{greek_unicode[below]}"
    return str(pretty_symbol(name)).replace(" ", ",") if re.fullmatch(r"\w+", name) else name


class LinePrinter(TextPrinter):
    """One line of Unicode."""

    euler = "γ"

    def _print_Symbol(self, e: Any) -> str:
        return _unicode_symbol(e.name)

    _print_Dummy = _print_Symbol

    def _print_Exp1(self, e: Any) -> str:
        return "e"

    def _print_Pi(self, e: Any) -> str:
        return "π"

    def _print_EulerGamma(self, e: Any) -> str:
        return self.euler

    def _print_Infinity(self, e: Any) -> str:
        return "∞"

    def _print_NegativeInfinity(self, e: Any) -> str:
        return "−∞"

    def _print_NaN(self, e: Any) -> str:
        return "undefined"

    def _print_Integer(self, e: Any) -> str:
        return str(e).replace("-", "−")

    def _print_Rational(self, e: Any) -> str:
        sign = "−" if e < 0 else ""
        return sign + _VULGAR.get((abs(e.p), e.q), f"{abs(e.p)}/{e.q}")

    def _print_Half(self, e: Any) -> str:
        return "½"

    def _print_Add(self, e: Any, order: Any = None) -> str:
        written = [self.signed(t) for t in terms(e)]
        first = "−" * written[0][0] + written[0][1]
        return first + "".join(f" {'−' if negative else '+'} {part}" for negative, part in written[1:])

    def signed(self, term: Any) -> tuple[bool, str]:
        negative = is_negative(term)
        return negative, self.parenthesize(-term if negative else term, PRECEDENCE["Add"])

    def _print_Mul(self, e: Any) -> str:
        if is_negative(e):
            return "−" + self.parenthesize(-e, PRECEDENCE["Mul"], strict=True)
        algebra, special = grouped(e)
        if special == 1:
            return self.quotient(algebra)
        joint = " " if algebra.is_Rational and (algebra.p, algebra.q) in _VULGAR else " · "
        return self.quotient(algebra) + joint + self.quotient(special)

    def quotient(self, e: Any) -> str:
        above, below = sides(e)
        if below == 1:
            return self.product(above)
        if e.is_Rational:
            return str(self._print(e))
        bottom = self.product(below)
        return f"{self.product(above)}/" + (f"({bottom})" if below.is_Mul else bottom)

    def product(self, e: Any) -> str:
        written = ""
        for f in factors(e) if e.is_Mul else [e]:
            part = self.parenthesize(f, PRECEDENCE["Mul"])
            written += (" · " if part[0].isdigit() and written else " " if written else "") + part
        return written

    def _print_Pow(self, e: Any, rational: bool = False) -> str:
        if e.exp.is_number and e.exp.is_negative:
            return self.quotient(e)
        if e.exp == sp.S.Half:
            inside = self._print(e.base)
            return f"√{inside}" if e.base.is_Symbol or e.base.is_Integer or e.base is sp.pi else f"√({inside})"
        base = facing(e)
        below = f"({self._print(base)})" if isinstance(base, sp.log) else self.parenthesize(base, PRECEDENCE["Pow"])
        if e.exp.is_Integer:
            return below + str(e.exp).translate(_SUPERSCRIPT)
        above = self.parenthesize(e.exp, PRECEDENCE["Pow"])
        return f"{below}^{above}"

    def parenthesize(self, item: Any, level: int, strict: bool = False) -> str:
        inside = str(self._print(item))
        own = PRECEDENCE["Mul"] if item.is_Rational and item.q != 1 else precedence(item)
        return f"({inside})" if own < level or own == level == PRECEDENCE["Pow"] and not strict else inside

    def _print_exp(self, e: Any) -> str:
        power = e.args[0]
        short = power.is_Symbol or power.is_Integer or -power in power.free_symbols
        return f"e^{self._print(power)}" if short else f"exp({self._print(power)})"

    def _print_log(self, e: Any) -> str:
        inside = self._print(e.args[0])
        simple = isinstance(e.args[0], LETTER) or e.args[0] is sp.pi
        return f"log {inside}" if simple else f"log({inside})"

    def _print_Abs(self, e: Any) -> str:
        return f"|{self._print(-e.args[0] if is_negative(e.args[0]) else e.args[0])}|"

    def call(self, name: str, *args: Any) -> str:
        return f"{name}({', '.join(self._print(a) for a in args)})"

    def order(self, e: Any) -> str:
        inside = str(self._print(e))
        if e.is_Integer and e >= 0:
            return inside.translate(_SUBSCRIPT)
        return f"_{inside}" if e.is_Symbol else f"_{{{inside}}}"

    def _print_polygamma(self, e: Any) -> str:
        order, x = e.args
        marks = {0: "ψ", 1: "ψ′"}
        return self.call(marks.get(order, f"ψ⁽{str(order).translate(_SUPERSCRIPT)}⁾"), x)

    def _print_expint(self, e: Any) -> str:
        return self.call("E" + self.order(e.args[0]), e.args[1])

    def _print_polylog(self, e: Any) -> str:
        return self.call("Li" + self.order(e.args[0]), e.args[1])

    def _print_besselk(self, e: Any) -> str:
        return self.call("K" + self.order(e.args[0]), e.args[1])

    def _print_besseli(self, e: Any) -> str:
        return self.call("I" + self.order(e.args[0]), e.args[1])

    def _print_besselk_order(self, e: Any) -> str:
        nu = self.order(e.args[0])
        return self.call(f"∂{nu} K{nu}", e.args[1])

    def _print_real_part(self, e: Any) -> str:
        return f"Re[{self._print(e.args[0])}]"

    def _print_ImaginaryUnit(self, e: Any) -> str:
        return "i"

    def _print_meijerg(self, e: Any) -> str:
        lists = "; ".join(", ".join(self._print(a) for a in part) for part in (e.ap, e.bq))
        (m, n), (p, q) = ((str(len(one)), str(len(two))) for one, two in ((e.bm, e.an), (e.ap, e.bq)))
        return f"G{(m + n).translate(_SUPERSCRIPT)}{(p + q).translate(_SUBSCRIPT)}({self._print(e.argument)}; {lists})"

    def _print_hyper(self, e: Any) -> str:
        above, below, z = e.args
        lists = "; ".join(", ".join(self._print(a) for a in part) for part in (above, below))
        counts = (str(len(part)).translate(_SUBSCRIPT) for part in (above, below))
        return "F".join(counts) + f"({lists}; {self._print(z)})"

    def _print_Integral(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.parenthesize(e.args[0], PRECEDENCE["Mul"])
        return f"∫[{self._print(low)}, {self._print(high)}] {body} d{self._print(x)}"

    def _print_Piecewise(self, e: Any) -> str:
        branches = (f"{self._print(v)} {'otherwise' if c == sp.true else 'if ' + self._print(c)}" for v, c in e.args)
        return "{" + "; ".join(branches) + "}"

    def _print_And(self, e: Any) -> str:
        return conjunction(e, self._print, " and ", " or ", ("(", ")"))

    _print_Or = _print_And

    def _print_Sum(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.parenthesize(e.args[0], PRECEDENCE["Mul"])
        return f"Σ[{self._print(x)} = {self._print(low)}, …, {self._print(high)}] {body}"

    def _print_Indexed(self, e: Any) -> str:
        return f"{self._print(e.base)}[{', '.join(self._print(i) for i in e.indices)}]"

    def _print_IndexedBase(self, e: Any) -> str:
        return _unicode_symbol(str(e.label))

    def _print_Not(self, e: Any) -> str:
        return f"not {self.parenthesize(e.args[0], PRECEDENCE['Not'], strict=True)}"

    def _print_Relational(self, e: Any) -> str:
        e = balanced(e)
        return f"{self._print(e.lhs)} {_RELATION[e.rel_op]} {self._print(e.rhs)}"

    def _print_softmax(self, e: Any) -> str:
        return f"softmax({self._print(e.args[0])})[{self._print(e.args[1])}]"

    def _print_KroneckerDelta(self, e: Any) -> str:
        return f"[{self._print(e.args[0])} = {self._print(e.args[1])}]"

    def _print_Quantile(self, e: Any) -> str:
        level, statistic = e.args
        return self.call("median", statistic) if level == sp.S.Half else self.call("quantile", level, statistic)

    def _print_Derivative(self, e: Any) -> str:
        body, (variable, order) = e.args[0], e.args[1]
        power = "" if order == 1 else str(order).translate(_SUPERSCRIPT)
        return f"∂{power} {self._print(body)}/∂{self._print(variable)}{power}"

    def _print_Function(self, e: Any) -> str:
        name = e.func.__name__
        if name == "Expect":
            return f"E[{self._print(e.args[0])}]"
        if name in ("KL", "CE"):
            return f"{name}({(' ‖ ' if name == 'KL' else ', ').join(self._print(a) for a in e.args)})"
        return self.call(_UNICODE_NAMES.get(name) or _unicode_symbol(name), *e.args)

    _print_besselj = _print_Function


_UNICODE_NAMES = {"loggamma": "logΓ", "gamma": "Γ", "uppergamma": "Γ", "lowergamma": "γ", "beta": "B", "zeta": "ζ"}
_UNICODE_NAMES |= {"hyperu": "U"}
_UNICODE_NAMES |= {"zeta_prime": "ζ′", "zeta_second": "ζ″", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_UNICODE_NAMES |= {"sigmoid": "σ", "Mean": "mean", "Least": "min", "Largest": "max"}

for _name in ("gamma", "uppergamma", "lowergamma", "zeta"):
    setattr(LinePrinter, f"_print_{_name}", LinePrinter._print_Function)
