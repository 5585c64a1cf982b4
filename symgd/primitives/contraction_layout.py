"""How contractions are written: products of matrices by ``@``, sums, traces and transposes by name, the rest by indices."""

from __future__ import annotations

import string
from collections.abc import Sequence

from symgd.graph.node import Node
from symgd.graph.text_printer import ATOM, POWER, Printer, Written

__all__ = ["LETTERS", "Labels", "is_transpose", "layout", "matmul_form", "summed_axes"]

Labels = tuple[int, ...]

LETTERS = "ijklmnopqrstuvwxyzabcdefgh" + string.ascii_uppercase


def summed_axes(node: Node) -> tuple[int, ...] | None:
    """Return the axes summed, where the contraction is a plain sum of one argument."""
    inputs, output = node.params
    if len(inputs) != 1 or len(set(inputs[0])) != len(inputs[0]):
        return None
    kept = tuple(label for label in inputs[0] if label in output)
    if kept != output:
        return None
    return tuple(axis for axis, label in enumerate(inputs[0]) if label not in output)


def _sum_of_squares(arg: Node, printer: Printer) -> Written | None:
    if arg in printer.names or arg.primitive.name != "pow" or not arg.args[1].equals_number(2):
        return None
    return printer.squared_norm(printer.written[arg.args[0]], arg.rank)


def layout(node: Node, printer: Printer) -> Written:
    """Write a contraction in the notation of a printer."""
    return _write(node, printer, [printer.written[arg] for arg in node.args])


def _write(node: Node, printer: Printer, pieces: Sequence[Written]) -> Written:
    """Name a contraction of one or two arguments; anything else is written with its indices."""
    inputs, output = node.params
    if len(inputs) == 1:
        labels, piece, rank = inputs[0], pieces[0], len(inputs[0])
        axes = summed_axes(node)
        if axes and len(axes) == rank:
            return _sum_of_squares(node.args[0], printer) or printer.reduce("sum", piece, None)
        if axes:
            return printer.reduce("sum", piece, axes)
        if len(set(labels)) == rank == len(output):
            if output == labels[::-1] and rank == 2:
                return printer.transpose(piece)
            order = ", ".join(str(labels.index(label)) for label in output)
            return printer.call("transpose", [piece.text, f"({order})"])
        if labels == (0, 0):
            return printer.call("trace" if output == () else "diag", [piece.text])
    if len(inputs) == 2:
        form = matmul_form(inputs, output)
        if form is not None:
            first, second = form
            left, right = pieces[first], pieces[second]
            chain = _is_matmul(node.args[first]) and node.args[first] not in printer.names and left.binds != 40
            is_row = chain and _begins_with_vector(node.args[first])
            if node.args[first].rank == 2 and _is_chain_of_matrices(node.args[second], printer):
                right = right._replace(binds=POWER)  # A(BC) is ABC
            if right.binds != ATOM and node.args[second] not in printer.names and _is_row(node.args[second]):
                right = printer.column(right)
            return printer.matmul(left, right, chain, node.args[first].rank == 1 and not is_row)
        if output == (0, 1) and inputs == ((0,), (1,)):
            return printer.call("outer", [piece.text for piece in pieces])
    met = [*output, *(label for labels in inputs for label in labels)] if len(output) > 2 else range(len(LETTERS))
    letters = dict(zip(dict.fromkeys(met), LETTERS, strict=False))
    spec = ",".join("".join(letters[label] for label in labels) for labels in inputs)
    are_deltas = (arg.primitive.name == "eye" and arg not in printer.names for arg in node.args)
    factors = [printer.delta(piece) if is_delta else piece for piece, is_delta in zip(pieces, are_deltas, strict=True)]
    return printer.contraction(f"{spec}->{''.join(letters[label] for label in output)}", factors)


def matmul_form(inputs: Sequence[Labels], output: Labels) -> tuple[int, int] | None:
    """Return (left, right) where the two arguments, as they stand, are multiplied by ``@``."""
    for left, right in ((0, 1), (1, 0)):
        a, b = inputs[left], inputs[right]
        if not a or not b or len(a) > 2 or len(b) > 2 or len(set(a)) != len(a) or len(set(b)) != len(b):
            continue
        if a[-1] == b[0] and a[-1] not in output and a[:-1] + b[1:] == output and not set(a[:-1]) & set(b[1:]):
            return left, right
    return None


def _begins_with_vector(node: Node) -> bool:
    """Whether a product is a row already: x @ A, a vector on the left of a matrix."""
    while _is_matmul(node):
        node = node.args[(matmul_form(*node.params) or (0,))[0]]
    return node.rank == 1


def _is_row(node: Node) -> bool:
    """Whether a vector is written as a row, which begins with a vector: x @ A."""
    return node.rank == 1 and _is_matmul(node) and _begins_with_vector(node)


def _is_chain_of_matrices(node: Node, printer: Printer) -> bool:
    """Whether a product of matrices is written as one, and not by a name."""
    return _is_matmul(node) and node not in printer.names and node.args[0].rank == node.args[1].rank == 2


def is_transpose(node: Node) -> bool:
    """Whether a node is the transpose of a matrix."""
    return node.primitive.name == "einsum" and node.params == (((0, 1),), (1, 0))


def _is_matmul(node: Node) -> bool:
    return node.primitive.name == "einsum" and len(node.args) == 2 and matmul_form(*node.params) is not None
