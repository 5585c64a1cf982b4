r"""Products on paper: juxtaposition is a matrix product, ``\odot`` acts entry by entry, a power of a matrix repeats it.

    x^\top y  (row · column: a scalar),   x y^\top  (column · row: a matrix),   A x,   x^\top A,   A B

What two readings are left by the notation is an error that names both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import show_shape
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.labelled import Labelled, product
from symgd.primitives.linalg import inv_record
from symgd.primitives.matrix_functions import matrix_power
from symgd.readers.latex.values import Axis, Kind, Value, apply, as_scalar, entrywise, refuse_identity, running_in

__all__ = [
    "DIVISIONS",
    "JOINING",
    "JOINS",
    "Scaled",
    "divide",
    "dot",
    "elementwise_product",
    "inner_product",
    "kronecker",
    "multiply",
    "power",
    "transpose_of",
]

_SUMMED = 2
"""The label of the axes that a matrix product sums over."""
_Axes = tuple[int, ...]
_PRODUCTS: dict[tuple[Kind, Kind], tuple[_Axes, _Axes, _Axes, Kind]] = {
    ("row", "column"): ((_SUMMED,), (_SUMMED,), (), "scalar"),
    ("column", "row"): ((0,), (1,), (0, 1), "matrix"),
    ("matrix", "column"): ((0, _SUMMED), (_SUMMED,), (0,), "column"),
    ("row", "matrix"): ((_SUMMED,), (_SUMMED, 1), (1,), "row"),
    ("matrix", "matrix"): ((0, _SUMMED), (_SUMMED, 1), (0, 1), "matrix"),
}
"""The axes of both factors, those of the product, and what it is."""


def multiply(left: Value, right: Value) -> Value:
    """Return the product of two factors that stand beside each other."""
    if "identity" in (left.kind, right.kind):
        if not {left.kind, right.kind} <= {"identity", "scalar"}:
            refuse_identity(left, right)
        return replace(multiply(as_scalar(left), as_scalar(right)), kind="identity")
    if left.kind == "scalar" or right.kind == "scalar":
        labels = left.tensor.labels + right.tensor.labels
        return _contracted(left.tensor, right.tensor, labels, right.kind if left.kind == "scalar" else left.kind, (left, right))
    if left.kind == right.kind and left.kind != "matrix":
        raise AmbiguityError(f"a product of two {left.kind}s", r"entry by entry, x \odot y", r"the scalar product, x^\top y")
    if (left.kind, right.kind) not in _PRODUCTS:
        raise ShapeError(
            f"a {left.kind} of shape {show_shape(left.shape)} cannot stand in front of "
            f"a {right.kind} of shape {show_shape(right.shape)}",
            hint="transpose one of them",
        )
    of_left, of_right, labels, kind = _PRODUCTS[left.kind, right.kind]
    if _SUMMED in of_left:
        inner = left.shape[of_left.index(_SUMMED)], right.shape[of_right.index(_SUMMED)]
        if inner[0] != inner[1]:
            raise ShapeError(
                f"cannot multiply {show_shape(left.shape)} and {show_shape(right.shape)}: "
                f"the inner sizes are {inner[0]} and {inner[1]}",
                clash=inner,
                hint="transpose one of them",
            )
    return _contracted(_at(left, of_left), _at(right, of_right), labels, kind, (left, right))


def _at(value: Value, axes: _Axes) -> Labelled[Axis]:
    """Return the tensor of a value with its axes on paper at the places that they have in a product."""
    return value.tensor.renamed(dict(enumerate(axes)))


def _contracted(
    left: Labelled[Axis], right: Labelled[Axis], labels: tuple[Axis, ...], kind: Kind, values: tuple[Value, Value]
) -> Value:
    running = running_in(values)
    if not left.labels or not right.labels:
        return Value(mul.make((left.node, right.node)), kind, running)
    order: tuple[Axis, ...] = (*running, *(label for label in labels if isinstance(label, int)))
    return Value(product([left, right], order).node, kind, running)


def elementwise_product(left: Value, right: Value) -> Value:
    """Return x ⊙ y."""
    return apply("multiply", [left, right])


def elementwise_quotient(left: Value, right: Value) -> Value:
    """Return x ⊘ y."""
    return apply("divide", [left, right], lambda a, b: a / b)


def divide(left: Value, right: Value) -> Value:
    """Return a quotient; the divisor is a scalar."""
    if right.kind != "scalar":
        raise UnsupportedError(f"a division by a {right.kind} has no meaning on paper", hint=r"write an inverse, A^{-1} b")
    return entrywise([left, right], left.kind, lambda a, b: a / b)


def transpose_of(value: Value) -> Value:
    """Return the transpose."""
    if value.kind in ("scalar", "identity"):
        return value
    if value.kind in ("column", "row"):
        return replace(value, kind="row" if value.kind == "column" else "column")
    return replace(value, node=value.tensor.reordered((*value.running, 1, 0)).node)


def dot(left: Value, right: Value) -> Value:
    r"""Return ``x \cdot y``: the scalar product of two vectors, else the ordinary product."""
    if left.kind == right.kind and left.kind in ("column", "row"):
        return multiply(replace(left, kind="row"), replace(right, kind="column"))
    return multiply(left, right)


def inner_product(left: Value, right: Value) -> Value:
    """Return ⟨x, y⟩: of two vectors, or of two matrices of one shape, ΣᵢⱼAᵢⱼBᵢⱼ."""
    if left.kind == right.kind == "matrix":
        entries = elementwise_product(left, right)
        return Value(entries.tensor.reordered(entries.running).node, "scalar", entries.running)
    if {left.kind, right.kind} - {"column", "row", "scalar"}:
        raise ShapeError(f"a scalar product joins a {left.kind} and a {right.kind}")
    return dot(left, right)


def cross(left: Value, right: Value) -> Value:
    """Return x × y of two columns, else the ordinary product."""
    if left.kind == right.kind == "column":
        return Value(FUNCTIONS["cross"](left.node, right.node), "column")
    return multiply(left, right)


def kronecker(left: Value, right: Value) -> Value:
    """Return A ⊗ B of two matrices."""
    if left.kind == right.kind == "matrix" and not left.running and not right.running:
        return Value(FUNCTIONS["kron"](left.node, right.node), "matrix")
    if "scalar" in (left.kind, right.kind) and not {left.kind, right.kind} & {"identity"}:
        return multiply(left, right)
    if left.kind == "matrix" or right.kind == "matrix":
        raise UnsupportedError(r"this \otimes is not known", hint="it joins two matrices in which no index runs")
    raise AmbiguityError(
        r"x \otimes y of vectors", r"the outer product, x y^\top", r"the Kronecker product, \operatorname{vec}(y x^\top)"
    )


def power(base: Value, exponent: Value) -> Value:
    """Return a power: of a scalar, or a whole power of a matrix."""
    if exponent.kind != "scalar":
        raise UnsupportedError(f"an exponent is a scalar, not a {exponent.kind}")
    if base.kind == "identity":
        return replace(power(as_scalar(base), exponent), kind="identity")
    if base.kind == "matrix":
        if base.running:
            raise UnsupportedError("a power of a matrix in which an index runs is not known")
        if exponent.node.equals_number(-1):
            return Value(inv_record.make((base.node,)), "matrix")
        return Value(matrix_power(base.node, exponent.node), "matrix")
    if base.kind != "scalar":
        raise AmbiguityError("a power of a vector", r"entry by entry, x^{\odot 2}", r"a power of its norm, \|x\|^2")
    return entrywise([base, exponent], "scalar", lambda x, n: pow.make((x, n)))


class Scaled(NamedTuple):
    """A product in which numbers stand in front of vectors and matrices: y_i x_i^⊤ w is y_i·(x_i^⊤ w)."""

    front: Value | None
    body: Value

    def times(self, right: Value, join: Callable[[Value, Value], Value]) -> Scaled:
        """Return the product with one more factor behind it."""
        front, body = self
        if join not in (multiply, dot, cross) or "identity" in (body.kind, right.kind):
            return Scaled(None, join(self.product(), right))
        if body.kind == "scalar" and right.kind != "scalar":
            return Scaled(body if front is None else multiply(front, body), right)
        if body.kind != "scalar" and right.kind == "scalar":
            return Scaled(right if front is None else multiply(front, right), body)
        return Scaled(front, join(body, right))

    def divided(self, divisor: Value) -> Scaled:
        """Return the product divided by a scalar."""
        if self.front is None:
            return Scaled(None, divide(self.body, divisor))
        return Scaled(divide(self.front, divisor), self.body)

    def product(self) -> Value:
        """Return what the factors make together."""
        return self.body if self.front is None else multiply(self.front, self.body)


JOINS: dict[str, Callable[[Value, Value], Value]] = {
    r"\cdot": dot,
    r"\times": cross,
    "*": multiply,
    r"\odot": elementwise_product,
    r"\circ": elementwise_product,
    r"\oslash": elementwise_quotient,
    r"\otimes": kronecker,
}
"""The signs of multiplication, with what they mean."""
DIVISIONS = ("/", r"\div")
JOINING = {*JOINS, *DIVISIONS}
