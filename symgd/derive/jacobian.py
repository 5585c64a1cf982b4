"""Gradient, Jacobian, Hessian, Hessian-vector product: what is built on the adjoint sweep.

Layout: a gradient has the shape of its variable, a Jacobian the output's axes and then the variable's, a Hessian the
variable's axes twice. A list of scalars counts as one vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symgd.derive.reverse import is_zero, sweep, zeros_like
from symgd.errors import ShapeError
from symgd.graph.names import stand_in
from symgd.graph.node import Node, constant
from symgd.graph.shape import Shape, lengths, show_shape
from symgd.graph.traversal import depends_on, substitute, toposort
from symgd.primitives.arithmetic import mul
from symgd.primitives.concatenation import concatenate_record
from symgd.primitives.contraction import broadcast, expand_at
from symgd.primitives.indexing import array, stack
from symgd.primitives.summation import sum

__all__ = [
    "directional_derivative",
    "gradient",
    "gradients",
    "hessian",
    "hessian_blocks",
    "hvp",
    "jacobian",
    "jvp",
    "second_derivatives",
    "vjp",
]

Variable = Node | Sequence[Node]
_MOST_ROWS = 16
"""Written arrays of more entries are differentiated by one sweep for all entries."""


def gradients(loss: Node, wrt: Sequence[Node]) -> list[Node]:
    """Return the gradient in each variable, from one sweep.

    Raises
    ------
    ShapeError
        Where the formula is not a scalar.
    """
    if loss.shape:
        raise ShapeError(
            f"the gradient belongs to a scalar, and this formula has shape {show_shape(loss.shape)}",
            hint="use jacobian, or reduce the formula with sum or mean",
        )
    adjoints = sweep(loss, wrt).adjoints
    return [adjoints.get(node, zeros_like(node)) for node in wrt]


def gradient(loss: Node, wrt: Variable) -> Node:
    """Return the gradient, of the shape of `wrt`."""
    if isinstance(wrt, Node):
        return gradients(loss, [wrt])[0]
    return stack(gradients(loss, wrt), (len(wrt),))


def jacobian(output: Node, wrt: Variable) -> Node:
    """Return the Jacobian: the axes of the output, then those of `wrt`."""
    if not isinstance(wrt, Node):
        return _jacobian_of_scalars(output, wrt)
    if output.primitive is array and len(output.args) <= _MOST_ROWS and wrt.shape:
        return _rows(output, wrt)
    if is_zero(output):
        return broadcast.make((constant(0),), ((*output.shape, *wrt.shape),))
    adjoint = sweep(output, [wrt]).adjoints.get(wrt)
    return broadcast.make((constant(0) if adjoint is None else adjoint,), ((*output.shape, *wrt.shape),))


def _rows(output: Node, wrt: Node) -> Node:
    """Differentiate a written array entry by entry: the rows of its Jacobian, as the reader writes them."""
    moving = depends_on((output,), [wrt])
    slopes: dict[tuple[Node, int], Node] = {}
    rows = [sweep(entry, [wrt], moving, slopes).adjoints.get(wrt, zeros_like(wrt)) for entry in output.args]
    for length in reversed(lengths(output.shape) or ()):
        rows = [_stacked(rows[k : k + length]) for k in range(0, len(rows), length)]
    return rows[0]


def _stacked(parts: Sequence[Node]) -> Node:
    """Put tensors of one shape one after the other, along a new first axis."""
    return concatenate_record.make(tuple(expand_at(part, [0]) for part in parts), (-parts[0].rank - 1,))


def _jacobian_of_scalars(output: Node, wrt: Sequence[Node]) -> Node:
    """Differentiate entry by entry, each entry through the part of the graph it stands on."""
    if output.shape == ():
        return gradient(output, wrt)
    if output.primitive is not array:
        columns = [jacobian(output, node) for node in wrt]
        return _side_by_side(columns)
    moving = depends_on((output,), wrt)
    slopes: dict[tuple[Node, int], Node] = {}
    rows = [sweep(entry, wrt, moving, slopes).adjoints for entry in output.args]
    zero = constant(0)
    return stack([row.get(node, zero) for row in rows for node in wrt], (*output.shape, len(wrt)))


def second_derivatives(slope: Node, wrt: Variable) -> Node:
    """Return the derivative of a gradient: of a list of scalars only one half, which the other mirrors.

    Mixed second derivatives do not depend on their order where they are continuous; at a kink the one of the earlier variable
    stands for both.
    """
    if isinstance(wrt, Node) or slope.primitive is not array or slope.shape != (len(wrt),):
        return jacobian(slope, wrt)
    zero = constant(0)
    count = len(wrt)
    rows: list[list[Node]] = [[zero] * count for _ in wrt]
    slopes: dict[tuple[Node, int], Node] = {}
    below = toposort(slope.args)
    last = _last_variable(below, wrt)
    moving = set(last)
    for k, entry in enumerate(slope.args):
        adjoints = sweep(entry, wrt[k:], moving, slopes, below).adjoints
        moving.difference_update([node for node in moving if last[node] == k])
        for j in range(k, count):
            rows[k][j] = rows[j][k] = adjoints.get(wrt[j], zero)
    return stack([entry for row in rows for entry in row], (count, count))


def _last_variable(order: Sequence[Node], wrt: Sequence[Node]) -> dict[Node, int]:
    """Return for every node that moves the number of the last variable it depends on."""
    last: dict[Node, int] = {}
    numbers = {node: k for k, node in enumerate(wrt)}
    for node in order:
        if node in numbers:
            last[node] = numbers[node]
        else:
            reached = [last[arg] for arg in node.args if arg in last]
            if reached:
                last[node] = max(reached)
    return last


def _side_by_side(columns: Sequence[Node]) -> Node:
    """Put tensors of one shape side by side, along a new last axis."""
    return concatenate_record.make(tuple(expand_at(column, [column.rank]) for column in columns), (-1,))


def hessian(loss: Node, wrt: Variable) -> Node:
    """Return the Hessian: the axes of `wrt` twice."""
    return jacobian(gradient(loss, wrt), wrt)


def directional_derivative(loss: Node, wrt: Variable, direction: Node) -> Node:
    """Return ∇f·v."""
    slope = gradient(loss, wrt)
    if direction.shape != slope.shape:
        raise ShapeError(
            f"a direction has the shape of its variable, {show_shape(slope.shape)}, not {show_shape(direction.shape)}"
        )
    return sum(mul.make((slope, direction)))


def vjp(output: Node, wrt: Variable, adjoint: Node) -> Node:
    """Return the adjoint times the Jacobian: Σ t·∂f/∂x, of the shape of `wrt`.

    The adjoint may depend on the variable: it is put in after the derivative is taken.
    """
    _check_like(adjoint, output.shape, "an adjoint", "the output")
    start = stand_in("?adjoint", output.shape)
    (product,) = substitute([gradient(sum(mul.make((start, output))), wrt)], {start: adjoint})
    return product


def jvp(output: Node, wrt: Variable, tangent: Node) -> Node:
    """Return the Jacobian times a tangent, of the shape of the output.

    The adjoint sweep is linear in the adjoint it starts from; its derivative in that adjoint, along the tangent, is the forward
    derivative, in a small multiple of the work of the formula.
    """
    shape = wrt.shape if isinstance(wrt, Node) else (len(wrt),)
    _check_like(tangent, shape, "a tangent", "the variable")
    start = stand_in("?adjoint", output.shape)
    back = vjp(output, wrt, start)
    (along,) = gradients(sum(mul.make((back, tangent))), [start])
    (product,) = substitute([along], {start: zeros_like(start)})  # linear: its derivative is the same everywhere
    return product


def _check_like(vector: Node, shape: Shape, what: str, whose: str) -> None:
    if vector.shape != shape:
        raise ShapeError(f"{what} has the shape of {whose}, {show_shape(shape)}, not {show_shape(vector.shape)}")


def hessian_blocks(loss: Node, wrt: Sequence[Node], between: Callable[[Node], Node] = lambda slope: slope) -> list[list[Node]]:
    """Return the second derivatives in every pair of variables; `between` prepares first derivatives."""
    slopes = [between(slope) for slope in gradients(loss, wrt)]
    return [[jacobian(slope, node) for node in wrt] for slope in slopes]


def hvp(loss: Node, wrt: Variable, vector: Node, between: Callable[[Node], Node] = lambda slope: slope) -> Node:
    """Return the Hessian times a vector, by a sweep over the sweep: the Hessian is never formed.

    The vector may depend on the variable: it is put in at the end. `between` prepares the first derivative.
    """
    along = stand_in("?direction", vector.shape)
    slope = between(directional_derivative(loss, wrt, along))
    (product,) = substitute([gradient(slope, wrt)], {along: vector})
    return product
