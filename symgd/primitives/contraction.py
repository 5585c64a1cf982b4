"""Contractions: sums of products over named indices, and everything spelled with them.

    out[o] = Σ over the indices not in o of  a[i]·b[j]·…

``einsum`` is the one primitive; sum, matmul, transpose, trace, outer, dot and diagonal are spellings of it,
recognised again when
it is written or compiled. Its derivative is an einsum with the adjoint in the place of the argument. ``mean`` has a
record of its own because it has a sentence of its own.

Indices are integers, numbered by first appearance, so that equal contractions are identical.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from symgd.errors import ShapeError, SymgdError
from symgd.graph.facts import Curvature, Interval, Monotone, Sign, sign_of_product
from symgd.graph.node import Node, as_node, constant, size
from symgd.graph.notation import Printer, Written
from symgd.graph.primitive import Params, function, primitive
from symgd.graph.shape import Shape, Size, show_shape, size_product
from symgd.graph.shape import broadcast as broadcast_shapes
from symgd.primitives.arithmetic import mul

__all__ = [
    "Labels",
    "broadcast",
    "contract",
    "einsum",
    "expand",
    "eye",
    "matmul",
    "mean",
    "normal_axes",
    "outer",
    "sum",
    "trace",
    "transpose",
]

Labels = tuple[int, ...]
LETTERS = "ijklmnopqrstuvwxyzabcdefgh" + string.ascii_uppercase


# -- the primitive --------------------------------------------------------------------------------------------


def contract(operands: Sequence[Node], inputs: Sequence[Sequence[Any]], output: Sequence[Any]) -> Node:
    """Build a contraction with any hashable index labels.

    Parameters
    ----------
    operands : sequence of Node
    inputs : sequence of label sequences
        One label for each axis of each operand.
    output : label sequence
        The labels that are kept, in their order; each stands in `inputs`.
    """
    number: dict[Any, int] = {}
    canonical = tuple(tuple(number.setdefault(label, len(number)) for label in labels) for labels in inputs)
    kept = tuple(number[label] for label in output)
    if len(operands) == 1 and canonical[0] == kept:
        return operands[0]
    return einsum.make(tuple(operands), (canonical, kept))


def label_sizes(node: Node) -> dict[int, Size]:
    """Return the size of every index of a contraction."""
    sizes: dict[int, Size] = {}
    for arg, labels in zip(node.args, node.params[0], strict=True):
        sizes.update(zip(labels, arg.shape, strict=True))
    return sizes


def _shape(shapes: Sequence[Shape], params: Params) -> Shape:
    inputs, output = params
    sizes: dict[int, Size] = {}
    for labels, shape in zip(inputs, shapes, strict=True):
        if len(labels) != len(shape):
            raise ShapeError(f"an operand of shape {show_shape(shape)} cannot carry {len(labels)} indices")
        for label, dimension in zip(labels, shape, strict=True):
            known = sizes.setdefault(label, dimension)
            if known != dimension:
                raise ShapeError(
                    f"cannot contract {' and '.join(map(show_shape, shapes))}: "
                    f"index {LETTERS[label % 52]} has sizes {known} and {dimension}"
                )
    return tuple(sizes[label] for label in output)


def _vjp(node: Node, t: Node, k: int) -> Node:
    inputs, output = node.params
    lead = tuple(f"batch{axis}" for axis in range(t.rank - node.rank))
    target = inputs[k]
    operands: list[Node] = [t if j == k else arg for j, arg in enumerate(node.args)]
    labels: list[tuple[Any, ...]] = [(*lead, *output) if j == k else label for j, label in enumerate(inputs)]
    known: set[Any] = set().union(*labels)
    result: list[Any] = [*lead]
    sizes = dict(zip(target, node.args[k].shape, strict=True))
    for position, label in enumerate(target):
        if label in target[:position]:  # a diagonal: δ puts the adjoint back on it
            operands.append(eye(sizes[label]))
            labels.append((label, ("copy", position)))
            known.add(label)
    stretched: list[int] = []
    for position, label in enumerate(target):
        if label in target[:position]:
            result.append(("copy", position))
        elif label in known:
            result.append(label)
        else:
            stretched.append(len(lead) + position)
    inside = contract(operands, labels, result)
    if not stretched:
        return inside
    full = (*t.shape[: len(lead)], *node.args[k].shape)
    return broadcast.make((expand_at(inside, stretched),), (full,))


def _evaluate(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    inputs, output = node.params
    spec = ",".join("".join(LETTERS[label] for label in labels) for labels in inputs)
    result = np.einsum(f"{spec}->{''.join(LETTERS[label] for label in output)}", *arrays)
    if isinstance(result, np.ndarray):
        return result
    array = np.empty((), dtype=object)
    array[()] = result
    return array


def _sign(node: Node, *signs: Sign) -> Sign:
    if len(node.args) == 2 and node.args[0] is node.args[1] and node.params[0][0] == node.params[0][1]:
        return Sign.NONNEGATIVE if signs[0] & Sign.ZERO else Sign.POSITIVE
    total = Sign.POSITIVE
    for sign in signs:
        total = sign_of_product(total, sign)
    return total if total in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY


def _summed(node: Node) -> tuple[int, ...] | None:
    """Return the axes summed, where the contraction is a plain sum of one argument."""
    inputs, output = node.params
    if len(inputs) != 1 or len(set(inputs[0])) != len(inputs[0]):
        return None
    kept = tuple(label for label in inputs[0] if label in output)
    if kept != output:
        return None
    return tuple(axis for axis, label in enumerate(inputs[0]) if label not in output)


def _because(node: Node, movers: Sequence[int]) -> str:
    inputs, output = node.params
    if len(inputs) == 1:
        axes = _summed(node)
        if axes:
            return "a sum passes its adjoint on to every term"
        if set(inputs[0]) == set(output) and len(set(inputs[0])) == len(inputs[0]):
            return "a transpose sends the adjoint back transposed"
        return "a trace sends its adjoint back along the diagonal"
    summed = set().union(*inputs) - set(output)
    if not summed:
        return "an outer product sends each factor the adjoint times the other"
    if not output and len(inputs) == 2 and inputs[0] == inputs[1]:
        return "a scalar product sends each factor the adjoint times the other"
    return "a matrix product sends the adjoint back through the transpose of the other factor"


def _layout(node: Node, printer: Printer) -> Written:
    return _write(node, printer, [printer.written[arg] for arg in node.args])


def _write(node: Node, printer: Printer, pieces: Sequence[Written]) -> Written:
    """Name a contraction of one or two arguments; anything else is spelled with its indices."""
    inputs, output = node.params
    if len(inputs) == 1:
        labels, piece, rank = inputs[0], pieces[0], len(inputs[0])
        axes = _summed(node)
        if axes:
            return printer.reduce("sum", piece, None if len(axes) == rank else axes)
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
            return printer.matmul(left, right, chain, node.args[first].rank == 1)
        if output == (0, 1) and inputs == ((0,), (1,)):
            return printer.call("outer", [piece.text for piece in pieces])
    spec = ",".join("".join(LETTERS[label] for label in labels) for labels in inputs)
    return printer.contraction(f"{spec}->{''.join(LETTERS[label] for label in output)}", pieces)


def matmul_form(inputs: Sequence[Labels], output: Labels) -> tuple[int, int] | None:
    """Return (left, right) where the two arguments, as they stand, are multiplied by ``@``."""
    for left, right in ((0, 1), (1, 0)):
        a, b = inputs[left], inputs[right]
        if not a or not b or len(a) > 2 or len(b) > 2 or len(set(a)) != len(a) or len(set(b)) != len(b):
            continue
        if a[-1] == b[0] and a[-1] not in output and a[:-1] + b[1:] == output and not set(a[:-1]) & set(b[1:]):
            return left, right
    return None


def _is_matmul(node: Node) -> bool:
    return node.primitive is einsum and len(node.args) == 2 and matmul_form(*node.params) is not None


einsum = primitive(
    "einsum",
    shape=_shape,
    vjp=_vjp,
    evaluate=_evaluate,
    layout=_layout,
    sign=_sign,
    linear_in="each",
    is_weighted=True,
    work=lambda node: size_product(tuple(label_sizes(node).values())),
    is_view=True,  # a transpose is
    because=_because,
    source="Giles 2008, 2.2.1: matrix products; Einstein's convention in general",
)


# -- shapes: stretching and new axes --------------------------------------------------------------------------


def _fold_broadcast(args: tuple[Node, ...], params: Params) -> Node | None:
    (arg,) = args
    (shape,) = params
    if arg.shape == shape:
        return arg
    is_needless = arg.primitive is expand and (arg.params[0] == (-arg.rank,) or all(size == 1 for size in arg.shape))
    if arg.primitive is broadcast or is_needless:
        return broadcast.make(arg.args, params)
    return None


def _vjp_broadcast(node: Node, t: Node, k: int) -> Node:
    return t  # the sweep sums what was stretched, for every primitive alike


def _evaluate_broadcast(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    return np.broadcast_to(arrays[0], context.shape(node.shape))


def _layout_broadcast(node: Node, printer: Printer) -> Written:
    return printer.stretch(printer.written[node.args[0]], node.shape, not node.args[0].shape)


broadcast = primitive(
    "broadcast",
    shape=lambda shapes, params: params[0],
    fold=_fold_broadcast,
    vjp=_vjp_broadcast,
    evaluate=_evaluate_broadcast,
    layout=_layout_broadcast,
    is_view=True,
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    because="what is stretched collects the sum of its adjoints",
    source="NumPy: broadcasting",
)


def _fold_expand(args: tuple[Node, ...], params: Params) -> Node | None:
    if args[0].primitive is broadcast and args[0].args[0].shape == ():
        return broadcast.make(args[0].args, (_shape_expand([args[0].shape], params),))
    return args[0] if not params[0] else None


def _shape_expand(shapes: Sequence[Shape], params: Params) -> Shape:
    shape = list(shapes[0])
    for axis in params[0]:  # ascending positions in the result, counted from the end
        shape.insert(len(shape) + 1 + axis, 1)
    return tuple(shape)


def _evaluate_expand(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    result = arrays[0]
    for axis in node.params[0]:
        result = np.expand_dims(result, axis)
    return result


def _layout_expand(node: Node, printer: Printer) -> Written:
    return printer.index(printer.written[node.args[0]], ", ".join(_expand_index(node)))


def _expand_index(node: Node) -> list[str]:
    index = [":"] * node.args[0].rank
    for axis in node.params[0]:
        index.insert(len(index) + 1 + axis, "None")
    return index


def _vjp_expand(node: Node, t: Node, k: int) -> Node:
    result = t
    for axis in reversed(node.params[0]):
        result = sum(result, axis=result.rank + axis)
    return result


expand = primitive(
    "expand",
    shape=_shape_expand,
    fold=_fold_expand,
    vjp=_vjp_expand,
    evaluate=_evaluate_expand,
    layout=_layout_expand,
    is_view=True,
    code=lambda node, names, printer: (
        f"{names[0]}[{', '.join(_expand_index(node))}]" if node.args[0].rank else f"reshape({names[0]}, (1,))"
    ),
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    because="a new axis of size 1 only moves entries",
    source="NumPy: expand_dims",
)


def expand_at(node: Node, positions: Iterable[int]) -> Node:
    """Insert axes of size 1 so that they stand at `positions` of the result."""
    result = node
    for position in sorted(positions):
        result = expand.make((result,), ((position - result.rank - 1,),))
    return result


def _evaluate_eye(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (n, _) = context.shape(node.shape)
    result = context.zeros((n, n))
    for i in range(n):
        result[i, i] = context.algebra.number(1)
    return result


eye_record = primitive(
    "eye",
    shape=lambda shapes, params: (params[0], params[0]),
    evaluate=_evaluate_eye,
    layout=lambda node, printer: printer.call("eye", [str(node.params[0])]),
    code=lambda node, names, printer: f"eye({printer.size(node.params[0]).text}, dtype=dtype)",
    sign=Sign.NONNEGATIVE,
    range=Interval(0, 1),
    because="a constant does not move",
    source="the identity matrix",
)


@function("eye", "identity")
def eye(n: Any) -> Node:
    """Return the identity matrix of size n."""
    return eye_record.make((), (as_size(n),))


def as_size(n: Any) -> Size:
    """Return an integer, or the size a node stands for."""
    from symgd.graph.node import SIZE
    from symgd.graph.shape import parse_shape

    if isinstance(n, Node):
        if n.primitive is SIZE:
            return n.params[0]  # type: ignore[no-any-return]
        if n.is_exact:
            return parse_shape((n.value,))[0]
        raise ShapeError(f"{n} is not a size", hint="a size is an integer or the name of an axis")
    return parse_shape((n,))[0]


@function("ones")
def ones(shape: Any) -> Node:
    """Return a tensor of ones."""
    return broadcast.make((constant(1),), (_read_shape(shape),))


@function("zeros")
def zeros(shape: Any) -> Node:
    """Return a tensor of zeros."""
    return broadcast.make((constant(0),), (_read_shape(shape),))


@function("broadcast_to")
def broadcast_to(x: Any, shape: Any) -> Node:
    """Return x, stretched to a shape."""
    x, target = as_node(x), _read_shape(shape)
    if broadcast_shapes([x.shape, target]) != target:
        raise ShapeError(f"{show_shape(x.shape)} does not stretch to {show_shape(target)}")
    return broadcast.make((x,), (target,))


def _read_shape(shape: Any) -> Shape:
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    return tuple(as_size(part) for part in parts)


# -- mean -----------------------------------------------------------------------------------------------------


def _count(node: Node) -> Node:
    """The number of entries a mean averages."""
    axes = node.params[0]
    return size(size_product(tuple(node.args[0].shape[axis] for axis in axes)))


def _shape_mean(shapes: Sequence[Shape], params: Params) -> Shape:
    rank = len(shapes[0])
    dropped = {axis % rank for axis in params[0]}
    return tuple(dimension for axis, dimension in enumerate(shapes[0]) if axis not in dropped)


def _vjp_mean(node: Node, t: Node, k: int) -> Node:
    (arg,) = node.args
    lead = t.rank - node.rank
    positions = sorted(lead + axis % arg.rank for axis in node.params[0])
    share = mul.make((t, _count(node) ** -1))
    return broadcast.make((expand_at(share, positions),), ((*t.shape[:lead], *arg.shape),))


def _evaluate_mean(node: Node, context: Any, arrays: Sequence[Any]) -> Any:
    (array,) = arrays
    axes = tuple(axis % array.ndim for axis in node.params[0])
    labels = LETTERS[: array.ndim]
    kept = "".join(label for axis, label in enumerate(labels) if axis not in axes)
    total = np.asarray(np.einsum(f"{labels}->{kept}", array), dtype=object)
    count = int(np.prod([array.shape[axis] for axis in axes]))
    share = context.algebra.number(1) / context.algebra.number(count)
    result = np.empty(total.shape, dtype=object)
    for index in np.ndindex(*total.shape):
        result[index] = total[index] * share
    return result


def _layout_mean(node: Node, printer: Printer) -> Written:
    rank = node.args[0].rank
    axes = [axis % rank for axis in node.params[0]]
    return printer.reduce("mean", printer.written[node.args[0]], None if len(axes) == rank else sorted(axes))


_mean = primitive(
    "mean",
    shape=_shape_mean,
    vjp=_vjp_mean,
    evaluate=_evaluate_mean,
    layout=_layout_mean,
    sign=lambda node, x: x if x in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY,
    range=lambda node, x: x,
    linear_in=(0,),
    curvature=Curvature.AFFINE,
    monotone=Monotone.INCREASING,
    because="a mean shares its adjoint equally",
    source="the sum rule, divided by the number of terms",
)


def normal_axes(x: Node, axis: Any) -> tuple[int, ...]:
    """Return the axes of a reduction, counted from the end, ascending.

    Raises
    ------
    ShapeError
        For an axis that `x` does not have, or has twice.
    """
    if axis is None:
        return tuple(range(-x.rank, 0))
    chosen = axis if isinstance(axis, tuple | list) else (axis,)
    axes = []
    for one in chosen:
        if isinstance(one, Node) and one.is_exact:
            one = one.value
        if isinstance(one, bool) or not hasattr(one, "__index__"):
            raise ShapeError(f"{one} is not an axis", hint="an axis is an integer")
        position = int(one)
        if not -x.rank <= position < x.rank:
            raise ShapeError(f"there is no axis {position} in shape {show_shape(x.shape)}")
        axes.append(position % x.rank - x.rank)
    if len(set(axes)) != len(axes):
        raise ShapeError("an axis is named twice")
    return tuple(sorted(axes))


def keep(x: Node, reduced: Node, axes: Sequence[int], keepdims: Any) -> Node:
    """Put the reduced axes back with size 1, if asked."""
    if isinstance(keepdims, Node):
        keepdims = bool(keepdims.value)
    return expand_at(reduced, [axis % x.rank for axis in axes]) if keepdims else reduced


@function("mean")
def mean(x: Any, axis: Any = None, keepdims: Any = False) -> Node:
    """Return the mean of the entries, along `axis` if given."""
    x = as_node(x)
    axes = normal_axes(x, axis)
    return keep(x, _mean.make((x,), (axes,)) if axes else x, axes, keepdims)


# -- spellings ------------------------------------------------------------------------------------------------


@function("sum")
def sum(x: Any, axis: Any = None, keepdims: Any = False) -> Node:
    """Return the sum of the entries, along `axis` if given."""
    x = as_node(x)
    axes = normal_axes(x, axis)
    dropped = {axis % x.rank for axis in axes} if x.rank else set()
    labels = range(x.rank)
    return keep(x, contract([x], [labels], [label for label in labels if label not in dropped]), axes, keepdims)


@function("transpose")
def transpose(x: Any, axes: Any = None) -> Node:
    """Return x with its axes reversed, or in the order `axes`."""
    x = as_node(x)
    if axes is not None and not isinstance(axes, tuple | list):
        raise ShapeError("the order of axes is a tuple", hint="transpose(x, (1, 0))")
    order = list(range(x.rank))[::-1] if axes is None else [normal_axes(x, axis)[0] % x.rank for axis in axes]
    if sorted(order) != list(range(x.rank)):
        raise ShapeError(f"({', '.join(map(str, order))}) is not an order of the axes of {show_shape(x.shape)}")
    return contract([x], [range(x.rank)], order)


@function("matmul")
def matmul(x: Any, y: Any) -> Node:
    """Return the matrix product, with NumPy's meaning for vectors and stacks of matrices."""
    x, y = as_node(x), as_node(y)
    if not x.rank or not y.rank:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: @ needs a vector or a matrix on both sides",
            hint='use * for a scalar, or declare the shapes (shapes={"X": "m n", "w": "n"})',
        )
    inner_x, inner_y = x.shape[-1], y.shape[0 if y.rank == 1 else -2]
    if inner_x != inner_y:
        raise ShapeError(
            f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: "
            f"axis {x.rank - 1} of the left has size {inner_x}, axis {0 if y.rank == 1 else y.rank - 2} of the right {inner_y}",
            hint="transpose one side, or declare both sizes with one name",
        )
    batch = max(x.rank, y.rank) - 2
    left: list[Any] = [f"b{batch - k}" for k in range(x.rank - 2, 0, -1)] + (["i"] if x.rank > 1 else []) + ["c"]
    right: list[Any] = [f"b{batch - k}" for k in range(y.rank - 2, 0, -1)] + ["c"] + (["j"] if y.rank > 1 else [])
    sizes = dict(zip(left, x.shape, strict=True))
    for label, dimension in zip(right, y.shape, strict=True):
        if sizes.get(label, dimension) != dimension:
            raise ShapeError(f"cannot multiply {show_shape(x.shape)} @ {show_shape(y.shape)}: the stacks differ")
    lead = [label for label in (left if x.rank >= y.rank else right) if label.startswith("b")]
    kept = lead + (["i"] if x.rank > 1 else []) + (["j"] if y.rank > 1 else [])
    return contract([x, y], [left, right], kept)


