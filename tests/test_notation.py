"""Formulas read as textbooks write them, in text, on a terminal and in LaTeX."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import sympy as sp

from derive import catalog, entropy, kl_divergence
from derive.algebra.functions import besselk_order, zeta_prime
from derive.derivation.formula import Case, Step
from derive.families import points
from derive.families.expression import read
from derive.numerics.evaluation import evaluate_number
from derive.writing import notation
from derive.writing.densities import with_factorials

k, t, s, z = sp.symbols("k theta s z", positive=True)
k1, k2 = sp.symbols("k_1 k_2", positive=True)
a, b = sp.symbols("a b", real=True)
lamda = sp.Symbol("lamda", positive=True)
p = sp.IndexedBase("p", positive=True)
i = sp.Symbol("i", integer=True)

WRITTEN = [
    # expression, text, pretty, LaTeX
    (sp.digamma(k), "digamma(k)", "ψ(k)", r"\psi\left(k\right)"),
    (sp.polygamma(1, k), "trigamma(k)", "ψ′(k)", r"\psi^{(1)}\left(k\right)"),
    (sp.polygamma(2, k), "polygamma(2, k)", "ψ⁽²⁾(k)", r"\psi^{(2)}\left(k\right)"),
    (sp.loggamma(k1), "loggamma(k_1)", "logΓ(k₁)", r"\log\Gamma\left(k_{1}\right)"),
    (sp.gamma(k), "gamma(k)", "Γ(k)", r"\Gamma\left(k\right)"),
    (sp.log(lamda) / 2, "log(lamda)/2", "½ log λ", r"\frac{1}{2} \log \lambda"),
    (sp.log(t / k), "log(theta/k)", "log(θ/k)", r"\log\left(\frac{\theta}{k}\right)"),
    (k + sp.EulerGamma, "k + EulerGamma", "k + γ", r"k + \gamma"),
    (sp.besselk(s, z), "besselk(s, z)", "K_s(z)", r"K_{s}\left(z\right)"),
    (sp.besseli(0, z), "besseli(0, z)", "I₀(z)", r"I_{0}\left(z\right)"),
    (besselk_order(s, z), "besselk_order(s, z)", "∂_s K_s(z)", r"\partial_{s} K_{s}\left(z\right)"),
    (zeta_prime(s), "zeta_prime(s)", "ζ′(s)", r"\zeta^{\prime}\left(s\right)"),
    (sp.expint(1, z), "E1(z)", "E₁(z)", r"E_{1}\left(z\right)"),
    (sp.hyper((1, k), (s,), z), "hyper((1, k), (s,), z)", "₂F₁(1, k; s; z)", r"{}_{2}F_{1}\left(1, k;\, s;\, z\right)"),
    (p[i], "p[i]", "p[i]", r"p_{i}"),
    (sp.IndexedBase("p_1")[i], "p_1[i]", "p₁[i]", r"p_{1,i}"),
    (sp.Symbol("x_m_1"), "x_m_1", "xₘ,₁", r"x_{m,1}"),
    (sp.Symbol("x_0_1"), "x_0_1", "x₀,₁", r"x_{0,1}"),
    (sp.Symbol("alpha_12"), "alpha_12", "α₁₂", r"\alpha_{12}"),
    (sp.pi * sp.E * k, "E*pi*k", "e π k", r"e \pi k"),
    (-sp.oo, "-oo", "−∞", r"- \infty"),
    (1 - k, "1 - k", "1 − k", r"1 - k"),
    (b - a, "b - a", "b − a", r"b - a"),
    ((b - a) ** 2, "(-a + b)**2", "(a − b)²", r"\left(a - b\right)^{2}"),
    (sp.sqrt(2) * k, "sqrt(2)*k", "√2 k", r"\sqrt{2} k"),
    (-(k + 1) * sp.log(t), "(-k - 1)*log(theta)", "−(k + 1) log θ", r"- \left(k + 1\right) \log \theta"),
    (3 * k * sp.log(3), "3*k*log(3)", "3 k log 3", r"3 k \log 3"),
    (2 * 3**s, "2*3**s", "2 · 3^s", r"2 \cdot 3^{s}"),
    (sp.log(t) ** 2, "log(theta)**2", "(log θ)²", r"\left(\log \theta\right)^{2}"),
    (sp.exp(-k * t), "exp(-k*theta)", "exp(−k θ)", r"e^{- k \theta}"),
    (sp.nan, "nan", "undefined", r"\text{undefined}"),
    (sp.Function("Expect")(k), "Expect(k)", "E[k]", r"\mathbb{E}_{p}\left[k\right]"),
    (notation.quantity("kl_divergence", 2), "KL(p, q)", "KL(p ‖ q)", r"\mathrm{KL}(p \,\|\, q)"),
    (notation.quantity("cross_entropy", 2), "CE(p, q)", "CE(p, q)", r"\mathrm{CE}(p, q)"),
    (notation.quantity("entropy", 1), "H(p)", "H(p)", r"\mathrm{H}(p)"),
]


@pytest.mark.parametrize(("e", "text", "pretty", "latex"), WRITTEN, ids=[w[1] for w in WRITTEN])
def test_written(e, text, pretty, latex):
    if text == "(-a + b)**2":  # text keeps the sign that SymPy has; only print forms turn it
        assert sp.expand(read(notation.text(e), {"a": a, "b": b}) - e) == 0
    else:
        assert notation.text(e) == text
    assert (notation.pretty(e), notation.latex(e)) == (pretty, latex)


def test_terms_stand_in_textbook_order():
    gamma = sp.log(t) + sp.loggamma(k) + (1 - k) * sp.digamma(k) + k
    assert notation.pretty(gamma) == "log θ + logΓ(k) + (1 − k) ψ(k) + k"
    normal = (1 + k**2) / (2 * t**2) - sp.S.Half + sp.log(t)
    assert notation.pretty(normal).endswith("− ½")
    assert notation.pretty(1 - sp.log(lamda)) == "1 − log λ"
    rest = sp.Integral(-sp.log(z), (z, 0, 1))
    assert notation.pretty(rest + 1 + sp.log(k)) == "log k + 1 − ∫[0, 1] log z dz"


def test_euler_gamma_differs_from_a_parameter_gamma():
    e = sp.Symbol("gamma", positive=True) + sp.EulerGamma
    assert notation.pretty(e) == "γ + γ_E"
    assert notation.latex(e) == r"\gamma + \gamma_{E}"


@pytest.mark.parametrize(
    ("e", "text", "tex"),
    [
        (sp.exp(sp.Symbol("e")) + sp.E, "ⅇ^e + ⅇ", r"\mathrm{e}^{e} + \mathrm{e}"),
        (sp.I * sp.Symbol("i"), "ⅈ i", r"\mathrm{i} i"),
        (sp.Symbol("gamma_E") + sp.EulerGamma, "γ_E + γ_Euler", r"\gamma_{E} + \gamma_{\mathrm{Euler}}"),
    ],
)
def test_a_letter_differs_from_the_constant_of_its_name(e, text: str, tex: str) -> None:
    assert [notation.pretty(e), notation.latex(e)] == [text, tex]


def test_a_wide_formula_breaks_between_terms():
    e = sum(sp.log(sp.Symbol(f"parameter_{n}", positive=True)) for n in range(9))
    lines = notation.pretty(e, 60).split("\n")
    assert len(lines) > 1
    assert all(len(line) <= 60 for line in lines)
    assert all(line.startswith("+ ") for line in lines[1:])


def test_conditions_read_as_prose():
    condition = sp.And(sp.Le(a, b), sp.Gt(k, 1))
    assert notation.pretty(condition) in ("a ≤ b and k > 1", "k > 1 and a ≤ b")
    assert r"\text{ and }" in notation.latex(condition)
    assert notation.pretty(sp.Le(b - a, 0)) == "b ≤ a"


CASES = (Case(sp.Gt(k, 1), sp.log(k), "closed"), Case(sp.Le(k, 1), sp.oo, "infinite"))


def test_cases():
    name = notation.quantity("kl_divergence", 2)
    assert notation.pretty_cases(name, CASES).split("\n") == [
        "KL(p ‖ q) =",
        "  if k > 1  (closed)",
        "    log k",
        "  otherwise  (infinite)",
        "    +∞",
    ]
    assert notation.latex_cases(CASES) == (
        r"\begin{cases} \log k & \text{if } k > 1 \\ \infty & \text{otherwise} \end{cases}"
    )


def test_steps_are_equations_with_their_reasons():
    h = notation.quantity("entropy", 1)
    steps = (Step(h, sp.Function("Expect")(k * z), "definition", "H(p) = E_p[−log p]"), Step(h, k, "50%_{x}", "θ ≤ ψ"))
    latex = notation.latex_steps(h, steps, (Case(sp.true, k, "closed"),))
    assert latex.startswith("\\begin{aligned}\n\\mathrm{H}(p) &= ")
    assert r"&& \text{definition: H(p) = $\mathbb{E}_{p}$[$-$log p]}" in latex
    assert r"50\%\_\{x\}: $\theta$ $\leq$ $\psi$" in latex
    assert latex.count("&=") == 2  # the last step is the result
    shown = notation.pretty_steps(h, steps, CASES)
    assert shown.startswith("H(p) = E[k z]\n      [definition: H(p) = E_p[−log p]]")
    assert shown.endswith("+∞")


FAMILIES = [
    "Gamma",
    "Beta",
    "Weibull",
    "Gumbel",
    "Normal",
    "Pareto",
    "VonMises",
    "Zeta",
    "Uniform",
    "Laplace",
    "Poisson",
]


@pytest.fixture(scope="module")
def formulas():
    found = [entropy(catalog[f].suffixed("")) for f in FAMILIES]
    return found + [kl_divergence(catalog[f].suffixed("_1"), catalog[f].suffixed("_2")) for f in FAMILIES]


MASSES = {
    # what is written under the sum, on a terminal
    "Poisson": "λ^x e^−λ/x! · log x!",
    "Binomial": "C(n, x) p^x (1 − p)^(n − x) log(x! (n − x)!)",
    "NegativeBinomial": "p^r (1 − p)^x Γ(r + x)/(x! Γ(r)) · (log x! − logΓ(r + x))",
    "Hypergeometric": "C(n, x) C(N − n, K − x)/C(N, K) · log(x! (K − x)! (n − x)! (N − K − n + x)!)",
    "Skellam": "μ₁^(x/2) exp(−μ₁ − μ₂) I_{|x|}(2 √(μ₁ μ₂))/μ₂^(x/2) · (x/2 · log(μ₂/μ₁) − log(I_{|x|}(2 √(μ₁ μ₂))))",
    "Categorical": "p[x] log p[x]",
}


@pytest.mark.parametrize("name", MASSES)
def test_masses_are_written_as_in_textbooks(name):
    assert f"] {MASSES[name]}" in notation.pretty(entropy(catalog[name]).expr, 500)


UNIVARIATE = [f for f in catalog if f.base is None and f.name != "Categorical"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("family", UNIVARIATE, ids=lambda f: f.name)
def test_what_is_written_is_what_was_found(family):
    """Densities in factors have the value that they have as exponentials of logarithms, and so have factorials."""
    for case in entropy(family).cases:
        for whole in case.expr.atoms(sp.Integral, sp.Sum):
            written = with_factorials(whole)
            assert not any(e.args[0].is_Add and e.has(sp.loggamma) for e in written.atoms(sp.exp))
            member = points.members(family, 1)[0]
            place = dict(zip((q.symbol for q in family.params), member.values, strict=True))
            low, high = (end.subs(place) for end in whole.limits[0][1:])
            x = (2 * low + high) / 3 if (low + high).is_finite else low + 2 if low.is_finite else sp.S(2)
            place[whole.variables[0]] = sp.floor(x) if isinstance(whole, sp.Sum) else x
            found, claimed = (evaluate_number(e.args[0], place, 30) for e in (whole, written))
            assert found != 0, place
            assert abs(found - claimed) < abs(found) / 10**25, place


def test_text_is_read_back(formulas):
    names = {"zeta_prime": zeta_prime, "Integral": None, "Sum": None}
    for formula in formulas:
        for case in formula.cases:
            written = notation.text(case.expr)
            if case.form == "closed" and not any(n in written for n in names):
                assert read(written, formula.symbols) == case.expr


def test_no_programming_names_reach_the_reader(formulas):
    for formula in formulas:
        for written in (formula.latex(), formula.pretty(), formula.latex(steps=True)):
            for name in (
                "polygamma",
                "loggamma",
                "EulerGamma",
                "besselk",
                "betainc",
                "lamda",
                "Expect",
                "operatorname{digamma}",
            ):
                assert name not in written


def test_latex_is_balanced(formulas):
    for formula in formulas:
        for written in (formula.latex(), formula.latex(steps=True)):
            assert written.count("{") - written.count(r"\{") == written.count("}") - written.count(r"\}")
            assert written.count(r"\left") == written.count(r"\right")
            assert written.isascii()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX here")
def test_latex_compiles(formulas, tmp_path):
    body = "\n".join(rf"\[{f.latex()}\]\[{f.latex(steps=True)}\]" for f in formulas)
    packages = r"\usepackage{amsmath,amssymb}\usepackage[paperwidth=99cm,paperheight=99cm]{geometry}"
    document = rf"\documentclass{{article}}{packages}\begin{{document}}{body}\end{{document}}"
    (tmp_path / "formulas.tex").write_text(document)
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "formulas.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-600:]
