"""What each language calls things, as data."""

from __future__ import annotations

from typing import Any

from derive.programs.printing import Dialect

_PLAIN = ("log", "exp", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor")


def _module(prefix: str, *more: str) -> dict[str, str]:
    return {n: prefix + n for n in (*_PLAIN, *more)}


_PYTHON: dict[str, Any] = {
    "loop": "sum(weight*({body}) for node, weight in RULE_{name})",
    "rule": 'RULE_{name} = (\n    {pairs},\n)\n"""Nodes and weights of {meaning}."""',
}
_COUNT = 'RULE_{name} = tuple((float(k), 1.0) for k in range({name}))\n"""The first terms of a series."""'
_PYTHON["count"] = _COUNT
_ARRAY: dict[str, Any] = {
    "integer": "{}",
    "equal": "==",
    "both": "&",
    "either": "|",
    "no": "~",
    "power": "{}**({})",
    "arrays": True,
    "masked": True,
}

NUMPY = Dialect(
    "NumPy",
    {
        **_module("np.", "abs", "sign"),
        **dict(asin="np.arcsin", acos="np.arccos", atan="np.arctan", max="np.maximum", min="np.minimum"),
        **dict(asinh="np.arcsinh", acosh="np.arccosh", atanh="np.arctanh", ceil="np.ceil"),
        **dict(loggamma="special.gammaln", gamma="special.gamma", digamma="special.digamma", erf="special.erf"),
        **dict(
            erfc="special.erfc",
            besseli0="special.i0",
            besseli1="special.i1",
            besselk0="special.k0",
        ),
        **dict(besselk1="special.k1", besseli="special.iv", besselk="special.kv", zeta="special.zeta"),
        **dict(
            e1="special.exp1",
            hyp2f1="special.hyp2f1",
            xlogy="special.xlogy",
            xlog1py="special.xlog1py",
            Ei="special.expi",
        ),
    },
    "_{}",
    "np.where({}, {}, {})",
    polynomial="_polynomial({}, {})",
    infinity="np.inf",
    kind="Any",
    nan="np.nan",
    lost="np.isnan({})",
    finite="np.isfinite({})",
    full="np.full_like({}, {})",
    **_PYTHON,
    **_ARRAY,
)
TORCH = Dialect(
    "PyTorch",
    {
        **_module("torch.", "sign", "asin", "acos", "atan", "asinh", "acosh", "atanh", "ceil"),
        # not torch.digamma, whose slope, its trigamma function, is right to 1e-9 only
        **dict(loggamma="torch.lgamma", erf="torch.erf", erfc="torch.erfc"),
        **dict(
            besseli0="torch.special.i0",
            besseli1="torch.special.i1",
            max="torch.maximum",
            min="torch.minimum",
            abs="abs",  # which takes floats too
            max_number="torch.clamp_min",
            min_number="torch.clamp_max",
        ),
    },
    "_{}",
    "torch.where({}, {}, {})",
    infinity="torch.inf",
    kind="torch.Tensor",
    nan="torch.nan",
    lost="torch.isnan({})",
    finite="torch.isfinite({})",
    full="torch.full_like({}, {})",
    magnitude="_magnitude",
    polynomial="_polynomial({}, {})",
    compared="_compared(operator.{}, {}, {})",
    reciprocal="torch.reciprocal({})",
    of_numbers="math.",
    **_PYTHON,
    **_ARRAY,
)
JAX = Dialect(
    "JAX",
    {
        **{k: v.replace("np.", "jnp.") for k, v in NUMPY.functions.items() if v.startswith("np.")},
        **dict(loggamma="special.gammaln", digamma="special.digamma", erf="special.erf", erfc="special.erfc"),
        **dict(
            besseli0="special.i0",
            besseli1="special.i1",
            e1="special.exp1",
        ),
    },
    "_{}",
    "jnp.where({}, {}, {})",
    traced=True,
    infinity="jnp.inf",
    full="jnp.full_like({}, {})",
    kind="Array",
    nan="jnp.nan",
    lost="jnp.isnan({})",
    finite="jnp.isfinite({})",
    loop="_gauss(lambda node: {body}, RULE_{name}, {like})",
    rule=_PYTHON["rule"],
    count=_COUNT,
    **_ARRAY,
    flushes=True,
)
MATH = Dialect(
    "Python's math",
    {
        **_module("math."),
        **dict(asin="math.asin", acos="math.acos", atan="math.atan", abs="abs", max="max", min="min"),
        **dict(asinh="math.asinh", acosh="math.acosh", atanh="math.atanh", erf="math.erf", erfc="math.erfc"),
        **dict(loggamma="math.lgamma", gamma="_gamma", log="_log", log1p="_log1p", exp="_exp", expm1="_expm1"),
        **dict(floor="_floor", ceil="_ceil"),
    },
    "_{}",
    "({1} if {0} else {2})",
    "and",
    "or",
    "not ",
    "_pow({}, {})",
    **_PYTHON,
    infinity="math.inf",
    nan="math.nan",
    lost="math.isnan({})",
    finite="math.isfinite({})",
)
C = Dialect(
    "C",
    {
        **{n: n for n in (*_PLAIN, "asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc", "ceil")},
        **dict(abs="fabs", max="fmax", min="fmin", loggamma="lgamma", gamma="tgamma"),
    },
    "stable_{}",
    "({} ? {} : {})",
    "&&",
    "||",
    "!",
    "pow({}, {})",
    summed="""/*
 * the sum of a function over the nodes of a rule
 */
static double {name}({given}) {{
    double total = 0.0;
    for (unsigned i = 0; i < {number}; ++i) {{
        const double node = {node};
        total += {weight}({body});
    }}
    return total;
}}""",
    rule="/*\n * Nodes and weights of {meaning}\n */\nstatic const double RULE_{name}[][2] = {{\n    {pairs},\n}};",
    pair="{{{}, {}}}",
    integer="{}.0",
    infinity="INFINITY",
    nan="NAN",
)
JAVASCRIPT = Dialect(
    "JavaScript",
    {
        **_module("Math.", "abs", "asin", "acos", "atan", "asinh", "acosh", "atanh", "sign", "max", "min", "ceil"),
    },
    "_{}",
    "({} ? {} : {})",
    "&&",
    "||",
    "!",
    "Math.pow({}, {})",
    loop="RULE_{name}.reduce((total, [node, weight]) => total + weight*({body}), 0)",
    rule="/*\n * Nodes and weights of {meaning}\n */\nconst RULE_{name} = [\n    {pairs},\n];",
    pair="[{}, {}]",
    equal="===",
    infinity="Infinity",
    nan="NaN",
    lost="Number.isNaN({})",
    finite="Number.isFinite({})",
)
JULIA = Dialect(
    "Julia",
    {
        **{
            n: n
            for n in (*_PLAIN, "asin", "acos", "atan", "asinh", "acosh", "atanh", "abs", "sign", "max", "min", "ceil")
        },
        **dict(
            loggamma="SpecialFunctions.loggamma", gamma="SpecialFunctions.gamma", digamma="SpecialFunctions.digamma"
        ),
        **dict(trigamma="SpecialFunctions.trigamma", erf="SpecialFunctions.erf", erfc="SpecialFunctions.erfc"),
        **dict(zeta="SpecialFunctions.zeta", besseli="SpecialFunctions.besseli", besselk="SpecialFunctions.besselk"),
        **dict(e1="SpecialFunctions.expint"),
    },
    "_{}",
    "({} ? {} : {})",
    "&&",
    "||",
    "!",
    "({})^({})",
    loop="sum(weight*({body}) for (node, weight) in RULE_{name})",
    rule="# Nodes and weights of {meaning}\nconst RULE_{name} = (\n    {pairs},\n)",
    infinity="Inf",
    nan="NaN",
)
STAN = Dialect(
    "Stan",
    {
        **{
            n: n
            for n in (
                *_PLAIN,
                "asin",
                "acos",
                "atan",
                "asinh",
                "acosh",
                "atanh",
                "erf",
                "erfc",
                "ceil",
                "digamma",
                "trigamma",
            )
        },
        **dict(abs="abs", max="fmax", min="fmin", loggamma="lgamma", gamma="tgamma"),
    },
    "stable_{}",
    "({} ? {} : {})",
    "&&",
    "||",
    "!",
    "({})^({})",
    infinity="positive_infinity()",
    nan="not_a_number()",
    lost="is_nan({})",
    finite="(!is_nan({0}) && !is_inf({0}))",
)
