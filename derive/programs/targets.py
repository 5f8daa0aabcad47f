"""The targets: whole functions and files, in each language."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import sympy as sp

from derive.programs.dialects import JAX, NUMPY, TORCH
from derive.programs.functions import HELPERS, Block, Helper
from derive.programs.gauss import node
from derive.programs.layouts import GAUSS, PRELUDE, SCALAR, TAKEN, USED, Layout
from derive.programs.masks import Half, alone, halves
from derive.programs.nans import forgotten
from derive.programs.printing import Dialect, Printer
from derive.programs.program import Branch, CodeError, Program
from derive.programs.totals import total

E = Any

VECTOR = {"numpy": NUMPY, "torch": TORCH, "jax": JAX}
TARGETS = ("numpy", "torch", "jax", "math", "c", "javascript", "julia", "stan")
ALIASES = {
    "scipy": "numpy", "pytorch": "torch", "python": "math", "c99": "c", "js": "javascript", "jl": "julia",
}  # fmt: skip
NOT_RUN = ("julia", "stan")
"""Targets whose programs are printed, and run by no test."""
INDENT = "    "


def target_named(name: str) -> str:
    """The target of a name, whatever its case. Raises CodeError when there is none."""
    key = ALIASES.get(name.lower(), name.lower())
    if key not in TARGETS:
        raise CodeError(f"no target {name!r}; there are {', '.join(TARGETS)}")
    return key


def written(programs: list[Program], target: str, checked: bool = False, helpers: bool = False) -> str:
    """One file of source text: the helpers that are needed (or all of them), then the functions."""
    target = target_named(target)
    for name, taken in ((i.name, TAKEN[target] | p.own_names()) for p in programs for i in p.inputs):
        if name in taken:
            raise _means_something_else(name, target)
    write = _vector_file if target in VECTOR else partial(_scalar_file, helpers=helpers)
    text = write(programs, target, checked)
    called = set(CALLED.findall(TOLD.sub("", text)))
    for name in sorted({i.name for p in programs for i in p.inputs} & called):
        raise _means_something_else(name, target)
    return text


TOLD = re.compile(r'"""[\s\S]*?"""|/\*[\s\S]*?\*/|(?://|#).*')
"""Documentation and comments, in all the languages."""
CALLED = re.compile(r"(?<![\w.])(\w+)\(")
"""Functions that a program calls by a name that is not one of a module."""


def _means_something_else(name: str, target: str) -> CodeError:
    return CodeError(
        f"{name} means something else in {target}, in which the program is written or measured: give the parameter another name"
    )


def _scalar_file(programs: list[Program], target: str, checked: bool, helpers: bool) -> str:
    """A file of functions of numbers."""
    dialect, layout = SCALAR[target]
    printer = Printer(dialect)
    printer.own = {h.name: h for p in programs for h in p.parts}
    bodies = [list(_function(p.term or p, printer, layout, checked, target)) for p in programs]
    bodies = [[*body, *_total(p, target, checked)] for p, body in zip(programs, bodies, strict=True)]
    for name in HELPERS if helpers else ():
        printer.need(name)
    blocks = [layout.prelude] if layout.prelude else []
    blocks += printer.written_rules()
    heads, sums = printer.written_sums()
    blocks += ["\n".join(heads)] if heads else []
    blocks += ["\n".join(_scalar_helper(h, printer, layout, target)) for h in printer.helpers.values()]
    blocks += sums
    blocks += ["\n".join(b) for b in bodies]
    gap = "\n\n" if target == "math" else "\n"
    text = gap.join(b.rstrip("\n") + "\n" for b in blocks)
    return f"functions {{\n{textwrap.indent(text, '  ')}}}\n" if target == "stan" else text


def described(program: Program, checked: bool) -> list[str]:
    """The documentation of a function: formula, parameters, conditions, accuracy."""
    lines = [f"{program.title}.", ""]
    lines += textwrap.wrap(
        program.formula, 100, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False
    )
    lines.append("")
    width = max((len(i.name) for i in program.inputs), default=0)
    lines += [f"{i.name:{width}}  {i.phrase}; {i.meaning}" for i in program.inputs]
    if program.constraints:
        lines.append("where " + " and ".join(map(str, program.constraints)))
    lines.append("")
    if program.note:
        lines += textwrap.wrap(program.note, 110)
    if program.accuracy:
        lines += textwrap.wrap(program.accuracy, 110)
    lines.append("Parameters are checked." if checked else "Parameters are not checked.")
    return lines


def _total(program: Program, target: str, checked: bool) -> Iterator[str]:
    """The sum over categories, after the function that is its term; nothing where there is none."""
    if program.term is None:
        return
    lines = [*described(program, checked)]
    if target in NOT_RUN:
        lines.append(_not_run(SCALAR[target][0]))
    if target in VECTOR or target == "math":
        yield from ("", "")
        documentation = ['"""' + lines[0], *lines[1:], '"""']
    else:
        yield ""
        documentation = SCALAR[target][1].comment(lines)
    yield from total(program, target, documentation, checked)


def _not_run(dialect: Dialect) -> str:
    return f"Measured in Python, where the same program runs; this one in {dialect.name} has not been run."


def _statements(block: Block, printer: Printer, statement: str) -> Iterator[str]:
    for symbol, value in block.statements:
        yield statement.format(*printer.assigned(symbol, value))


def _lost(program: Program, printer: Printer) -> str:
    """Whether an input is nan that the value may forget, in code; "" where it forgets none."""
    return f" {printer.dialect.either} ".join(printer.dialect.lost.format(i.name) for i in forgotten(program))


def _tests(program: Program, printer: Printer) -> Iterator[tuple[str, str]]:
    """(condition in code, what is said where it fails)."""
    for i in program.inputs:
        yield printer.dialect.finite.format(i.name), f"{i.name} must be finite"
        for bound in i.bounds:
            yield printer(bound), f"{i.name} must be {i.phrase}"
    for c in program.constraints:
        yield printer(c), f"{c} must hold"


def _function(program: Program, printer: Printer, layout: Layout, checked: bool, target: str) -> Iterator[str]:
    lines = described(program, checked)
    if target in NOT_RUN:
        lines.append(_not_run(printer.dialect))
    doc = layout.comment(lines)
    head = layout.head(program.name, [i.name for i in program.inputs])
    if target == "math":
        yield head
        yield from (INDENT + line if line else "" for line in doc)
    else:
        yield from doc
        yield head
    if checked:
        for condition, message in _tests(program, printer):
            yield textwrap.indent(layout.refuse.format(condition, message), INDENT)
    if not checked and (lost := _lost(program, printer)):
        yield INDENT + layout.test.format(f"({lost})")
        yield INDENT * 2 + layout.give.format(printer.dialect.nan)
        if layout.end:
            yield INDENT + layout.end
    yield from (INDENT + layout.statement.format(printer(s), printer(v)) for s, v in program.shared)
    for branch in program.branches[:-1]:
        yield INDENT + layout.test.format(printer(branch.condition))
        yield from _branch(branch, printer, layout, 2)
        if layout.end:
            yield INDENT + layout.end
    yield from _branch(program.branches[-1], printer, layout, 1)
    if layout.close:
        yield layout.close


def _branch(branch: Branch, printer: Printer, layout: Layout, depth: int) -> Iterator[str]:
    block, pad = branch.block, INDENT * depth
    if branch.tried is not None and layout.attempt:
        before, after, lost = layout.attempt
        at = [name for name, _ in block.statements].index(branch.tried)
        tried, block = Block(block.statements[:at], sp.S.Zero), Block(block.statements[at:], block.result)
        needed = block.free_symbols & {name for name, _ in tried.statements}
        yield pad + before
        yield from (pad + INDENT + s for s in _statements(tried, printer, layout.statement))
        yield pad + after
        yield from (pad + INDENT + lost.format(printer(name)) for name in sorted(needed, key=str))
    yield from (pad + s for s in _statements(block, printer, layout.statement))
    yield pad + layout.give.format(printer(block.result))


def _scalar_helper(helper: Helper, printer: Printer, layout: Layout, target: str) -> Iterator[str]:
    name = printer.dialect.helper.format(helper.name)
    head = layout.head(name, [a.name for a in helper.arguments])
    head = f"static {head}" if target == "c" else head
    doc = layout.comment([helper.meaning])
    if target == "math":
        yield head
        yield f'{INDENT}"""{helper.meaning}."""'
    else:
        yield from doc
        yield head
    result = helper.block.result
    yield from (INDENT + s for s in _statements(helper.block, printer, layout.statement))
    if isinstance(result, sp.Piecewise):
        for value, condition in result.args[:-1]:
            yield INDENT + layout.test.format(printer(condition))
            yield INDENT * 2 + layout.give.format(printer(value))
            if layout.end:
                yield INDENT + layout.end
        result = result.args[-1][0]
    yield INDENT + layout.give.format(printer(result))
    if layout.close:
        yield layout.close


# --- arrays --------------------------------------------------------------------------------------------------


def _vector_file(programs: list[Program], target: str, checked: bool) -> str:
    printer = Printer(VECTOR[target])
    printer.own = {h.name: h for p in programs for h in p.parts}
    bodies = [
        "\n".join((*_vector_function(p.term or p, printer, target, checked), *_total(p, target, checked)))
        for p in programs
    ]
    helpers = ["\n".join(_vector_helper(h, printer, target)) for h in printer.helpers.values()]
    prelude = PRELUDE[target]
    if target == "jax" and (printer.rules or "masks" in printer.uses):
        prelude = prelude.replace("import jax.numpy", "import jax\nimport jax.numpy") + GAUSS * bool(printer.rules)
    prelude += "".join(text[target] for use, text in USED.items() if use in printer.uses)
    if target == "torch" and "np." in prelude:
        prelude = prelude.replace("\nimport torch\n", "\nimport numpy as np\nimport torch\n")
    text = "\n\n\n".join([prelude.rstrip("\n"), *printer.written_rules(), *helpers, *bodies]) + "\n"
    if target == "torch":
        modules = (f"import {module}\n" for module in ("math", "operator") if re.search(rf"\b{module}\.", text))
        text = text.replace("\nfrom functools", "\n" + "".join(modules) + "from functools", 1)
    return text if "special." in text.replace("torch.special", "") else text.replace(_SPECIAL[target], "")


_SPECIAL = {"numpy": "from scipy import special\n", "jax": "from jax.scipy import special\n", "torch": ""}
_TYPES = {"numpy": ("ArrayLike", "Any"), "torch": ("torch.Tensor", "torch.Tensor"), "jax": ("ArrayLike", "Array")}


def _vector_function(program: Program, printer: Printer, target: str, checked: bool) -> Iterator[str]:
    given, back = _TYPES[target]
    printer.begin()
    names = [i.name for i in program.inputs]
    yield f"def {program.name}({', '.join(f'{n}: {given}' for n in names)}) -> {back}:"
    lines = described(program, checked)
    yield f'{INDENT}"""{lines[0]}'
    yield from (INDENT + line if line else "" for line in lines[1:])
    yield f'{INDENT}"""'
    yield from (INDENT + line for line in _read(names, target))
    if checked:
        for condition, message in _tests(program, printer):
            if target == "jax":
                yield f"{INDENT}{names[0]} = jnp.where({condition}, {names[0]}, jnp.nan)  # {message}"
            else:
                every = "np.all" if target == "numpy" else "torch.all"
                inside = condition[1:-1] if condition[0] == "(" else condition
                yield f"{INDENT}if not {every}({inside}):\n{INDENT * 2}raise ValueError({message!r})"
    listed = ", ".join(names)
    if target != "jax" and names:
        value = f"_in_blocks(_{program.name}, {listed})"
        yield f"{INDENT}return _masked(given, {value})" if target == "numpy" else f"{INDENT}return {value}"
        yield ""
        yield ""
        yield f"def _{program.name}({', '.join(f'{n}: {back}' for n in names)}) -> {back}:"
    lines, value = _value(program, printer)
    yield from (INDENT + line for line in lines)
    lost = _lost(program, printer)
    yield f"{INDENT}return {printer.dialect.choice.format(lost, printer.dialect.nan, value) if lost else value}"


