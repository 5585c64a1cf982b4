"""The values of a formula in LaTeX: scalars, columns, rows and matrices, in which indices may still run.

On paper a vector is a column and xᵀ a row. A value is a labelled tensor: running indices are letters and stand in front, and
the axes that a value has on paper are numbered 0 and 1 behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import Shape
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.labelled import Labelled, aligned

__all__ = [
    "RANK",
    "Axis",
    "Kind",
    "Value",
    "acts_entry_by_entry",
    "apply",
    "as_scalar",
    "entrywise",
    "entrywise_power",
    "of_node",
    "refuse_identity",
    "running_in",
    "same_kind",
    "scalar_value",
]

Kind = Literal["scalar", "column", "row", "matrix", "identity"]
"""An identity is a multiple of the identity matrix whose size is not known yet: its node is the scalar in front."""
Axis = str | int
"""The label of an axis: a running index, or the number of an axis on paper."""
RANK: dict[Kind, int] = {"scalar": 0, "column": 1, "row": 1, "matrix": 2, "identity": 0}
_ENTRYWISE = {"sqrt", "square", "reciprocal", "absolute", "fabs", "negative", "exp2", "swish", "expit"}
"""Functions that are spelled with others and act entry by entry."""
_MATRIX_FUNCTIONS = {"exp", "log", "sqrt", "sin", "cos"}
_KINDS: tuple[Kind, ...] = ("scalar", "column", "matrix")


@dataclass(frozen=True)
class Value:
    """A node whose first axes belong to running indices, and what its last axes are on paper."""

    node: Node
    kind: Kind
    running: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """The shape without the running indices."""
        return self.node.shape[len(self.running) :]

    @property
    def tensor(self) -> Labelled[Axis]:
        """The node with its running indices, and the axes on paper numbered behind them."""
        return Labelled(self.node, (*self.running, *range(self.node.rank - len(self.running))))


def scalar_value(value: object) -> Value:
    """Return a number, or a scalar formula, as a value."""
    return Value(as_node(value), "scalar")


def of_node(node: Node) -> Value:
    """Return an input as a value: a vector is a column."""
    if node.rank > 2:
        raise UnsupportedError(f"{node} has {node.rank} axes, and a formula on paper two", hint="give it indices: T_{ijk}")
    return Value(node, _KINDS[node.rank])


def running_in(values: Sequence[Value]) -> tuple[str, ...]:
    """Return the indices that run in values, each once."""
    return tuple(dict.fromkeys(label for value in values for label in value.running))


def refuse_identity(*values: Value) -> None:
    """Refuse an identity matrix where nothing fixes its size.

    Raises
    ------
    AmbiguityError
    """
    if any(value.kind == "identity" for value in values):
        raise AmbiguityError("I", "the identity matrix, I_n", 'a number called I, shapes={"I": ""}')


def same_kind(values: Sequence[Value], what: str) -> Kind:
    """Return the kind of values that are joined entry by entry; a scalar joins any.

    Raises
    ------
    ShapeError
    """
    kinds = dict.fromkeys(value.kind for value in values if value.kind != "scalar")
    if len(kinds) > 1:
        raise ShapeError(f"{what} joins a {' and a '.join(kinds)}", hint="transpose one of them")
    return next(iter(kinds), "scalar")


def entrywise(values: Sequence[Value], kind: Kind, build: Callable[..., Node]) -> Value:
    """Join values of one kind, and scalars, entry by entry."""
    running = running_in(values)
    nodes = aligned([value.tensor for value in values], (*running, *range(RANK[kind])))
    return Value(build(*map(_as_product, nodes)), kind, running)


def _as_product(node: Node) -> Node:
    """Return a contraction that sums over nothing as the product of entries that it is, which nothing will sum any more."""
    if node.primitive is mul and any(arg.primitive is einsum for arg in node.args):  # −y_i z_i
        return mul.make(tuple(map(_as_product, node.args)))
    if node.primitive is not einsum or any(labels != node.params[1] for labels in node.params[0]):
        return node
    return mul.make(node.args)


def apply(name: str, values: Sequence[Value], build: Callable[..., Node] | None = None) -> Value:
    """Apply a function entry by entry."""
    refuse_identity(*values)
    kind = same_kind(values, name)
    if kind == "matrix" and name in _MATRIX_FUNCTIONS:
        raise AmbiguityError(f"{name} of a matrix", "entry by entry", "the matrix function")
    return entrywise(values, kind, build or FUNCTIONS[name])


def entrywise_power(base: Value, exponent: Value) -> Value:
    """Return a power entry by entry."""
    refuse_identity(base)
    return entrywise([base, exponent], base.kind, lambda x, n: pow.make((x, n)))


def acts_entry_by_entry(name: str) -> bool:
    """Whether a function takes the entries of its argument one by one, as exp does and eigvalsh does not."""
    function = FUNCTIONS.get(name)
    return function.is_elementwise if isinstance(function, Primitive) else name in _ENTRYWISE or function is None


def as_scalar(value: Value) -> Value:
    """Return the number in front of an identity matrix of open size."""
    return replace(value, kind="scalar")
