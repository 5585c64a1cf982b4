"""The values of a formula in LaTeX: scalars, columns, rows and matrices, in which indices may still run.

On paper a vector is a column, xᵀ a row, and juxtaposition a matrix product. What two readings are left by the notation is an
error that names both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from symgd.errors import AmbiguityError, ShapeError, UnsupportedError
from symgd.graph.conversion import as_node
from symgd.graph.node import Node, size
from symgd.graph.primitive import FUNCTIONS, Primitive
from symgd.graph.shape import Size, show_shape
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import contract, einsum, expand_at, eye
from symgd.primitives.indexing import array
from symgd.primitives.linalg import det_record, inv_record
from symgd.primitives.matrix_functions import matrix_power
from symgd.primitives.piecewise import equal, less, less_equal, where

__all__ = [
    "Closing",
    "Value",
    "apply",
    "close",
    "multiply",
    "negate",
    "power",
    "scalar_value",
    "sum_up",
    "transpose_of",
]

Closing = Literal["sum", "prod", "max", "min"]
Kind = Literal["scalar", "column", "row", "matrix", "identity"]
"""An identity is a multiple of the identity matrix whose size is not known yet: its node is the scalar in front."""
_RANK = {"scalar": 0, "column": 1, "row": 1, "matrix": 2, "identity": 0}
_ENTRYWISE = {"sqrt", "square", "reciprocal", "absolute", "fabs", "negative", "exp2", "swish", "expit"}
"""Functions that are spelled with others and act entry by entry."""
_MATRIX_FUNCTIONS = {"exp", "log", "sqrt", "sin", "cos"}


@dataclass(frozen=True)
class Value:
    """A node whose first axes belong to running indices, and what its last axes are on paper."""

    node: Node
    kind: Kind
    labels: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[Size, ...]:
        """The shape without the running indices."""
        return self.node.shape[len(self.labels) :]


class Comparison(NamedTuple):
    """A comparison of two values: <, <=, >, >=, = or !=."""

    left: Value
    relation: str
    right: Value


def scalar_value(value: Any) -> Value:
    """Return a number, or a scalar formula, as a value."""
    return Value(as_node(value), "scalar")


def of_node(node: Node) -> Value:
    """Return an input as a value: a vector is a column."""
    if node.rank > 2:
        raise UnsupportedError(f"{node} has {node.rank} axes, and a formula on paper two", hint="give it indices: T_{ijk}")
    kinds: tuple[Kind, ...] = ("scalar", "column", "matrix")
    return Value(node, kinds[node.rank])


def _union(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for value in values for label in value.labels))


def _lined_up(values: Sequence[Value], rank: int) -> tuple[list[Node], tuple[str, ...]]:
    """Give values the same running indices in front and `rank` axes behind, with axes of size 1 where one is missing."""
    labels = _union(values)
    nodes = []
    for value in values:
        own = list(value.labels)
        core = [("core", k) for k in range(value.node.rank - len(own))]
        order = [label for label in labels if label in own]
        node = contract([value.node], [[*own, *core]], [*order, *core])
        if node.rank == 0:
            nodes.append(node)
            continue
        missing = [k for k, label in enumerate(labels) if label not in own] if order else []
        behind = [len(labels) + k for k in range(rank - len(core))] if not core and order else []
        nodes.append(expand_at(node, [*missing, *behind]))
    return nodes, labels


def refuse_identity(*values: Value) -> None:
    """Refuse an identity matrix where nothing tells its size.

    Raises
    ------
    AmbiguityError
    """
    if any(value.kind == "identity" for value in values):
        raise AmbiguityError("I", "the identity matrix, I_n", 'a number called I, shapes={"I": ""}')


def _with_size(values: Sequence[Value]) -> Sequence[Value]:
    """Give identity matrices the size of the matrices beside them."""
    if not any(value.kind == "identity" for value in values):
        return values
    others = [value for value in values if value.kind != "identity"]
    if any(value.kind != "matrix" for value in others):
        refuse_identity(*values)
    if not others:
        return values
    rows, columns = others[0].shape
    if rows != columns:
        raise ShapeError(f"an identity matrix is added to a matrix of shape {show_shape(others[0].shape)}")
    unit = Value(eye(rows), "matrix")
    return [multiply(replace(value, kind="scalar"), unit) if value.kind == "identity" else value for value in values]


def _same_kind(values: Sequence[Value], what: str) -> Kind:
    kinds = dict.fromkeys(value.kind for value in values if value.kind != "scalar")
    if len(kinds) > 1:
        raise ShapeError(f"{what} joins a {' and a '.join(kinds)}", hint="transpose one of them")
    return next(iter(kinds), "scalar")


def sum_up(values: Sequence[Value]) -> Value:
    """Return a sum of values of one kind; a scalar is added to every entry."""
    if len(values) == 1:
        return values[0]
    values = _with_size(values)
    kind = _same_kind(values, "a sum")
    nodes, labels = _lined_up(values, _RANK[kind])
    return Value(add.make(tuple(nodes)), kind, labels)


def negate(value: Value) -> Value:
    """Return −x."""
    return replace(value, node=-value.node)


def apply(name: str, values: Sequence[Value], build: Callable[..., Node] | None = None) -> Value:
    """Apply a function entry by entry."""
    refuse_identity(*values)
    kind = _same_kind(values, name)
    if kind == "matrix" and name in _MATRIX_FUNCTIONS:
        raise AmbiguityError(f"{name} of a matrix", "entry by entry", "the matrix function")
    nodes, labels = _lined_up(values, _RANK[kind])
    return Value((build or FUNCTIONS[name])(*nodes), kind, labels)


def elementwise_product(left: Value, right: Value) -> Value:
    """Return x ⊙ y."""
    return apply("multiply", [left, right])


def divide(left: Value, right: Value) -> Value:
    """Return a quotient; the divisor is a scalar."""
    if right.kind != "scalar":
        raise UnsupportedError(f"a division by a {right.kind} has no meaning on paper", hint=r"write an inverse, A^{-1} b")
    nodes, labels = _lined_up([left, right], _RANK[left.kind])
    return Value(nodes[0] / nodes[1], left.kind, labels)


def transpose_of(value: Value) -> Value:
    """Return the transpose."""
    if value.kind in ("scalar", "identity"):
        return value
    if value.kind in ("column", "row"):
        return replace(value, kind="row" if value.kind == "column" else "column")
    axes = list(range(value.node.rank))
    return replace(value, node=contract([value.node], [axes], [*axes[:-2], axes[-1], axes[-2]]))


_PRODUCTS: dict[tuple[Kind, Kind], tuple[str, str, str, Kind]] = {
    ("row", "column"): ("c", "c", "", "scalar"),
    ("column", "row"): ("i", "j", "ij", "matrix"),
    ("matrix", "column"): ("ic", "c", "i", "column"),
    ("row", "matrix"): ("c", "cj", "j", "row"),
    ("matrix", "matrix"): ("ic", "cj", "ij", "matrix"),
}


def multiply(left: Value, right: Value) -> Value:
    """Return the product of two factors that stand beside each other."""
    if "identity" in (left.kind, right.kind):
        if not {left.kind, right.kind} <= {"identity", "scalar"}:
            refuse_identity(left, right)
        return replace(multiply(replace(left, kind="scalar"), replace(right, kind="scalar")), kind="identity")
    if "scalar" in (left.kind, right.kind):
        kind: Kind = right.kind if left.kind == "scalar" else left.kind
        return _contracted(left, right, "" if left.kind == "scalar" else "ij"[: _RANK[left.kind]],
                           "" if right.kind == "scalar" else "ij"[: _RANK[right.kind]], "ij"[: _RANK[kind]], kind)  # fmt: skip
    if left.kind == right.kind and left.kind != "matrix":
        raise AmbiguityError(f"a product of two {left.kind}s", r"entry by entry, x \odot y", r"the scalar product, x^\top y")
    if (left.kind, right.kind) not in _PRODUCTS:
        raise ShapeError(
            f"a {left.kind} of shape {show_shape(left.shape)} cannot stand in front of "
            f"a {right.kind} of shape {show_shape(right.shape)}",
            hint="transpose one of them",
        )
    a, b, result, kind = _PRODUCTS[left.kind, right.kind]
    if "c" in a and left.shape[a.index("c")] != right.shape[b.index("c")]:
        raise ShapeError(
            f"cannot multiply {show_shape(left.shape)} and {show_shape(right.shape)}: "
            f"the inner sizes are {left.shape[a.index('c')]} and {right.shape[b.index('c')]}",
            hint="transpose one of them",
        )
    return _contracted(left, right, a, b, result, kind)


def _contracted(left: Value, right: Value, a: str, b: str, result: str, kind: Kind) -> Value:
    labels = _union([left, right])
    if not left.node.shape or not right.node.shape:
        return Value(mul.make((left.node, right.node)), kind, labels)
    one, two, kept = (
        [*own, *(("core", x) for x in core)] for own, core in ((left.labels, a), (right.labels, b), (labels, result))
    )
    return Value(contract([left.node, right.node], [one, two], kept), kind, labels)


def dot(left: Value, right: Value) -> Value:
    r"""Return ``x \cdot y``: the scalar product of two vectors, else the ordinary product."""
    if left.kind == right.kind and left.kind in ("column", "row"):
        return multiply(replace(left, kind="row"), replace(right, kind="column"))
    return multiply(left, right)


def inner_product(left: Value, right: Value) -> Value:
    """Return ⟨x, y⟩: of two vectors, or of two matrices of one shape, ΣᵢⱼAᵢⱼBᵢⱼ."""
    if left.kind == right.kind == "matrix":
        product = elementwise_product(left, right)
        own = list(product.labels)
        core = [("core", k) for k in range(product.node.rank - len(own))]
        return Value(contract([product.node], [[*own, *core]], own), "scalar", product.labels)
    if {left.kind, right.kind} - {"column", "row", "scalar"}:
        raise ShapeError(f"a scalar product joins a {left.kind} and a {right.kind}")
    return dot(left, right)


def kronecker(left: Value, right: Value) -> Value:
    """Return A ⊗ B of two matrices."""
    if left.kind == right.kind == "matrix" and not left.labels and not right.labels:
        return Value(FUNCTIONS["kron"](left.node, right.node), "matrix")
    if "scalar" in (left.kind, right.kind) and not {left.kind, right.kind} & {"identity"}:
        return multiply(left, right)
    if left.kind == "matrix" or right.kind == "matrix":
        raise UnsupportedError(r"this \otimes is not known", hint="it joins two matrices in which no index runs")
    raise AmbiguityError(
        r"x \otimes y of vectors", r"the outer product, x y^\top", r"the Kronecker product, \operatorname{vec}(y x^\top)"
    )


def call(name: str, arguments: Sequence[Value]) -> Value:
    """Return a function of several arguments, in their order in the text language.

    Raises
    ------
    UnsupportedError
        Where an index runs in an argument of a function of whole tensors, and for arguments it does not take.
    """
    refuse_identity(*arguments)
    function = FUNCTIONS[name]
    if isinstance(function, Primitive) and function.is_elementwise and function.arity == len(arguments):
        return apply(name, arguments)
    if any(value.labels for value in arguments):
        raise UnsupportedError(f"{name} of what an index runs in is not known", hint="write it with sums")
    numbers = (value.node.value if value.node.is_exact else value.node for value in arguments)
    try:
        return of_node(FUNCTIONS[name](*numbers))
    except TypeError:
        raise UnsupportedError(f"{name} does not take {len(arguments)} arguments") from None


def power(base: Value, exponent: Value) -> Value:
    """Return a power: of a scalar, or a whole power of a matrix."""
    if exponent.kind != "scalar":
        raise UnsupportedError(f"an exponent is a scalar, not a {exponent.kind}")
    if base.kind == "identity":
        return replace(power(replace(base, kind="scalar"), exponent), kind="identity")
    if base.kind == "matrix":
        if base.labels:
            raise UnsupportedError("a power of a matrix in which an index runs is not known")
        if exponent.node.equals_number(-1):
            return Value(inv_record.make((base.node,)), "matrix")
        return Value(matrix_power(base.node, exponent.node), "matrix")
    if base.kind != "scalar":
        raise AmbiguityError("a power of a vector", r"entry by entry, x^{\odot 2}", r"a power of its norm, \|x\|^2")
    nodes, labels = _lined_up([base, exponent], 0)
    return Value(pow.make((nodes[0], nodes[1])), "scalar", labels)


def entry_power(base: Value, exponent: Value) -> Value:
    """Return a power entry by entry."""
    refuse_identity(base)
    nodes, labels = _lined_up([base, exponent], _RANK[base.kind])
    return Value(pow.make((nodes[0], nodes[1])), base.kind, labels)


def determinant(value: Value) -> Value:
    """Return the determinant of a matrix."""
    refuse_identity(value)
    if value.kind != "matrix" or value.labels:
        raise ShapeError("a determinant belongs to a matrix")
    return Value(det_record.make((value.node,)), "scalar")


def of_matrix(name: str, value: Value) -> Value:
    """Apply a function of a whole tensor that returns a scalar or a tensor, such as trace and diag."""
    refuse_identity(value)
    if value.labels:
        raise UnsupportedError(f"{name} of what an index runs in is not known", hint="write it with sums")
    try:
        result = of_node(FUNCTIONS[name](value.node))
    except TypeError:
        raise UnsupportedError(f"{name} takes more than one argument", hint=rf"\operatorname{{{name}}}(a, b)") from None
    return replace(result, kind="row") if value.kind == "row" and result.kind == "column" else result


def acts_entry_by_entry(name: str) -> bool:
    """Whether a function takes the entries of its argument one by one, as exp does and eigvalsh does not."""
    function = FUNCTIONS.get(name)
    return function.is_elementwise if isinstance(function, Primitive) else name in _ENTRYWISE or function is None


def norm_of(value: Value, name: str | None) -> Value:
    r"""Return ‖x‖ with the subscript `name`: 1, 2, \infty, F or *."""
    refuse_identity(value)
    if value.kind == "matrix":
        if name is None:
            raise AmbiguityError("the norm of a matrix", r"the Frobenius norm, \|X\|_F", r"the spectral norm, \|X\|_2")
        kinds: dict[str, Any] = {"F": "fro", "*": "nuc", "2": 2, "1": 1, "inf": float("inf")}
        if value.labels or name not in kinds:
            raise UnsupportedError(f"the norm of a matrix with the subscript {name} is not known")
        return Value(FUNCTIONS["norm"](value.node, kinds[name]), "scalar")
    if value.kind == "scalar":
        return apply("abs", [value])
    names = {None: "norm2", "2": "norm2", "1": "norm1", "inf": "norminf"}
    if name not in names:
        raise UnsupportedError(f"the norm of a vector with the subscript {name} is not known", hint=r"1, 2 or \infty")
    return Value(FUNCTIONS[names[name]](value.node, axis=-1), "scalar", value.labels)


def squared_norm(value: Value) -> Value:
    """Return Σx², what ‖x‖₂² and ‖X‖_F² are, without a root that would have no slope at 0."""
    squares = entry_power(value, scalar_value(2))
    own = list(value.labels)
    core = [("core", k) for k in range(value.node.rank - len(own))]
    return Value(contract([squares.node], [[*own, *core]], own), "scalar", value.labels)


def close(value: Value, label: str, count: Size, how: Closing) -> Value:
    """Close a running index: sum, multiply, or take the largest."""
    if how != "sum" and value.kind != "scalar":
        raise UnsupportedError(f"a {how} of what is a {value.kind} for each index is not known", hint="take its entries")
    if label not in value.labels:
        if how in ("max", "min"):
            return value
        number = scalar_value(size(count))
        return multiply(number, value) if how == "sum" else power(value, number)
    rest = tuple(one for one in value.labels if one != label)
    core = [("core", k) for k in range(value.node.rank - len(value.labels))]
    axes = [*value.labels, *core]
    kept = [*rest, *core]
    if how == "sum":
        if value.node.primitive is einsum:
            inputs, output = value.node.params
            names = dict(zip(output, axes, strict=True))
            parts = [[names.get(x, ("inner", x)) for x in one] for one in inputs]
            return Value(contract(value.node.args, parts, kept), value.kind, rest)
        return Value(contract([value.node], [axes], kept), value.kind, rest)
    return Value(FUNCTIONS[how](value.node, axis=axes.index(label)), value.kind, rest)


_COMPARISONS: dict[str, Callable[[Node, Node, Node, Node], Node]] = {
    "<": lambda a, b, yes, no: where(less(a, b), yes, no),
    "<=": lambda a, b, yes, no: where(less_equal(a, b), yes, no),
    ">": lambda a, b, yes, no: where(less(b, a), yes, no),
    ">=": lambda a, b, yes, no: where(less_equal(b, a), yes, no),
    "=": lambda a, b, yes, no: where(equal(a, b), yes, no),
    "!=": lambda a, b, yes, no: where(equal(a, b), no, yes),
}
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


Condition = Sequence[Sequence[Comparison]]
"""Alternatives, each of comparisons that hold together."""


def choose(condition: Condition, yes: Value, no: Value) -> Value:
    """Return one value where all comparisons of an alternative hold and another one where not, entry by entry."""
    result = no
    for together in reversed(condition):
        otherwise, result = result, yes
        for left, relation, right in reversed(together):
            result = apply("a case", [left, right, result, otherwise], _COMPARISONS[relation])
    return result


def are_opposite(first: Condition, second: Condition) -> bool:
    """Whether exactly one of two conditions holds everywhere."""
    if [len(one) for one in first] != [1] or [len(one) for one in second] != [1]:
        return False
    (left, relation, right), (other_left, other_relation, other_right) = first[0][0], second[0][0]
    if left == other_right and right == other_left:
        other_left, other_relation, other_right = other_right, _MIRRORED[other_relation], other_left
    return left == other_left and right == other_right and other_relation == _OPPOSITE[relation]


def matrix_of(rows: Sequence[Sequence[Value]]) -> Value:
    """Return a matrix of its entries; a single column, or a single row, is a vector.

    Raises
    ------
    ShapeError, UnsupportedError
    """
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ShapeError("the rows of a matrix have different lengths")
    entries = [value for row in rows for value in row]
    refuse_identity(*entries)
    if any(value.labels for value in entries):
        raise UnsupportedError("a written matrix in which an index runs is not known", hint="write it with sums")
    if any(value.kind != "scalar" for value in entries):
        blocks = [FUNCTIONS["concatenate"]([_as_block(value) for value in row], 1) for row in rows]
        return Value(FUNCTIONS["concatenate"](blocks, 0), "matrix")
    count = len(rows[0])
    kind: Kind = "column" if count == 1 else "row" if len(rows) == 1 else "matrix"
    shape = (len(rows), count) if kind == "matrix" else (len(entries),)
    return Value(array.make(tuple(value.node for value in entries), (shape,)), kind)


def _as_block(value: Value) -> Node:
    if value.kind == "scalar":
        return expand_at(value.node, [0, 1])
    if value.kind == "matrix":
        return value.node
    return expand_at(value.node, [1 if value.kind == "column" else 0])