def _value(program: Program, printer: Printer) -> tuple[list[str], str]:
    """Lines and the expression that they lead to."""
    names = [i.name for i in program.inputs]
    arrays = ((s, printer(v), v.is_number) for s, v in program.shared)
    full = printer.dialect.full
    found = [f"{printer(s)} = {full.format(names[0], v) if number else v}" for s, v, number in arrays]
    if sum(not b.block.result.is_infinite for b in program.branches) > 1:
        return [*found, *_by_branches(program, printer, names[0])], "value"
    values = []
    for i, branch in enumerate(program.branches):
        lines, value = _masked(branch.block, printer, f"_{i + 1}" if i else "")
        found += lines
        values.append(value)
    value = values[-1]
    for branch, v in zip(reversed(program.branches[:-1]), reversed(values[:-1]), strict=True):
        value = printer.dialect.choice.format(printer(branch.condition), v, value)
    if names and not any(b.block.result.free_symbols for b in program.branches):
        value = f"{names[0]} * 0 + {value}"
    return found, value


def _by_branches(program: Program, printer: Printer, like: str) -> Iterator[str]:
    """Several branches with values: each where it holds, for it may overflow, and spoil slopes, where another one does."""
    dialect = printer.dialect
    conditions = [printer(b.condition) for b in program.branches[:-1]]
    conditions.append(f"{dialect.no}({f' {dialect.either} '.join(conditions)})")
    yield f"value = {dialect.full.format(like, dialect.infinity)}"
    for i, (branch, condition) in reversed(list(enumerate(zip(program.branches, conditions, strict=True), 1))):
        given = sorted(branch.block.free_symbols - {node}, key=str)
        if not given:
            yield from _statements(branch.block, printer, "{} = {}")
            yield f"value = {dialect.choice.format(condition, printer(branch.block.result), 'value')}"
            continue
        lines, result = _masked(branch.block, printer)
        function, holds = f"branch_{i}", f"holds_{i}"
        yield f"{holds} = {condition}"
        yield _inner(function, map(printer, given), dialect)
        yield from (INDENT + line for line in (*lines, f"return {result}"))
        yield f"value = {printer.where(holds, function, map(printer, given), 'lambda: value')}"