@function("dot")
def dot(x: Any, y: Any) -> Node:
    """Return NumPy's dot for scalars, vectors and matrices."""
    x, y = as_node(x), as_node(y)
    return x * y if not x.rank or not y.rank else matmul(x, y)


@function("outer")
def outer(x: Any, y: Any) -> Node:
    """Return x yᵀ for two vectors."""
    x, y = as_node(x), as_node(y)
    if x.rank != 1 or y.rank != 1:
        raise ShapeError(f"outer takes two vectors, not {show_shape(x.shape)} and {show_shape(y.shape)}")
    return contract([x, y], ["i", "j"], "ij")


@function("trace")
def trace(x: Any) -> Node:
    """Return the sum of the diagonal of a square matrix."""
    x = as_node(x)
    _check_square(x, "trace")
    return contract([x], ["ii"], "")


@function("diag")
def diag(x: Any) -> Node:
    """Return the diagonal of a matrix, or the diagonal matrix of a vector."""
    x = as_node(x)
    if x.rank == 1:
        return contract([x, eye(x.shape[0])], ["i", "ij"], "ij")
    _check_square(x, "diag")
    return contract([x], ["ii"], "i")


def _check_square(x: Node, name: str) -> None:
    if x.rank != 2 or x.shape[0] != x.shape[1]:
        raise ShapeError(f"{name} takes a square matrix, not {show_shape(x.shape)}")


