"""How the functions of a language are laid out: heads and ends, and what stands before them in a file."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from dataclasses import dataclass

from sympy.printing.c import reserved_words, reserved_words_c99

from derive.programs.dialects import JAVASCRIPT, JULIA, MATH, STAN, C
from derive.programs.printing import Dialect


@dataclass(frozen=True)
class Layout:
    """How functions are written in a language of scalars."""

    head: Callable[[str, list[str]], str]
    statement: str
    test: str
    end: str
    give: str
    close: str
    comment: Callable[[list[str]], list[str]]
    refuse: str
    prelude: str = ""
    attempt: tuple[str, str, str] | None = None
    """What stands before and after statements that may divide by 0, where that is an error, and what gives no value."""


def _lines_c(lines: list[str]) -> list[str]:
    return ["/*", *(f" * {line}".rstrip() for line in lines), " */"]


def _lines_julia(lines: list[str]) -> list[str]:
    return ['"""', *lines, '"""']


SCALAR: dict[str, tuple[Dialect, Layout]] = {
    "c": (
        C,
        Layout(
            lambda name, a: f"double {name}({', '.join('double ' + n for n in a)}) {{",
            "const double {} = {};", "if {} {{", "}", "return {};", "}", _lines_c, "if (!{}) return NAN;",
            "#include <math.h>\n",
        ),
    ),
    "javascript": (
        JAVASCRIPT,
        Layout(
            lambda name, a: f"function {name}({', '.join(a)}) {{",
            "const {} = {};", "if {} {{", "}", "return {};", "}", _lines_c,
            'if (!{}) throw new RangeError("{}");',
        ),
    ),
    "julia": (
        JULIA,
        Layout(
            lambda name, a: f"function {name}({', '.join(n + '::Real' for n in a)})",
            "{} = {}", "if {}", "end", "return {}", "end", _lines_julia,
            '{} || throw(ArgumentError("{}"))', "import SpecialFunctions\n",
        ),
    ),
    "stan": (
        STAN,
        Layout(
            lambda name, a: f"real {name}({', '.join('real ' + n for n in a)}) {{",
            "real {} = {};", "if {} {{", "}", "return {};", "}", _lines_c, 'if (!{}) reject("{}");',
        ),
    ),
    "math": (
        MATH,
        Layout(
            lambda name, a: f"def {name}({', '.join(n + ': float' for n in a)}) -> float:",
            "{} = {}", "if {}:", "", "return {}", "", lambda lines: ['"""' + lines[0], *lines[1:], '"""'],
            'if not {}:\n    raise ValueError("{}")',
            """\
import math


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _log1p(x: float) -> float:
    return math.log1p(x) if x > -1 else -math.inf if x == -1 else math.nan


def _exp(x: float) -> float:
    return math.inf if x > 709.78 else math.exp(x)


def _expm1(x: float) -> float:
    return math.inf if x > 709.78 else math.expm1(x)


def _gamma(x: float) -> float:
    return math.inf if x > 171.62 else math.gamma(x)


def _floor(x: float) -> float:
    return math.floor(x) if math.isfinite(x) else x


def _ceil(x: float) -> float:
    return math.ceil(x) if math.isfinite(x) else x