def _inner(function: str, names: Iterable[str], dialect: Dialect) -> str:
    """The head of a function inside of another one."""
    kind = dialect.kind
    return f"def {function}({', '.join(f'{n}: {kind}' for n in names)}) -> {kind}:"


def _masked(block: Block, printer: Printer, mark: str = "") -> tuple[list[str], str]:
    """Lines and the expression that they lead to; a choice that costs time is evaluated where it is taken.

    The mark ends the names of a branch, all of which stand in one function.
    """
    if printer.dialect.masked and (sums := alone(block)):
        return _one_by_one(block, sums, printer, mark)
    parted = halves(block) if printer.dialect.masked else None
    if parted is None:
        return list(_statements(block, printer, "{} = {}")), printer(block.result)
    lines = list(_statements(Block(parted.shared, parted.condition), printer, "{} = {}"))
    condition = printer(parted.condition)
    cheap, dear = parted.sides
    if cheap.plain:  # computed everywhere, and overwritten
        value, like = printer(cheap.block.result), next(printer(v) for _, v in dear.given)
        value = printer.dialect.full.format(like, value) if cheap.block.result.is_number else value
        condition = condition if dear.holds else f"{printer.dialect.no}{condition}"
        inside, function, given = _called(dear, printer, mark)
        return [*lines, *inside], printer.where(condition, function, given, f"lambda: {value}")
    lines.append(f"holds{mark} = {condition}")
    taken, left = (_called(side, printer, mark) for side in sorted(parted.sides, key=lambda side: not side.holds))
    return [*lines, *taken[0], *left[0]], printer.where(f"holds{mark}", *taken[1:], *left[1:])


