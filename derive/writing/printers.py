"""Printers for text and terminals: SymPy's, with a textbook's layout and names."""

from __future__ import annotations

import re
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.pretty.pretty_symbology import greek_unicode, pretty_symbol
from sympy.printing.str import StrPrinter

from derive.writing.layout import (
    LETTER,
    balanced,
    conjunction,
    facing,
    factors,
    grouped,
    incomplete_beta,
    is_letters_factorial,
    is_negative,
    sides,
    terms,
    weighed,
    whole,
)


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

    euler, base, unit = "γ", "e", "i"
    """Euler's constant, that of the exponential, the imaginary unit."""

    def beside(self, letters: set[str]) -> None:
        """Write the constants otherwise than letters that are named like them."""
        self.euler = "γ_Euler" if "gamma_E" in letters else "γ_E" if "gamma" in letters else self.euler
        self.base = "ⅇ" if "e" in letters else self.base
        self.unit = "ⅈ" if "i" in letters else self.unit

    def _print_Symbol(self, e: Any) -> str:
        return _unicode_symbol(e.name)

    _print_Dummy = _print_Symbol

    def _print_Exp1(self, e: Any) -> str:
        return self.base

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
        own = PRECEDENCE["Mul"] if isinstance(item, sp.factorial) and level >= PRECEDENCE["Pow"] else own
        return f"({inside})" if own < level or own == level == PRECEDENCE["Pow"] and not strict else inside

    def _print_exp(self, e: Any) -> str:
        power = e.args[0]
        short = power.is_Symbol or power.is_Integer or -power in power.free_symbols
        return f"{self.base}^{self._print(power)}" if short else f"exp({self._print(power)})"

    def _print_log(self, e: Any) -> str:
        inside = self._print(e.args[0])
        simple = isinstance(e.args[0], LETTER) or e.args[0] is sp.pi or is_letters_factorial(e.args[0])
        return f"log {inside}" if simple else f"log({inside})"

    def _print_factorial(self, e: Any) -> str:
        return self.parenthesize(e.args[0], PRECEDENCE["Func"]) + "!"

    def _print_binomial(self, e: Any) -> str:
        return self.call("C", *e.args)

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

    def _print_betainc(self, e: Any) -> str:
        low, high, *exponents = incomplete_beta(e)
        ends = self._print(high) if low == 0 else f"{self._print(low)}…{self._print(high)}"
        return self.call(f"B_{ends}" if high.is_Symbol and low == 0 else f"B_{{{ends}}}", *exponents)

    def _print_polylog(self, e: Any) -> str:
        return self.call("Li" + self.order(e.args[0]), e.args[1])

    def _print_besselk(self, e: Any) -> str:
        return self.call("K" + self.order(e.args[0]), e.args[1])

    def _print_besseli(self, e: Any) -> str:
        return self.call("I" + self.order(e.args[0]), e.args[1])

    def _print_besselj(self, e: Any) -> str:
        return self.call("J" + self.order(e.args[0]), e.args[1])

    def _print_besselk_order(self, e: Any) -> str:
        nu = self.order(e.args[0])
        return self.call(f"∂{nu} K{nu}", e.args[1])

    def _print_real_part(self, e: Any) -> str:
        return f"Re[{self._print(e.args[0])}]"

    def _print_ImaginaryUnit(self, e: Any) -> str:
        return self.unit

    def _print_meijerg(self, e: Any) -> str:
        lists = "; ".join(", ".join(self._print(a) for a in part) for part in (e.ap, e.bq))
        (m, n), (p, q) = ((str(len(one)), str(len(two))) for one, two in ((e.bm, e.an), (e.ap, e.bq)))
        return f"G{(m + n).translate(_SUPERSCRIPT)}{(p + q).translate(_SUBSCRIPT)}({self._print(e.argument)}; {lists})"

    def _print_hyper(self, e: Any) -> str:
        above, below, z = e.args
        lists = "; ".join(", ".join(self._print(a) for a in part) for part in (above, below))
        counts = (str(len(part)).translate(_SUBSCRIPT) for part in (above, below))
        return "F".join(counts) + f"({lists}; {self._print(z)})"

    def weighed(self, remainder: Any) -> str:
        density, statistic = weighed(remainder)
        if 1 in (density, statistic):
            return self.parenthesize(density * statistic, PRECEDENCE["Mul"])
        return self.quotient(density) + (" · " if sides(density)[1] != 1 else " ") + self.product(statistic)

    def _print_Integral(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.weighed(e)
        return f"∫[{self._print(low)}, {self._print(high)}] {body} d{self._print(x)}"

    def _print_Piecewise(self, e: Any) -> str:
        branches = (f"{self._print(v)} {'otherwise' if c == sp.true else 'if ' + self._print(c)}" for v, c in e.args)
        return "{" + "; ".join(branches) + "}"

    def _print_And(self, e: Any) -> str:
        return conjunction(e, self._print, " and ", " or ", ("(", ")"))

    _print_Or = _print_And

    def _print_Sum(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.weighed(e)
        return f"Σ[{self._print(x)} = {self._print(low)}, …, {self._print(high)}] {body}"

    def _print_Indexed(self, e: Any) -> str:
        return f"{self._print(e.base)}[{', '.join(self._print(i) for i in e.indices)}]"

    def _print_IndexedBase(self, e: Any) -> str:
        return _unicode_symbol(str(e.label))

    def _print_Not(self, e: Any) -> str:
        return f"not {self.parenthesize(e.args[0], PRECEDENCE['Not'], strict=True)}"

    def _print_Relational(self, e: Any) -> str:
        if (number := whole(e)) is not None:
            return f"{self._print(number)} {'∈' if isinstance(e, sp.Eq) else '∉'} ℤ"
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


_UNICODE_NAMES = {"loggamma": "logΓ", "gamma": "Γ", "uppergamma": "Γ", "lowergamma": "γ", "beta": "B", "zeta": "ζ"}
_UNICODE_NAMES |= {"hyperu": "U", "lerchphi": "Φ"}
_UNICODE_NAMES |= {"zeta_prime": "ζ′", "zeta_second": "ζ″", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_UNICODE_NAMES |= {"chi2": "χ²", "sigmoid": "σ", "Mean": "mean", "Least": "min", "Largest": "max"}

for _name in ("gamma", "uppergamma", "lowergamma", "zeta"):
    setattr(LinePrinter, f"_print_{_name}", LinePrinter._print_Function)
