"""Functions of vectors: in every language, the sum of what a term gives over the last axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.programs.program import Program

INDENT = "    "
EXACT = "1e-5"
"""By how much a sum of probabilities may differ from 1 where parameters are checked: floats of 32 bits round so far."""


@dataclass(frozen=True)
class Total:
    """How a sum is written: a parameter, what is said where one does not sum to 1, and the function.

    head   {name} of the function, {given} its parameters
    lines  {term} of what is summed, {each} its arguments, {first} of the parameters
    alike  what is said where {one} and {other} have not as many categories; nothing where that is seen elsewhere
    outer  whether the documentation stands before the head
    """

    given: str
    check: str
    head: str
    lines: tuple[str, ...]
    alike: str = ""
    outer: bool = False
    close: str = ""


_UNLIKE = "{one} and {other} must have as many categories"
_RAISE = 'raise ValueError("{0} must sum to 1")'
TOTALS = {
    "numpy": Total(
        "{}: ArrayLike", f"if not np.all(np.abs(np.sum(np.ma.getdata({{0}}), axis=-1) - 1) < {EXACT}):\n    {_RAISE}",
        "def {name}({given}) -> Any:",
        (
            "value = {term}({each})",
            "if np.ma.isMaskedArray(value):",
            "    return np.ma.array(np.sum(value.data, axis=-1), mask=np.any(np.ma.getmaskarray(value), axis=-1))",
            "return np.sum(value, axis=-1)",
        ),
        f'if np.shape({{one}})[-1:] != np.shape({{other}})[-1:]:\n    raise ValueError("{_UNLIKE}")',
    ),
    "torch": Total(
        "{}: torch.Tensor", f"if not torch.all(torch.abs(torch.as_tensor({{0}}).sum(-1) - 1) < {EXACT}):\n    {_RAISE}",
        "def {name}({given}) -> torch.Tensor:", ("return {term}({each}).sum(-1)",),
        f'if torch.as_tensor({{one}}).shape[-1:] != torch.as_tensor({{other}}).shape[-1:]:\n    raise ValueError("{_UNLIKE}")',
    ),
    "jax": Total(
        "{}: ArrayLike", f"{{0}} = jnp.where(jnp.abs(jnp.sum({{0}}, -1, keepdims=True) - 1) < {EXACT}, {{0}}, jnp.nan)",
        "def {name}({given}) -> Array:", ("return {term}({each}).sum(-1)",),
        f'if jnp.shape({{one}})[-1:] != jnp.shape({{other}})[-1:]:\n    raise ValueError("{_UNLIKE}")',
    ),
    "math": Total(
        "{}: list[float]", f"if not abs(math.fsum({{0}}) - 1) < {EXACT}:\n    {_RAISE}",
        "def {name}({given}) -> float:", ("return math.fsum({term}(*each) for each in zip({each}, strict=True))",),
    ),
    "c": Total(
        "const double *{}", f"if (!(fabs(sum_{{0}} - 1) < {EXACT})) return NAN;",
        "double {name}(int categories, {given}) {{",
        ("double value = 0;", "for (int i = 0; i < categories; i++) value += {term}({each_i});", "return value;"), "", True, "}",
    ),
    "javascript": Total(
        "{}", f'if (!(Math.abs({{0}}.reduce((a, b) => a + b, 0) - 1) < {EXACT})) throw new RangeError("{{0}} must sum to 1");',
        "function {name}({given}) {{", ("return {first}.reduce((value, _, i) => value + {term}({each_i}), 0);",),
        f'if ({{one}}.length !== {{other}}.length) throw new RangeError("{_UNLIKE}");', True, "}",
    ),
    "julia": Total(
        "{}::AbstractVector{{<:Real}}", f'abs(sum({{0}}) - 1) < {EXACT} || throw(ArgumentError("{{0}} must sum to 1"))',
        "function {name}({given})", ("return sum({term}.({each}))",),
        f'length({{one}}) == length({{other}}) || throw(DimensionMismatch("{_UNLIKE}"))', True, "end",
    ),
    "stan": Total(
        "vector {}", f'if (abs(sum({{0}}) - 1) > {EXACT}) reject("{{0}} must sum to 1");',
        "real {name}({given}) {{",
        ("real value = 0;", "for (i in 1:num_elements({first})) value += {term}({each_i});", "return value;"),
        f'if (num_elements({{one}}) != num_elements({{other}})) reject("{_UNLIKE}");', True, "}",
    ),
}  # fmt: skip


def total(program: Program, target: str, documentation: Sequence[str], checked: bool) -> Iterator[str]:
    """The lines of the function that sums the term of a program; the documentation is a comment of the language."""
    names, how = [i.name for i in program.inputs], TOTALS[target]
    assert program.term is not None
    put = {
        "name": program.name,
        "term": program.term.name,
        "given": ", ".join(map(how.given.format, names)),
        "each": ", ".join(names),
        "each_i": ", ".join(f"{n}[i]" for n in names),
        "first": names[0],
    }
    head = how.head.format(**put)
    yield from (*documentation, head) if how.outer else (head, *(INDENT + d if d else "" for d in documentation))
    for one, other in pairwise(names) if how.alike else ():
        yield from (INDENT + line for line in how.alike.format(one=one, other=other).split("\n"))
    if checked:
        if target == "c":
            yield from (f"{INDENT}double {', '.join(f'sum_{n} = 0' for n in names)};",)
            added = " ".join(f"sum_{n} += {n}[i];" for n in names)
            yield f"{INDENT}for (int i = 0; i < categories; i++) {{ {added} }}"
        yield from (INDENT + line for n in names for line in how.check.format(n).split("\n"))
    yield from (INDENT + line.format(**put) for line in how.lines)
    if how.close:
        yield how.close


__all__ = ["total"]