def _called(half: Half, printer: Printer, mark: str) -> tuple[list[str], str, list[str]]:
    """The lines that define the function of a half, what it is called, and what it is given."""
    inside, value = _masked(half.block, printer)
    names, given = ([printer(v) for v in values] for values in zip(*half.given, strict=True))
    if not inside:
        return [], f"lambda {', '.join(names)}: {value}", given
    function = f"{'taken' if half.holds else 'otherwise'}{mark}"
    body = (INDENT + line for line in (*inside, f"return {value}"))
    return [_inner(function, names, printer.dialect), *body], function, given


def _one_by_one(block: Block, sums: list[Any], printer: Printer, mark: str) -> tuple[list[str], str]:
    """Lines and the expression that they lead to, with each of the sums evaluated where it is not 0."""
    names = {p: sp.Symbol(f"part_{i}{mark}", real=True) for i, p in enumerate(sums, 1)}
    lines: list[str] = []

    def written(e: Any) -> str:
        for p, name in names.items():
            if e.has(p) and not any(line.startswith(f"{name} = ") for line in lines):
                value, condition = p.args[0]
                given = sorted(map(printer, value.free_symbols - {node}))
                function = f"lambda {', '.join(given)}: {printer(value)}"
                zero = f"lambda: {printer.dialect.full.format(given[0], '0.0')}"
                lines.append(f"{name} = {printer.where(printer(condition), function, given, zero)}")
        return printer(e.xreplace(names))

    for symbol, value in block.statements:
        lines.append(f"{printer(symbol)} = {written(value)}")
    return lines, written(block.result)


