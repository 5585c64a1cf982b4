"""What the functions of one square matrix share: the check of its shape, the sign of its eigenvalues, and labels of axes."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import ShapeError
from symgd.graph.assumptions import Sign
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape
from symgd.graph.text_printer import Printer, Written

__all__ = ["GILES", "layout_call", "lead_labels", "sign_of_definite", "square"]

GILES = "Giles, Collected matrix derivative results, 2008"


def square(name: str, shapes: Sequence[Shape]) -> Shape:
    """Return the shape of a square matrix; refuse anything else."""
    shape = shapes[0]
    if len(shape) != 2 or shape[0] != shape[1]:
        clash = (shape[0], shape[1]) if len(shape) == 2 else None
        raise ShapeError(f"{name} takes a square matrix, not {show_shape(shape)}", clash=clash)
    return shape


def sign_of_definite(matrix: Node) -> Sign:
    """Return the signs of the eigenvalues of a matrix, and of their product, from what is declared of it."""
    if not matrix.is_symbol or not matrix.facts.is_positive_semidefinite:
        return Sign.ANY
    return Sign.POSITIVE if matrix.facts.is_positive_definite else Sign.NONNEGATIVE


def lead_labels(t: Node, node: Node) -> list[str]:
    """Return labels for the leading axes that an adjoint carries beyond those of its node."""
    return [f"b{axis}" for axis in range(t.rank - node.rank)]


def layout_call(node: Node, printer: Printer) -> Written:
    """Write a node as a call of its primitive's name."""
    return printer.call(node.primitive.name, [printer.written[arg].text for arg in node.args])