def _pow(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except (OverflowError, ZeroDivisionError):
        return math.inf
""",
            ("try:", "except ZeroDivisionError:", "{} = math.nan"),
        ),
    ),
}  # fmt: skip

BLOCKS = {
    "numpy": """
BLOCK = 65536


def _in_blocks(function: Callable[..., Any], *arrays: Any) -> Any:
    \"\"\"The function of arrays of one shape, in blocks that stay in the cache.\"\"\"
    shape, flat = arrays[0].shape, [np.ravel(a) for a in arrays]
    value = np.empty(flat[0].size, flat[0].dtype)
    with np.errstate(all="ignore"):
        for i in range(0, value.size, BLOCK):
            value[i : i + BLOCK] = function(*(a[i : i + BLOCK] for a in flat))
    return value.reshape(shape)


def _masked(given: tuple[Any, ...], value: Any) -> Any:
    \"\"\"The value, masked where something that was given is.\"\"\"
    masks = [np.ma.getmaskarray(a) for a in given if np.ma.isMaskedArray(a)]
    return np.ma.array(value, mask=np.broadcast_to(sum(masks) > 0, value.shape)) if masks else value[()]
""",
    "torch": """

BLOCK = 65536


def _in_blocks(function, *arrays: torch.Tensor) -> torch.Tensor:
    \"\"\"The function of arrays of one shape, by one thread in blocks that stay in the cache.\"\"\"
    whole = torch.get_num_threads() > 1 or not arrays[0].is_cpu  # many short operations would wait for one another
    size = max(1, arrays[0].numel()) if whole else BLOCK
    blocks = zip(*(a.reshape(-1).split(size) for a in arrays))
    return torch.cat([function(*block) for block in blocks]).reshape(arrays[0].shape)
""",
}
PRELUDE = {
    "numpy": "from __future__ import annotations\n\nfrom collections.abc import Callable\nfrom typing import Any\n\n"
    "import numpy as np\nfrom numpy.typing import ArrayLike\nfrom scipy import special\n" + BLOCKS["numpy"],
    "torch": "from __future__ import annotations\n\nfrom functools import reduce\n\nimport torch\n" + BLOCKS["torch"],
    "jax": "from __future__ import annotations\n\nimport jax.numpy as jnp\nfrom jax import Array\nfrom jax.scipy import special\nfrom jax.typing import ArrayLike\n",
}
GAUSS = """

def _gauss(f, rule, like: Array) -> Array:
    \"\"\"The sum of weight*f(node): all nodes at once, so that what is compiled does not grow with their number.\"\"\"
    nodes, weights = jnp.array(rule, like.dtype).T
    return jax.vmap(lambda node, weight: weight * f(node))(nodes, weights).sum(0)
"""
AT = {
    "numpy": """

def _at(condition: Any, function: Callable[..., Any], given: tuple[Any, ...], other: Callable[..., Any], others: tuple[Any, ...] = ()) -> Any:
    \"\"\"The function where the condition holds, the other elsewhere, each evaluated there only; the other everywhere, if it is given nothing.\"\"\"
    count = np.count_nonzero(condition)
    if count == np.size(condition):
        return function(*given)
    if count == 0:
        return other(*others)
    places = np.flatnonzero(condition)
    found = function(*(v[places] if np.ndim(v) else v for v in given))
    if others:
        result = np.empty(condition.shape, found.dtype)
        rest = np.flatnonzero(~condition)
        result[rest] = other(*(v[rest] if np.ndim(v) else v for v in others))
    else:
        result = np.full(condition.shape, other())
    result[places] = found
    return result
""",
    "torch": """

def _at(condition, function, given, other, others=()) -> torch.Tensor:
    \"\"\"The function where the condition holds, the other elsewhere, each evaluated there only; the other everywhere, if it is given nothing.\"\"\"
    try:  # NumPy counts and finds several times as fast
        held = condition.numpy()
        count = int(np.count_nonzero(held))
    except (RuntimeError, TypeError):  # on a device, or inside of a transformation
        held, count = None, int(condition.count_nonzero())
    if count == condition.numel():
        return function(*given)
    if count == 0:
        return other(*others)
    def found(held, condition) -> torch.Tensor:
        return condition.nonzero().squeeze(1) if held is None else torch.from_numpy(np.flatnonzero(held))
    places = found(held, condition)
    value = function(*(v.index_select(0, places) for v in given))
    if not others:
        return other().scatter(0, places, value)
    rest = found(None if held is None else ~held, ~condition)
    result = torch.empty_like(condition, dtype=value.dtype).scatter(0, places, value)
    return result.scatter(0, rest, other(*(v.index_select(0, rest) for v in others)))
""",
    "jax": """

def _at(condition, function, given, other, others=()) -> Array:
    \"\"\"The function where the condition holds, the other elsewhere; slopes pass where each is taken only, for they may be nan elsewhere.\"\"\"
    passed = (jnp.where(condition, v, jax.lax.stop_gradient(v)) for v in given)
    left = (jnp.where(condition, jax.lax.stop_gradient(v), v) for v in others)
    return jnp.where(condition, function(*passed), other(*left))
""",
}
POLYNOMIAL = {
    "numpy": """

def _polynomial(x: Any, *coefficients: float) -> Any:
    \"\"\"A polynomial by its coefficients, the highest first, in one place.\"\"\"
    value = coefficients[0] * x
    for c in coefficients[1:-1]:
        value += c
        value *= x
    return value + coefficients[-1]
""",
    "torch": """

def _polynomial(x: torch.Tensor, *coefficients: float) -> torch.Tensor:
    \"\"\"A polynomial by its coefficients, the highest first, an operation a term.\"\"\"
    value, *others = torch.tensor(coefficients, dtype=x.dtype, device=x.device)
    for c in others:
        value = torch.addcmul(c, value, x)
    return value
""",
}
COMPARED = {
    "torch": """

def _compared(by, x: torch.Tensor | float, y: torch.Tensor | float) -> torch.Tensor:
    \"\"\"A comparison by NumPy, which is several times as fast, or by PyTorch on a device and inside of a transformation.\"\"\"
    try:
        return torch.from_numpy(by(*(v.detach().numpy() if torch.is_tensor(v) else v for v in (x, y))))
    except (RuntimeError, TypeError):
        return by(x, y)
"""
}
MAGNITUDE = {
    "torch": """

def _magnitude(x: torch.Tensor) -> torch.Tensor:
    \"\"\"|x|, at 0 with the slope of x, and not 0: of what is smooth there, slopes of every order are right.\"\"\"
    return torch.where(_compared(operator.lt, x, 0), -x, x)
"""
}
USED = {"masks": AT, "polynomials": POLYNOMIAL, "comparisons": COMPARED, "magnitudes": MAGNITUDE}
"""What stands before the programs of a file that use it, by target."""

_WORDS = (
    "value given dtype i each node categories true false null in if else for while do break continue return function"
)
_PYTHON = {
    *keyword.kwlist,
    *_WORDS.split(),
    *"abs float int len list map max min range reduce sum tuple zip BLOCK Any".split(),
}
TAKEN: dict[str, set[str]] = {
    "numpy": {*_PYTHON, "np", "special", "ArrayLike", "Callable"},
    "torch": {*_PYTHON, "torch", "np", "operator", "math"},
    "jax": {*_PYTHON, "jax", "jnp", "special", "Array", "ArrayLike"},
    "math": {*_PYTHON, "math"},
    "c": {*_WORDS.split(), *reserved_words, *reserved_words_c99, "NAN", "INFINITY", "HUGE_VAL"},
    "javascript": {
        *_WORDS.split(), "Math", *"arguments await case catch class const debugger default delete enum eval export extends finally import instanceof".split(),
        *"let new static super switch this throw try typeof var void with yield Infinity NaN undefined".split(),
    },
    "julia": {
        *_WORDS.split(), "SpecialFunctions", *"baremodule begin catch const elseif end export finally global import let".split(),
        *"local macro module quote struct try using isa where Inf NaN".split(),
    },
    "stan": {*_WORDS.split(), *"int real complex vector matrix array void data parameters model target functions reject print".split()},
}  # fmt: skip
"""Words that mean something in a language, or in what is written in it, and can be no parameter's name."""
