"""The first lines of a compiled function: they read arrays and sizes, and check that shapes fit.

A wrong shape would otherwise broadcast to a wrong result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symgd.codegen.printer import CodePrinter
from symgd.codegen.signature import Signature, sizes_of
from symgd.errors import UnsupportedError
from symgd.graph.node import Node
from symgd.graph.shape import Dim, Shape, Size, size_names
from symgd.graph.traversal import symbols_of, toposort

__all__ = ["opening_lines"]


def opening_lines(signature: Signature, printer: CodePrinter, formulas: Sequence[Node]) -> list[str]:
    """Return the lines that stand before the computation of some formulas.

    Parameters
    ----------
    signature : Signature
    printer : CodePrinter
        That has written the formulas, and recorded what they use.
    formulas : sequence of Node
    """
    backend = printer.backend
    read = _read(signature, formulas)
    names = [signature.identifiers[node] for node in read]
    unused = [name for name in signature.names if name not in names]
    lines = backend.argument_lines(names, [not node.shape for node in read], signature.has_batch, unused)
    if not signature.has_batch:
        lines += _shape_lines(read, signature, printer)
        lines += _length_lines(formulas, printer)
    return lines + backend.common_lines(names)


def _read(signature: Signature, formulas: Sequence[Node]) -> list[Node]:
    """Return the arguments that the code reads: those in the formulas, and those that sizes are read off."""
    used = set(symbols_of(*formulas))
    available = {size_name for node in used for size_name in size_names(node.shape)}
    needed = {size_name for node in toposort(formulas) for size_name in sizes_of(node)} - available
    return [node for node in signature.known if signature.has_batch or node in used or set(size_names(node.shape)) & needed]


@dataclass
class _Sizes:
    """What reading sizes off shapes leaves."""

    lines: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)
    checks: list[tuple[str, Shape]] = field(default_factory=list)

    def read(self, name: str, shape: Shape, sizes: dict[str, str]) -> None:
        """Read the sizes that an argument is the first to have."""
        simple = [size.name for size in shape if isinstance(size, Dim) and size.name is not None]
        if len(simple) == len(shape) == len(set(simple)) and not set(simple) & self.known:
            self.lines.append(
                f"{', '.join(sizes[size_name] for size_name in simple)}{',' if len(simple) == 1 else ''} = {name}.shape"
            )
            self.ranks[name] = len(simple)
            self.known.update(simple)
            return
        for axis, size in enumerate(shape):
            size_name = size.name if isinstance(size, Dim) else None
            if size_name is not None and size_name not in self.known:
                self.lines.append(f"{sizes[size_name]} = {name}.shape[{axis}]")
                self.ranks[name] = len(shape)
                self.known.add(size_name)
        self.checks.append((name, shape))

    def solve(self, name: str, shape: Shape, sizes: Mapping[str, str]) -> None:
        """Read n off an axis of size a·n + b, where nothing else has it; what does not divide fails the check of shapes."""
        for axis, size in enumerate(shape):
            terms = dict(size.terms) if isinstance(size, Dim) else {}
            shift = terms.pop((), 0)
            (monomial, factor), *others = terms.items() or [((), 0)]
            if others or len(monomial) != 1 or monomial[0] in self.known or factor < 0:
                continue
            length = f"{name}.shape[{axis}]"
            if shift:
                length = f"({length} {'-' if shift > 0 else '+'} {abs(shift)})"
            self.lines.append(f"{sizes[monomial[0]]} = {length}{f' // {factor}' if factor != 1 else ''}")
            self.ranks[name] = len(shape)
            self.known.add(monomial[0])


def _shape_lines(arguments: Sequence[Node], signature: Signature, printer: CodePrinter) -> list[str]:
    """Return the lines that read sizes, and refuse shapes that do not fit."""
    identifiers = signature.identifiers
    tensors = [node for node in arguments if node.shape]
    got = ", ".join(f"{identifiers[node]} {{{printer.backend.shown_shape(identifiers[node])}}}" for node in tensors)
    wanted = ", ".join(f"{identifiers[node]} {printer.shape_text(node.shape)}" for node in tensors)
    refusal = f'    raise ValueError(f"shapes do not fit: expected {wanted}; got {got}")'
    sizes = _Sizes()
    for node in sorted(tensors, key=lambda node: -len(node.shape)):
        sizes.read(identifiers[node], node.shape, signature.sizes)
    for node in tensors:
        sizes.solve(identifiers[node], node.shape, signature.sizes)
    compound = {size_name for node in arguments for size_name in size_names(node.shape)} - sizes.known
    if compound:
        raise UnsupportedError(f"the size {min(compound)} cannot be read off the arguments")
    lines = sizes.lines
    if sizes.checks:
        condition = " or ".join(f"{name}.shape != {printer.shape_text(shape)}" for name, shape in sizes.checks)
        lines += [f"if {condition}:", refusal]
    if sizes.known:
        lines.append(f"if not {' * '.join(signature.sizes[size_name] for size_name in sorted(sizes.known))}:")
        lines.append(f'    raise ValueError(f"an axis of size 0 holds nothing: got {got}")')
    if sizes.ranks:
        ranks = " or ".join(f"{name}.ndim != {rank}" for name, rank in sizes.ranks.items())
        lines = [f"if {ranks}:", refusal, *lines]
    return lines


def _length_lines(formulas: Sequence[Node], printer: CodePrinter) -> list[str]:
    """Check that axes of symbolic size are long enough for the indices taken of them."""
    needed: dict[Size, int] = {}
    for node in toposort(formulas):
        if node.primitive.least_sizes is not None:
            for size, least in node.primitive.least_sizes(node):
                needed[size] = max(needed.get(size, least), least)
    lines = []
    for size, least in needed.items():
        text = printer.size(size).text
        lines.append(f"if {text} < {least}:")
        lines.append(f'    raise ValueError(f"an axis is too short: {text} is at least {least}, and is {{{text}}}")')
    return lines
