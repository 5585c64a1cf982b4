"""Compile formulas to array code through ``sympy.lambdify``.

SymPy's ``cse`` hook takes our assignments as they are (each shared value once, in our order), its ``printer`` hook
our spelling. What
runs is the text that :attr:`Compiled.source` shows: self-contained, with the checks a call needs and nothing else.
"""

from __future__ import annotations

import importlib.util
import keyword
import linecache
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from symgd.arguments import read_choice
from symgd.codegen.backends import BACKENDS, HELPERS, Backend, CodePrinter
from symgd.codegen.pickling import executed, with_home
from symgd.codegen.schedule import Schedule, schedule
from symgd.codegen.stages.constants import with_float_constants
from symgd.codegen.stages.guards import with_guarded_branches
from symgd.codegen.stages.scalars import within_range
from symgd.errors import SymgdError, UnsupportedError
from symgd.evaluation.evaluator import entries_of
from symgd.evaluation.subgradients import with_slopes_of_norms
from symgd.graph.node import SIZE, Node
from symgd.graph.shape import Dim, Shape, Size, size_names
from symgd.graph.traversal import symbols_of, toposort
from symgd.primitives.indexing import stack
from symgd.primitives.pairwise import pairwise

__all__ = ["Compiled", "compile_formulas"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_RESERVED = {"np", "cp", "special", "scipy_linalg", "dtype", "shape", "float", "len", "enumerate", "slice", "ValueError", "f"}


class Compiled(Protocol):
    """A compiled formula: a plain function of the values of its arguments, with these attributes.

    Pickle writes its source, see :mod:`symgd.codegen.pickling`.

    Attributes
    ----------
    source : str
        The Python code that runs.
    arguments : tuple of Node
    backend : str
    """

    source: str
    arguments: tuple[Node, ...]
    backend: str

    def __call__(self, *values: Any) -> Any:
        """Return the value(s) of the formula(s)."""


class _Code(sp.Atom):  # type: ignore[misc]
    """A piece of code that SymPy passes through to the printer."""

    __slots__ = ("text",)

    def __new__(cls, text: str) -> _Code:
        piece = super().__new__(cls)
        piece.text = text
        return piece  # type: ignore[no-any-return]

    def _hashable_content(self) -> tuple[str]:
        return (self.text,)


class _CodePassThrough(PythonCodePrinter):  # type: ignore[misc]
    """Prints what is spelled already."""

    def _print__Code(self, piece: _Code) -> str:
        return str(piece.text)


def compile_formulas(
    arguments: Sequence[Node],
    outputs: Sequence[Node],
    backend: str = "numpy",
    *,
    as_list: bool = True,
    name: str = "f",
    unread: Collection[Node] = (),
    may_alias: bool = False,
    slopes_of_norms: bool = False,
    named: Mapping[str, Node] | None = None,
) -> Compiled:
    """Compile `outputs` as a function of `arguments`.

    Parameters
    ----------
    arguments : sequence of Node
        Symbols, in the order of the call.
    outputs : sequence of Node
    backend : {"numpy", "cupy"}
    as_list : bool
        Whether the function returns a list (else the only output).
    name : str
        Name of the function in the source.
    unread : collection of Node
        Arguments no formula speaks of and whose shape nobody knows: whatever is given for them is not looked at, unless there
        is no other argument.
    slopes_of_norms : bool
        Whether a vector divided by its norm is 0 where both are.
    may_alias : bool
        Whether an output may share memory with an argument or another output, because nobody writes into it.
    named : mapping of str to Node, optional
        Parts of the formulas, by the names that the code is to give them.

    Raises
    ------
    SymgdError
        For an unknown backend, or an input of the formulas that is not among the arguments.
    """
    library = BACKENDS[read_choice(backend, BACKENDS, "backend")]
    missing = [node.name for node in symbols_of(*outputs) if node not in arguments]
    if missing:
        raise SymgdError(f"the formula also needs {', '.join(missing)}", hint="add it to the arguments")
    if len({node.name for node in arguments}) != len(arguments):
        raise SymgdError("two arguments have one name")
    known = [node for node in arguments if node not in unread] or list(arguments)
    has_batch = bool(known) and all(not node.shape for node in known)
    wanted = [] if named is None or has_batch else list(named.values())
    prepared = _written_out(outputs) if has_batch else [*outputs, *wanted]
    prepared = within_range(prepared)
    if slopes_of_norms:
        prepared = with_slopes_of_norms(prepared)
    prepared = pairwise(with_float_constants(with_guarded_branches(prepared)))
    formulas, parts = prepared[: len(outputs)], prepared[len(outputs) :]
    identifiers, sizes = _identifiers(arguments)
    for node in toposort(formulas):
        unknown = [n for n in _sizes_of(node) if n not in sizes]
        if unknown:
            raise SymgdError(
                f"the size {unknown[0]} cannot be read off the arguments",
                hint="add an argument that has this axis, as a Node (formula.symbols)",
            )
    printer = CodePrinter(library, dict(identifiers), sizes, has_batch)
    work = schedule(formulas, printer, {*identifiers.values(), *sizes.values()}, dict(zip(named or {}, parts, strict=False)))
    texts = _finished(outputs, formulas, work, printer, known, may_alias)
    body = _through_lambdify([identifiers[node] for node in arguments], work, texts, as_list)
    source = _source(library, name, arguments, known, identifiers, sizes, printer, body, has_batch, formulas)
    compiled: Compiled = with_home(_run(source, name, library), source, arguments, backend)
    return compiled


def _written_out(outputs: Sequence[Node]) -> list[Node]:
    """Write formulas of scalars out entry by entry, so that each scalar may be an array."""
    if all(not node.shape for node in toposort(outputs)):
        return list(outputs)
    entries, _ = entries_of(outputs)
    return [
        array[()] if not node.shape else stack(list(array.ravel()), node.shape)
        for node, array in zip(outputs, entries, strict=True)
    ]


def _identifiers(arguments: Sequence[Node]) -> tuple[dict[Node, str], dict[str, str]]:
    """Choose an identifier for every argument and size: the user's name where it is one, a generated one otherwise."""
    taken = {*_RESERVED, *HELPERS}
    found: dict[Node, str] = {}
    for k, node in enumerate(arguments):
        found[node] = _identifier(node.name, f"x{k}", taken)
    sizes: dict[str, str] = {}
    for node in arguments:
        for one in size_names(node.shape):
            if one not in sizes:
                sizes[one] = _identifier(one, f"size{len(sizes)}", taken)
    return found, sizes


def _identifier(name: str, fallback: str, taken: set[str]) -> str:
    usable = _IDENTIFIER.match(name) and not keyword.iskeyword(name) and not re.fullmatch(r"t\d+", name) and "__" not in name
    choice = name if usable else fallback
    while choice in taken:
        choice += "_"
    taken.add(choice)
    return choice


def _finished(
    outputs: Sequence[Node],
    formulas: Sequence[Node],
    work: Schedule,
    printer: CodePrinter,
    arguments: Sequence[Node],
    may_alias: bool,
) -> list[str]:
    """Stretch outputs that do not depend on all inputs to the common shape, and copy what would alias an input."""
    texts: list[str] = []
    for node, formula, text in zip(outputs, formulas, work.outputs, strict=True):
        inputs = symbols_of(formula)
        if printer.has_batch and not node.shape and set(inputs) != set(arguments):
            kind = "bool" if formula.is_boolean else "dtype"
            printer.used.update(("shape", kind))
            texts.append(f"_full({text}, shape, {kind})")
        elif not printer.has_batch and not node.shape and not inputs:
            printer.used.add("dtype")
            texts.append(f"dtype.type({text})")
        elif node.shape and not may_alias and ((formula.primitive.is_view and len(formula.args) < 2) or text in texts):
            texts.append(f"{text}.copy()" if text.replace("_", "a").isalnum() else f"({text}).copy()")
        else:
            texts.append(text)
    return texts


def _through_lambdify(arguments: list[str], work: Schedule, outputs: list[str], as_list: bool) -> str:
    """Let ``sympy.lambdify`` write the function; return the lines of its body."""
    pieces = [_Code(text) for text in outputs]
    shared = [(_Code(name), _Code(text)) for name, text in work.assignments]
    function = sp.lambdify(
        [sp.Symbol(name) for name in arguments],
        pieces if as_list else pieces[0],
        modules=[{}],
        printer=_CodePassThrough,
        cse=lambda expressions: (shared, expressions),
    )
    filename = function.__code__.co_filename
    lines = list(linecache.cache[filename][2])  # type: ignore[misc]
    start = next(k for k, line in enumerate(lines) if line.startswith("def "))
    return "".join(lines[start + 1 :]).rstrip() + "\n"


def _source(
    library: Backend,
    name: str,
    arguments: Sequence[Node],
    known: Sequence[Node],
    identifiers: dict[Node, str],
    sizes: dict[str, str],
    printer: CodePrinter,
    body: str,
    has_batch: bool,
    formulas: Sequence[Node],
) -> str:
    """Put imports, helpers, checks and body together."""
    names = [identifiers[node] for node in arguments]
    opening = _prologue(library, known, identifiers, sizes, printer, has_batch, formulas)
    needed = _needed_helpers(opening + body)
    helpers = "\n\n".join(HELPERS[helper].format(np=library.alias) for helper in needed)
    everything = helpers + opening + body
    imports = [text for prefix, text in library.imports.items() if re.search(rf"(?<!\w){prefix}\.", everything)]
    if "np.broadcast_shapes" in everything and library.alias != "np":
        imports.append("import numpy as np")
    shapes = "; ".join(f"{node.name}: {' '.join(map(str, node.shape))}".rstrip(": ") for node in arguments)
    head = "\n".join(sorted(imports, key=lambda line: not line.startswith("import")))
    quoted = shapes.encode("ascii", "backslashreplace").decode().replace("\\", "\\\\").replace('"""', "")
    parts = [head, helpers.rstrip("\n")] if helpers else [head]
    definition = f'def {name}({", ".join(names)}):\n    """Arguments: {quoted}."""\n{opening}{body}'
    return "\n\n\n".join([part for part in parts if part] + [definition]).lstrip("\n")


def _needed_helpers(text: str) -> list[str]:
    """Return the helpers that code calls, and those that they call."""
    found: set[str] = set()
    waiting = [text]
    while waiting:
        part = waiting.pop()
        fresh = {helper for helper in HELPERS if re.search(rf"(?<!\w){helper}\(", part)} - found
        found |= fresh
        waiting += [HELPERS[helper].split("\n", 1)[1] for helper in fresh]
    return [helper for helper in HELPERS if helper in found]


def _prologue(
    library: Backend,
    arguments: Sequence[Node],
    identifiers: dict[Node, str],
    sizes: dict[str, str],
    printer: CodePrinter,
    has_batch: bool,
    formulas: Sequence[Node],
) -> str:
    """Read arrays and sizes and check that shapes fit: a wrong shape would otherwise broadcast to a wrong result."""
    lines: list[str] = []
    used = set(symbols_of(*formulas))
    held = {one for node in used for one in size_names(node.shape)}
    needed = {one for node in toposort(formulas) for one in _sizes_of(node)} - held
    read = [node for node in arguments if has_batch or node in used or set(size_names(node.shape)) & needed]
    names = [identifiers[node] for node in read]
    if has_batch:
        lines += [f'{name} = _real({name}, "{name}")' for name in names]
        if "shape" in printer.used:
            lines.append(f"shape = np.broadcast_shapes({', '.join(f'{name}.shape' for name in names)})")
    else:
        for node, name in zip(read, names, strict=True):
            lines.append(f'{name} = {"_real" if node.shape else "_scalar"}({name}, "{name}")')
        lines += _shape_lines(read, identifiers, sizes, printer)
        lines += _length_lines(formulas, printer)
    if "dtype" in printer.used:
        lines.append(
            f"dtype = {library.alias}.result_type({', '.join(names)})" if names else f"dtype = {library.alias}.dtype(float)"
        )
    return "".join(f"    {line}\n" for line in lines)


def _sizes_of(node: Node) -> list[str]:
    """Return the names of sizes that computing a node mentions."""
    return size_names(tuple(node.params)) if node.primitive is SIZE else size_names(node.shape)


def _shape_lines(
    arguments: Sequence[Node], identifiers: dict[Node, str], sizes: dict[str, str], printer: CodePrinter
) -> list[str]:
    known: set[str] = set()
    lines: list[str] = []
    checks: list[tuple[str, Shape]] = []
    ranks: dict[str, int] = {}
    got = ", ".join(f"{identifiers[node]} {{{identifiers[node]}.shape}}" for node in arguments if node.shape)
    wanted = ", ".join(f"{identifiers[node]} {printer.shape_text(node.shape)}" for node in arguments if node.shape)
    refusal = f'    raise ValueError(f"shapes do not fit: expected {wanted}; got {got}")'
    for node in sorted(arguments, key=lambda node: -len(node.shape)):
        name = identifiers[node]
        names = [size.name for size in node.shape if isinstance(size, Dim)]
        simple = [one for one in names if one is not None]
        if node.shape and len(simple) == len(node.shape) == len(set(simple)) and not set(simple) & known:
            lines.append(f"{', '.join(sizes[one] for one in simple)}{',' if len(simple) == 1 else ''} = {name}.shape")
            ranks[name] = len(simple)
            known.update(simple)
        elif node.shape:
            for axis, size in enumerate(node.shape):
                one = size.name if isinstance(size, Dim) else None
                if one is not None and one not in known:
                    lines.append(f"{sizes[one]} = {name}.shape[{axis}]")
                    ranks[name] = len(node.shape)
                    known.add(one)
            checks.append((name, node.shape))
    compound = {one for node in arguments for one in size_names(node.shape)} - known
    if compound:
        raise UnsupportedError(f"the size {min(compound)} cannot be read off the arguments")
    if checks:
        condition = " or ".join(f"{name}.shape != {printer.shape_text(shape)}" for name, shape in checks)
        lines += [f"if {condition}:", refusal]
    if known:
        lines.append(f"if not {' * '.join(sizes[one] for one in sorted(known))}:")
        lines.append(f'    raise ValueError(f"an axis of size 0 holds nothing: got {got}")')
    if ranks:
        lines = [f"if {' or '.join(f'{name}.ndim != {rank}' for name, rank in ranks.items())}:", refusal, *lines]
    return lines


def _length_lines(formulas: Sequence[Node], printer: CodePrinter) -> list[str]:
    """Check that axes of symbolic size are long enough for the indices taken of them."""
    needed: dict[Size, int] = {}
    for node in toposort(formulas):
        if node.primitive.least_sizes is not None:
            for size, least in node.primitive.least_sizes(node):
                needed[size] = max(needed.get(size, 1), least)
    lines = []
    for size, least in needed.items():
        text = printer.size(size).text
        lines.append(f"if {text} < {least}:")
        lines.append(f'    raise ValueError(f"an axis is too short: {text} is at least {least}, and is {{{text}}}")')
    return lines


def _run(source: str, name: str, library: Backend) -> Callable[..., Any]:
    """Execute the source and return its function; every identifier in it was chosen or checked here."""
    if library.module != "numpy" and importlib.util.find_spec(library.module) is None:

        def missing(*values: Any) -> Any:
            raise UnsupportedError(f"{library.name} is not installed", hint=f"pip install symgd[{library.name}]")

        return missing
    return executed(source, name)