def _read(names: list[str], target: str) -> Iterator[str]:
    listed = ", ".join(names)
    if not names:
        return
    comma = "," if len(names) == 1 else ""
    if target == "numpy":
        yield f"given = ({listed}{comma})"
        # numbers of Python's take the precision of the others, as in NumPy itself
        kinds = "*(a if type(a) in (int, float) else np.asarray(a).dtype for a in given)"
        yield f"dtype = np.result_type(np.float32, np.result_type({kinds}))"
        yield f"{listed}{comma} = np.broadcast_arrays(*(np.asarray(a, dtype) for a in given))"
    elif target == "torch":
        yield f"given = [a.dtype for a in ({listed}{comma}) if torch.is_tensor(a)]"
        yield "dtype = reduce(torch.promote_types, given, torch.bool if given else torch.float64)"
        yield "dtype = dtype if dtype.is_floating_point else torch.get_default_dtype()"
        yield f"{listed}{comma} = (torch.as_tensor(a, dtype=dtype) for a in ({listed}{comma}))"
        yield f"{listed}{comma} = torch.broadcast_tensors({listed})"
    else:
        yield f"{listed}{comma} = jnp.broadcast_arrays(*(jnp.asarray(a, jnp.result_type(float)) if jnp.ndim(a) == 0 else jnp.asarray(a) for a in ({listed}{comma})))"


def _vector_helper(helper: Helper, printer: Printer, target: str) -> Iterator[str]:
    kind = _TYPES[target][1]
    printer.begin()
    name = printer.dialect.helper.format(helper.name)
    yield f"def {name}({', '.join(f'{a.name}: {kind}' for a in helper.arguments)}) -> {kind}:"
    yield f'{INDENT}"""{helper.meaning}."""'
    if any(a.name == node.name for a in helper.arguments):  # a number among arrays
        yield from (INDENT + s for s in _statements(helper.block, printer, "{} = {}"))
        yield f"{INDENT}return {printer(helper.block.result)}"
        return
    lines, value = _masked(helper.block, printer)
    yield from (INDENT + line for line in lines)
    yield f"{INDENT}return {value}"


__all__ = ["TARGETS", "written"]
