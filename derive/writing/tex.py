"""The LaTeX printer: SymPy's, with a textbook's order of terms, grouping and names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter, translate
from sympy.printing.precedence import PRECEDENCE

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


def _beside(one: str, other: str) -> str:
    """Two factors; what begins with an index is kept apart, or what stands before seems to have it."""
    return one + (r" \cdot " if other[0].isdigit() else r" \, " if other.startswith("{}_") else " ") + other


class TexPrinter(LatexPrinter):
    printmethod = "_tex"  # not "_latex", by which SymPy's constants would print themselves
    euler, base, unit = r"\gamma", "e", "i"
    """Euler's constant, that of the exponential, the imaginary unit."""

    def beside(self, letters: set[str]) -> None:
        """Write the constants otherwise than letters that are named like them."""
        self.euler = (
            r"\gamma_{\mathrm{Euler}}" if "gamma_E" in letters else r"\gamma_{E}" if "gamma" in letters else self.euler
        )
        self.base = r"\mathrm{e}" if "e" in letters else self.base
        self.unit = r"\mathrm{i}" if "i" in letters else self.unit

    def _as_ordered_terms(self, e: Any, order: Any = None) -> list[Any]:
        return terms(e)

    def _print_Mul(self, e: Any) -> str:
        if is_negative(e):
            return "- " + self.parenthesize(-e, PRECEDENCE["Mul"], strict=True)
        algebra, special = grouped(e)
        return self.quotient(algebra) if special == 1 else _beside(self.quotient(algebra), self.quotient(special))

    def quotient(self, e: Any) -> str:
        above, below = sides(e)
        if below == 1:
            return self.product(above)
        above, below = (self.product(p) if p.is_Mul else self._print(p) for p in (above, below))
        return rf"\frac{{{above}}}{{{below}}}"

    def product(self, e: Any) -> str:
        written = ""
        for f in factors(e) if e.is_Mul else [e]:
            part = self.parenthesize(f, PRECEDENCE["Mul"], strict=True)
            part = rf"\left({part}\right)" if isinstance(f, (sp.Integral, sp.Sum)) and e.is_Mul else part
            written = _beside(written, part) if written else part
        return written

    def _print_Pow(self, e: Any) -> str:
        base = facing(e)
        if base is not e.base:
            e = sp.Pow(base, e.exp, evaluate=False)
        return str(super()._print_Pow(e))

    def _print_Symbol(self, e: Any, style: str = "plain") -> str:
        stem, *below = e.name.split("_")
        if match := re.fullmatch(r"([A-Za-z]+)(\d+)", stem):
            stem, below = match[1], [match[2], *below]
        stem = r"\lambda" if stem in ("lamda", "lambda") else translate(stem)
        return stem + (f"_{{{','.join(translate(b) for b in below)}}}" if below else "")

    _print_Dummy = _print_Symbol

    def _print_Pi(self, e: Any) -> str:
        return r"\pi"

    def _print_Exp1(self, e: Any) -> str:
        return self.base

    def _print_Catalan(self, e: Any) -> str:
        return "G"

    def _print_EulerGamma(self, e: Any) -> str:
        return self.euler

    def _print_Infinity(self, e: Any) -> str:
        return r"\infty"

    def _print_NegativeInfinity(self, e: Any) -> str:
        return r"- \infty"

    def _print_NaN(self, e: Any) -> str:
        return r"\text{undefined}"

    def call(self, name: str, args: Sequence[Any], exp: Any = None) -> str:
        inside = ", ".join(self._print(a) for a in args)
        written = rf"{name}\left({inside}\right)"
        return written if exp is None else rf"{{{written}}}^{{{exp}}}"

    def _print_log(self, e: Any, exp: Any = None) -> str:
        argument = e.args[0]
        simple = isinstance(argument, LETTER) or argument is sp.pi or is_letters_factorial(argument)
        written = rf"\log {self._print(argument)}" if simple else self.call(r"\log", [argument])
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_exp(self, e: Any, exp: Any = None) -> str:
        power = self._print(e.args[0])
        written = f"{self.base}^{{{power}}}" if len(power) < 40 else rf"\exp\left({power}\right)"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_ExpBase(self, e: Any, exp: Any = None) -> str:
        return self._print_exp(e, exp)

    def _print_Abs(self, e: Any, exp: Any = None) -> str:
        inside = -e.args[0] if is_negative(e.args[0]) else e.args[0]
        written = rf"\left|{self._print(inside)}\right|"
        return written if exp is None else f"{written}^{{{exp}}}"

    def _print_polygamma(self, e: Any, exp: Any = None) -> str:
        order, x = e.args
        return self.call(r"\psi" if order == 0 else rf"\psi^{{({self._print(order)})}}", [x], exp)

    def _print_loggamma(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\log\Gamma", e.args, exp)

    def _print_gamma(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\Gamma", e.args, exp)

    def _print_beta(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\mathrm{B}", e.args, exp)

    def _print_betainc(self, e: Any, exp: Any = None) -> str:
        low, high, *exponents = incomplete_beta(e)
        ends = f"_{{{self._print(high)}}}" if low == 0 else f"_{{{self._print(low)}}}^{{{self._print(high)}}}"
        return self.call(r"\mathrm{B}" + ends, exponents, exp)

    def _print_zeta(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\zeta", e.args, exp)

    def _print_zeta_prime(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\zeta^{\prime}", e.args, exp)

    def _print_zeta_second(self, e: Any, exp: Any = None) -> str:
        return self.call(r"\zeta^{\prime\prime}", e.args, exp)

    def _print_expint(self, e: Any, exp: Any = None) -> str:
        return self.call(f"E_{{{self._print(e.args[0])}}}", e.args[1:], exp)

    def _print_besselk(self, e: Any, exp: Any = None) -> str:
        return self.call(f"K_{{{self._print(e.args[0])}}}", e.args[1:], exp)

    def _print_besseli(self, e: Any, exp: Any = None) -> str:
        return self.call(f"I_{{{self._print(e.args[0])}}}", e.args[1:], exp)

    def _print_besselk_order(self, e: Any, exp: Any = None) -> str:
        nu, z = e.args
        order = self._print(nu)
        if nu.is_Symbol:
            written = self.call(rf"\partial_{{{order}}} K_{{{order}}}", [z])
        else:
            letter = next(c for c in "srtuv" if sp.Symbol(c).name not in {a.name for a in e.free_symbols})
            derivative = self.call(rf"\partial_{{{letter}}} K_{{{letter}}}", [z])
            written = rf"\left.{derivative}\right|_{{{letter} = {order}}}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_hyperu(self, e: Any, exp: Any = None) -> str:
        return self.call("U", e.args, exp)

    def _print_binomial(self, e: Any, exp: Any = None) -> str:
        written = rf"\binom{{{self._print(e.args[0])}}}{{{self._print(e.args[1])}}}"
        return written if exp is None else f"{written}^{{{exp}}}"

    def _print_ImaginaryUnit(self, e: Any) -> str:
        return self.unit

    def _print_real_part(self, e: Any, exp: Any = None) -> str:
        written = rf"\operatorname{{Re}}\left[{self._print(e.args[0])}\right]"
        return written if exp is None else rf"{{{written}}}^{{{exp}}}"

    def _print_hyper(self, e: Any, exp: Any = None) -> str:
        above, below, z = e.args
        lists = r";\, ".join(", ".join(self._print(a) for a in part) for part in (above, below))
        written = rf"{{}}_{{{len(above)}}}F_{{{len(below)}}}\left({lists};\, {self._print(z)}\right)"
        return written if exp is None else rf"{{{written}}}^{{{exp}}}"

    def weighed(self, remainder: Any) -> str:
        density, statistic = weighed(remainder)
        if 1 in (density, statistic):
            return self.parenthesize(density * statistic, PRECEDENCE["Mul"], strict=True)
        return _beside(self.quotient(density), self.product(statistic))

    def _print_Integral(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.weighed(e)
        return rf"\int_{{{self._print(low)}}}^{{{self._print(high)}}} {body} \, d{self._print(x)}"

    def _print_Sum(self, e: Any) -> str:
        x, low, high = e.args[1].args
        body = self.weighed(e)
        return rf"\sum_{{{self._print(x)}={self._print(low)}}}^{{{self._print(high)}}} {body}"

    def _print_Piecewise(self, e: Any) -> str:
        rows = (
            self._print(v) + " & " + (r"\text{otherwise}" if c == sp.true else r"\text{if } " + self._print(c))
            for v, c in e.args
        )
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _print_Relational(self, e: Any) -> str:
        if (number := whole(e)) is not None:
            member = r"\in" if isinstance(e, sp.Eq) else r"\notin"
            return rf"{self._print(number)} {member} \mathbb{{Z}}"
        return str(super()._print_Relational(balanced(e)))

    def _print_And(self, e: Any) -> str:
        return conjunction(e, self._print, r" \text{ and } ", r" \text{ or } ", (r"\left(", r"\right)"))

    _print_Or = _print_And

    def _print_Not(self, e: Any, char: Any = None) -> str:
        return r"\text{not } " + self._print(e.args[0])

    def _print_Indexed(self, e: Any) -> str:
        base, inside = self._print(e.base), ",".join(self._print(i) for i in e.indices)
        return f"{base[:-1]},{inside}}}" if base.endswith("}") else f"{base}_{{{inside}}}"

    def _print_IndexedBase(self, e: Any) -> str:
        return self._print_Symbol(sp.Symbol(str(e.label)))

    def _print_KroneckerDelta(self, e: Any, exp: Any = None) -> str:
        return rf"[{self._print(e.args[0])} = {self._print(e.args[1])}]"

    def _print_Function(self, e: Any, exp: Any = None) -> str:
        name = e.func.__name__
        if name in _OPERATORS:
            return self.call(_OPERATORS[name], e.args, exp)
        if name == "Mean":
            written = rf"\overline{{{self._print(e.args[0])}}}"
            return written if exp is None else rf"{written}^{{\,{exp}}}"
        if name == "softmax":
            return rf"\operatorname{{softmax}}\left({self._print(e.args[0])}\right)_{{{self._print(e.args[1])}}}"
        if name == "Quantile":
            level, statistic = e.args
            if level == sp.S.Half:
                return self.call(r"\operatorname{median}", [statistic], exp)
            return self.call(rf"Q_{{{self._print(level)}}}", [statistic], exp)
        inside = [self._print(a) for a in e.args]
        if name == "Expect":
            return rf"\mathbb{{E}}_{{p}}\left[{inside[0]}\right]"
        if name in ("KL", "CE"):
            return rf"\mathrm{{{name}}}(" + (r" \,\|\, " if name == "KL" else ", ").join(inside) + ")"
        if name == "H":
            return rf"\mathrm{{H}}({inside[0]})"
        if name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "cot"):
            return self.call("\\" + name, e.args, exp)
        return str(super()._print_Function(e, exp))

    def _hprint_trigonometric(self, e: Any, exp: Any = None) -> str:
        return self._print_Function(e, exp)


_OPERATORS = {
    "sigmoid": r"\sigma",
    "softplus": r"\operatorname{softplus}",
    "logsumexp": r"\operatorname{logsumexp}",
    "Least": r"\min",
    "Largest": r"\max",
    "NLL": r"\mathrm{NLL}",
    "chi2": r"\chi^{2}",
    "loss": r"\mathrm{loss}",
}
