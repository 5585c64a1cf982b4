"""Contractions, sums of products over named indices, and the broadcasting that they and elementwise functions need.

    out[o] = Σ over the indices not in o of  a[i]·b[j]·…

``einsum`` is the one primitive of contraction; sum, matmul, transpose, trace, outer, dot and diagonal are written with it, and
recognised again when it is written or compiled. Indices are integers, numbered by first appearance, so that equal contractions
are identical. Its derivative is an einsum with the adjoint in the place of the argument.
``broadcast`` and ``expand`` repeat a tensor along new axes; their adjoints are sums, which are contractions.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import opt_einsum

from symgd.errors import ShapeError
from symgd.evaluation.entries import Array
from symgd.evaluation.evaluator import Context
from symgd.graph.assumptions import Sign, sign_of_product
from symgd.graph.node import Node
from symgd.graph.primitive import Params, lookup, primitive
from symgd.graph.shape import Shape, Size, show_shape, size_product
from symgd.graph.text_printer import Printer, Written
from symgd.primitives.contraction_layout import LETTERS, Labels, layout, summed_axes
from symgd.primitives.identity import eye

__all__ = [
    "Labels",
    "broadcast",
    "contract",
    "einsum",
    "expand",
    "expand_at",
    "label_sizes",
    "supplies_only_axes",
]


# -- the primitive --------------------------------------------------------------------------------------------


def contract(operands: Sequence[Node], inputs: Sequence[Sequence[Hashable]], output: Sequence[Hashable]) -> Node:
    """Build a contraction with any hashable index labels.

    Parameters
    ----------
    operands : sequence of Node
    inputs : sequence of label sequences
        One label for each axis of each operand.
    output : label sequence
        The labels that are kept, in their order; each stands in `inputs`.
    """
    number: dict[Hashable, int] = {}
    canonical = tuple(tuple(number.setdefault(label, len(number)) for label in labels) for labels in inputs)
    canonical_output = tuple(number[label] for label in output)
    if len(operands) == 1 and canonical[0] == canonical_output:
        return operands[0]
    return einsum.make(tuple(operands), (canonical, canonical_output))


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
                    f"index {LETTERS[label % 52]} has sizes {known} and {dimension}",
                    clash=(known, dimension),
                )
    return tuple(sizes[label] for label in output)


def _vjp(node: Node, t: Node, k: int) -> Node:
    inputs, output = node.params
    lead = tuple(f"batch{axis}" for axis in range(t.rank - node.rank))
    target = inputs[k]
    operands: list[Node] = [t if j == k else arg for j, arg in enumerate(node.args)]
    labels: list[tuple[Hashable, ...]] = [(*lead, *output) if j == k else label for j, label in enumerate(inputs)]
    known: set[Hashable] = set().union(*labels)
    result: list[Hashable] = [*lead]
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
    stands_in_front = not t.shape and len(operands) > 1  # a scalar, of a contraction
    if stands_in_front:
        del operands[k], labels[k]
    adjoint = contract(operands, labels, result)
    if stands_in_front:
        adjoint = lookup("mul").make((t, adjoint))
    if not stretched:
        return adjoint
    full = (*t.shape[: len(lead)], *node.args[k].shape)
    return broadcast.make((expand_at(adjoint, stretched),), (full,))


def _contracted(inputs: list[Labels], output: Labels, arrays: list[Array]) -> Array:
    """Contract arrays of any numbers, two at a time in a good order: all at once costs the product of all sizes."""

    def letters(labels: Labels) -> str:
        return "".join(LETTERS[label] for label in labels)

    if len(arrays) > 2:
        spec = f"{','.join(map(letters, inputs))}->{letters(output)}"
        path, _ = opt_einsum.contract_path(spec, *(array.shape for array in arrays), shapes=True, optimize="greedy")
        for chosen in path[:-1]:
            positions = sorted(chosen, reverse=True)
            pair, labels = [arrays.pop(k) for k in positions], [inputs.pop(k) for k in positions]
            needed = set(output).union(*inputs)
            target = tuple(label for label in dict.fromkeys(itertools.chain(*labels)) if label in needed)
            arrays.append(np.asarray(np.einsum(f"{','.join(map(letters, labels))}->{letters(target)}", *pair), dtype=object))
            inputs.append(target)
    result: Array = np.einsum(f"{','.join(map(letters, inputs))}->{letters(output)}", *arrays)
    return result


def _evaluate(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
    inputs, output = node.params
    result = _contracted(list(inputs), output, list(arrays))
    if isinstance(result, np.ndarray):
        return result
    array = np.empty((), dtype=object)
    array[()] = context.algebra.number(result) if type(result) is int else result  # a sum over nothing
    return array


def _sign(node: Node, *signs: Sign) -> Sign:
    if len(node.args) == 2 and node.args[0] is node.args[1] and node.params[0][0] == node.params[0][1]:
        return Sign.NONNEGATIVE if signs[0] & Sign.ZERO else Sign.POSITIVE
    total = Sign.POSITIVE
    for sign in signs:
        total = sign_of_product(total, sign)
    return total if total in (Sign.POSITIVE, Sign.NEGATIVE, Sign.NONNEGATIVE, Sign.NONPOSITIVE, Sign.ZERO) else Sign.ANY


def _because(node: Node, movers: Sequence[int]) -> str:
    inputs, output = node.params
    if len(inputs) == 1:
        axes = summed_axes(node)
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
    if len(movers) == 1 and len(inputs) == 2 and len(inputs[movers[0]]) == 2 and len(inputs[1 - movers[0]]) == 1:
        return "a matrix receives the adjoint times the vector it multiplies, as an outer product"
    return "a matrix product sends the adjoint back through the transpose of the other factor"


einsum = primitive(
    "einsum",
    shape=_shape,
    vjp=_vjp,
    evaluate=_evaluate,
    layout=layout,
    sign=_sign,
    linear_in="each",
    is_weighted=True,
    work=lambda node: size_product(tuple(label_sizes(node).values())),
    is_view=True,  # a transpose is
    because=_because,
    source="Giles 2008, 2.2.1: matrix products; Einstein's convention in general",
)


# -- shapes: stretching and new axes --------------------------------------------------------------------------


def supplies_only_axes(node: Node) -> bool:
    """Whether a node only stretches its argument, or adds a leading axis of size 1, as broadcasting would anyway."""
    if node.primitive is expand:
        return node.params[0] == (-node.rank,) or all(size == 1 for size in node.shape)
    return node.primitive is broadcast


def _fold_broadcast(args: tuple[Node, ...], params: Params) -> Node | None:
    (arg,) = args
    (shape,) = params
    if arg.shape == shape:
        return arg
    if supplies_only_axes(arg):
        return broadcast.make(arg.args, params)
    return None


def _vjp_broadcast(node: Node, t: Node, k: int) -> Node:
    return t  # the sweep sums what was stretched, for every primitive alike


def _evaluate_broadcast(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
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
    is_stretching=True,
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


def _evaluate_expand(node: Node, context: Context, arrays: Sequence[Array]) -> Array:
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
        labels = range(result.rank)
        result = contract([result], [labels], [label for label in labels if label != result.rank + axis])
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
        f"{names[0]}[{', '.join(_expand_index(node))}]" if node.args[0].rank else f"full((1,), {names[0]}, dtype)"
    ),
    sign=lambda node, x: x,
    range=lambda node, x: x,
    linear_in=(0,),
    is_stretching=True,
    because="a new axis of size 1 only moves entries",
    source="NumPy: expand_dims",
)


def expand_at(node: Node, positions: Iterable[int]) -> Node:
    """Insert axes of size 1 so that they stand at `positions` of the result."""
    result = node
    for position in sorted(positions):
        result = expand.make((result,), ((position - result.rank - 1,),))
    return result
