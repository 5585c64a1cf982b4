"""The order of the work: which values get a name, and when they are computed.

A value that is used more than once is computed once and named; what is used once is written in place while the line
stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from symgd.codegen.pieces import Transposed
from symgd.codegen.printer import CodePrinter
from symgd.graph.node import CONSTANT, SIZE, SYMBOL, Node
from symgd.graph.text_printer import Written
from symgd.graph.traversal import count_uses, fold, rebuild, toposort
from symgd.primitives.arithmetic import pow
from symgd.primitives.contraction import expand
from symgd.primitives.trigonometric import e, pi

__all__ = ["Schedule", "schedule"]

_LINE = 90
_WIDE = 32
_CHEAP = {SYMBOL, CONSTANT, SIZE, expand, pi.primitive, e.primitive}


@dataclass(frozen=True)
class Schedule:
    """Assignments in order, and each output as it is written in their terms."""

    assignments: list[tuple[str, str]]
    outputs: list[Written]


def _is_reciprocal(node: Node) -> bool:
    return node.primitive is pow and node.args[1].equals_number(-1)


def narrowed(outputs: Iterable[Node]) -> list[Node]:
    """Break sums and products of very many parts into pieces, which Python's compiler would otherwise nest too deep."""
    outputs = list(outputs)
    values = fold(outputs, lambda node, args: _in_pieces(rebuild(node, tuple(args))))
    return [values[output] for output in outputs]


def _in_pieces(node: Node) -> Node:
    if node.primitive.arity is not None or not node.primitive.is_elementwise:
        return node
    parts = node.args
    while len(parts) > _WIDE:
        parts = tuple(_join(node, parts[k : k + _WIDE]) for k in range(0, len(parts), _WIDE))
    return node if parts is node.args else _join(node, parts)


def _join(node: Node, parts: tuple[Node, ...]) -> Node:
    return parts[0] if len(parts) == 1 else node.primitive.make(parts)


def schedule(
    outputs: Sequence[Node], printer: CodePrinter, taken: Iterable[str], named: Mapping[str, Node] | None = None
) -> Schedule:
    """Write the computation of `outputs` as assignments.

    Parameters
    ----------
    outputs : iterable of Node
        With contractions of at most two factors.
    printer : CodePrinter
    taken : iterable of str
        Identifiers that are in use.
    named : mapping of str to Node, optional
        Values that are to have a name of their own, where they are computed.
    """
    count = len(outputs)
    outputs, parts = (both := narrowed([*outputs, *(named or {}).values()]))[:count], both[count:]
    uses = count_uses(outputs)
    divisors = {node for node in uses if printer.has_batch and _is_reciprocal(node)}
    for node in divisors:  # what is divided by has the name, not its reciprocal
        uses[node.args[0]] += uses[node] - 1
    reserved = set(taken)
    wanted = {part: name for name, part in zip(named or {}, parts, strict=True) if name not in reserved and part.args}
    reserved.update(wanted.values())
    assignments: list[tuple[str, str]] = []
    fresh = 0
    for node in toposort(outputs):
        if node in printer.written:
            continue
        written = printer.write(node)
        is_share = bool(node.args) and all(arg.primitive in (SIZE, CONSTANT) for arg in node.args)
        is_cheap = node.primitive in _CHEAP or isinstance(written, Transposed) or is_share or node in divisors
        repeated = uses[node] > 1 and not is_cheap
        if node in wanted or repeated or len(written.text) > _LINE:
            while f"t{fresh}" in reserved:
                fresh += 1
            name = wanted.get(node, f"t{fresh}")
            fresh += node not in wanted
            assignments.append((name, written.text))
            written = printer.named(name, written)
            printer.names[node] = name
        printer.written[node] = written
    return Schedule(assignments, [printer.written[node] for node in outputs])
