"""The lengths of axes as a caller writes them, numbers, names or nodes, as sizes and shapes."""

from __future__ import annotations

from symgd.errors import ShapeError
from symgd.graph.node import SIZE, Node
from symgd.graph.shape import Shape, Size, parse_shape, size_product
from symgd.graph.traversal import toposort

__all__ = ["as_size", "read_shape"]


def as_size(n: object) -> Size:
    """Return an integer, or the size a node stands for."""
    if not isinstance(n, Node):
        return parse_shape((n,))[0]
    if n.is_exact:
        return parse_shape((n.value,))[0]
    values: dict[Node, Size] = {}
    for node in toposort((n,)):
        if node.primitive is SIZE:
            values[node] = node.params[0]
        elif node.is_exact and isinstance(node.value, int):
            values[node] = node.value
        elif node.primitive.name in ("add", "mul"):
            parts = [values[arg] for arg in node.args]
            total = parts[0]
            for part in parts[1:]:
                total = part + total if node.primitive.name == "add" else part * total
            values[node] = total
        elif node.primitive.name == "pow" and node.args[1].is_exact and node.args[1].value in (2, 3):
            values[node] = size_product((values[node.args[0]],) * int(node.args[1].value))
        else:
            raise ShapeError(f"{n} is not a size", hint="a size is an integer, the name of an axis, or a polynomial of them")
    return values[n]


def read_shape(shape: object) -> Shape:
    """Return lengths of axes as a shape."""
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    return tuple(as_size(part) for part in parts)