@function("einsum")
def _einsum(spec: Any, *operands: Any) -> Node:
    nodes = [as_node(operand) for operand in operands]
    if not isinstance(spec, str):
        raise SymgdError("einsum starts with its indices", hint="einsum('ij,jk->ik', A, B)")
    left, arrow, right = spec.replace(" ", "").partition("->")
    inputs = left.split(",")
    if not arrow:
        letters = "".join(inputs)
        right = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    letters_known = set("".join(inputs))
    if not all(part.isalpha() or part == "" for part in (*inputs, right)) or not spec.isascii():
        raise SymgdError(f"{spec[:40]!r} is not an index pattern", hint="einsum('ij,jk->ik', A, B)")
    if len(inputs) != len(nodes):
        raise SymgdError(f"einsum has {len(inputs)} index groups for {len(nodes)} operands")
    if not set(right) <= letters_known or len(set(right)) != len(right):
        raise SymgdError("an index on the right of -> must stand once there and somewhere on the left")
    for labels, node in zip(inputs, nodes, strict=True):
        if len(labels) != node.rank:
            raise ShapeError(f"{labels!r} has {len(labels)} indices for an operand of shape {show_shape(node.shape)}")
    return contract(nodes, inputs, right)


def unbroadcast(t: Node, shape: Shape, lead: int) -> Node:
    """Sum an adjoint over what broadcasting stretched, back to `lead` axes and `shape`."""
    target = t.shape[:lead] + shape
    if t.shape == target:
        return t
    offset = t.rank - len(target)
    extra = range(lead, lead + offset)
    stretched = [
        lead + offset + axis for axis, dimension in enumerate(shape) if dimension == 1 and t.shape[lead + offset + axis] != 1
    ]
    dropped = {*extra, *stretched}
    total = contract([t], [range(t.rank)], [axis for axis in range(t.rank) if axis not in dropped])
    return expand_at(total, [axis - offset for axis in stretched])
