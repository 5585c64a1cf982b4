"""The normal form of contractions: one sum of products, without identities, ones and needless indices."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symgd.graph.node import SYMBOL, Node, constant, size
from symgd.graph.shape import Size
from symgd.primitives.arithmetic import mul, pow
from symgd.primitives.contraction import broadcast, contract, einsum, expand, expand_at, label_sizes
from symgd.primitives.identity import eye
from symgd.primitives.linalg import inv_record
from symgd.primitives.symmetry import is_symmetric
from symgd.rewrite.label_orders import Label, Labels, Operand, in_one_order
from symgd.rewrite.rule import Context, rewriting

__all__: list[str] = []


EYE = eye(2).primitive


@dataclass
class Contraction:
    """A contraction being joined: scalars in front, operands with their labels, labels of the output."""

    output: list[Label]
    sizes: dict[Label, Size]
    scalars: list[Node] = field(default_factory=list)
    operands: list[Operand] = field(default_factory=list)
    active: set[Label] = field(default_factory=set)

    def rename(self, old: Label, new: Label) -> None:
        """Give an index another name, everywhere."""
        self.operands = [(node, tuple(new if x == old else x for x in labels)) for node, labels in self.operands]


@rewriting(
    "join sums of products",
    einsum,
    because="nested sums of products are one sum of products",
    examples=(
        "(X @ v) @ r",
        "sum(X*r[:, None])",
        "trace(A @ B)",
        "X.T @ diag(r) @ X",
        "sum(x*v)",
        "A @ (B @ v)",
        "(v*u) @ v",
        "sum(x*ones(3))",
        "einsum('ii,j,j,kl->kl', A, v, v, X)",
    ),
)
def join_contractions(node: Node, context: Context) -> Node | None:
    """Bring a contraction into its normal form."""
    if node in context.normal or _is_normal(node):
        return None
    inputs, output = node.params
    sizes: dict[Label, Size] = dict(label_sizes(node).items())
    work = Contraction(list(output), sizes, active=set(sizes))
    pending: list[Operand] = list(zip(node.args, inputs, strict=True))[::-1]
    while pending:
        operand, labels = pending.pop()
        if not labels:
            work.scalars.append(operand)
            continue
        parts = _dissolve(operand, labels, work, context) if operand.primitive in _DISSOLVED else None
        if parts is None:
            work.operands.append((operand, labels))
        else:
            pending.extend(parts[::-1])
    _cancel_inverses(work, context)
    _drop_identities(work, context)
    _use_known_sums(work, context)
    _join_powers(work)
    work.operands = [(operand, _untransposed(operand, labels, work.output)) for operand, labels in work.operands]
    if len(work.operands) > 1:
        work.operands.sort(key=_by_axes)
        work.operands = in_one_order(work.operands, work.output)
    _split_scalars(work)
    after = _assemble(work)
    for part in (after, *after.args):
        if part.primitive is einsum:
            context.normal.add(part)
    return None if after is node else after


@rewriting(
    "a scaled transpose times a vector",
    mul,
    because="rows and columns that scale one matrix are factors of one product",
    needs=(einsum,),
    of="tensors",
    examples=(lambda X, r: mul.make((contract([X, r], ["ij", "i"], "ji"), r + 1)),),
)
def scaled_transpose(node: Node, context: Context) -> Node | None:
    """(Xᵀ ⊙ r) ⊙ q → Xᵀ ⊙ r ⊙ q, so that it is a like term of other multiples of Xᵀ."""
    factors = [factor for factor in node.args if factor.shape]
    scaled = [factor for factor in factors if factor.primitive is einsum and factor.shape == node.shape]
    if len(scaled) != 1 or len(factors) < 2 or len(scaled[0].args) < 2 or not context.is_private(scaled[0]):
        return None
    inputs, output = scaled[0].params
    if {*itertools.chain(*inputs)} != {*output} or sum(len(labels) == node.rank for labels in inputs) != 1:
        return None
    others = [_align(factor, node, output) for factor in factors if factor is not scaled[0]]
    operands = [*zip(scaled[0].args, inputs, strict=True), *(other for other in others if other is not None)]
    if None in others or any(len(labels) == node.rank for _, labels in operands[len(inputs) :]):
        return None
    product = contract([operand for operand, _ in operands], [labels for _, labels in operands], output)
    return mul.make((*(factor for factor in node.args if not factor.shape), product))


def _split_scalars(work: Contraction) -> None:
    """Σ_ij A_ii·v_j·w_j is trace(A)·(v @ w): operands that share no index with the result or with the others are a factor."""
    if not work.output or len(work.operands) < 2:
        return
    reached, rest = {*work.output}, work.operands
    if not any(reached.isdisjoint(labels) for _, labels in rest):
        return
    while touching := [pair for pair in rest if reached.intersection(pair[1])]:
        rest = [pair for pair in rest if not reached.intersection(pair[1])]
        reached.update(label for _, labels in touching for label in labels)
    if rest and len(rest) < len(work.operands):
        work.operands = [pair for pair in work.operands if pair not in rest]
        work.active -= {label for _, labels in rest for label in labels}
        work.scalars.append(contract([node for node, _ in rest], [labels for _, labels in rest], ()))


def _by_axes(pair: Operand) -> int:
    return -len(pair[1])


def _is_normal(node: Node) -> bool:
    """Whether a contraction is in its normal form, by a quick test: False where that does not decide."""
    inputs, output = node.params
    if inputs[0] == output:  # perhaps a product entry by entry
        return False
    axes = len(inputs[0])
    for arg, labels in zip(node.args, inputs, strict=True):
        if arg.primitive in _DISSOLVED or not 0 < len(labels) <= axes or _untransposed(arg, labels, output) != labels:
            return False
        if (arg.primitive is SYMBOL and arg.facts.sums_to is not None) or arg.primitive.unit_sum_axes is not None:
            return False
        if arg.primitive is inv_record:
            return False
        axes = len(labels)
    if len(set(node.args)) == len(node.args):
        return True
    operands: list[Operand] = list(zip(node.args, inputs, strict=True))
    if len(set(operands)) == len(operands):
        return in_one_order(operands, output) == operands
    return len(node.args) == 2 and not output  # x @ x


_DISSOLVED = {mul, einsum, broadcast, expand, EYE}


def _join_powers(work: Contraction) -> None:
    """x·x → x² where something else has its indices; x @ x stays a scalar product."""
    if len({operand for operand, _ in work.operands}) == len(work.operands):
        return
    seen = Counter(work.operands)
    if len(seen) == len(work.operands):
        return
    needed = Counter(itertools.chain(work.output, *({*labels} for _, labels in seen)))
    operands: list[Operand] = []
    for (operand, labels), count in seen.items():
        if count > 1 and any(needed[label] > 1 for label in labels):
            operands.insert(0, (pow.make((operand, constant(count))), labels))
        else:
            operands += [(operand, labels)] * count
    work.operands = operands


def _dissolve(operand: Node, labels: Labels, work: Contraction, context: Context) -> list[Operand] | None:
    """Return the factors an operand consists of, or None where it is to stay whole."""
    if operand.primitive is mul:
        return _dissolve_product(operand, labels, context)
    if operand.primitive is einsum and (
        len(operand.args) == 1 or context.is_private(operand) or any(map(_is_identity, operand.args))
    ):
        inputs, output = operand.params
        names: dict[Label, Label] = dict(zip(output, labels, strict=True))
        parts = []
        for arg, inner in zip(operand.args, inputs, strict=True):
            for label, dimension in zip(inner, arg.shape, strict=True):
                fresh = names.setdefault(label, (len(work.sizes), "summed"))
                work.sizes.setdefault(fresh, dimension)
                work.active.add(fresh)
            parts.append((arg, tuple(names[label] for label in inner)))
        return parts
    if operand.primitive is broadcast:
        (inner,) = operand.args
        offset = operand.rank - inner.rank
        axes = [axis for axis in range(inner.rank) if not (inner.shape[axis] == 1 and operand.shape[offset + axis] != 1)]
        if len(axes) == inner.rank:
            return [(inner, labels[offset:])]
        if inner.primitive is expand and len(inner.args[0].shape) == len(axes):
            return [(inner.args[0], tuple(labels[offset + axis] for axis in axes))]
        return None
    if operand.primitive is expand:
        position = operand.rank + operand.params[0][0]
        return [(operand.args[0], labels[:position] + labels[position + 1 :])]
    return None


def _dissolve_product(operand: Node, labels: Labels, context: Context) -> list[Operand] | None:
    parts: list[Operand] = []
    others: list[Node] = []
    stays = not context.is_private(operand) and not any(map(_is_identity, operand.args))
    for factor in operand.args:
        aligned = _align(factor, operand, labels)
        if aligned is None or (factor.shape and stays):
            others.append(factor)
        else:
            parts.append(aligned)
    if not parts:
        return None
    if others:
        rest = mul.make(tuple(others)) if len(others) > 1 else others[0]
        if rest.shape != operand.shape:
            return None
        context.is_part_of(rest, operand)
        parts.append((rest, labels))
    return parts


def _is_identity(factor: Node) -> bool:
    """Whether a factor is a δ, whatever axes it is given: dissolved, it takes a sum away."""
    while factor.primitive is expand:
        factor = factor.args[0]
    return factor.primitive is EYE


def _align(factor: Node, operand: Node, labels: Labels) -> Operand | None:
    """Return a factor of a broadcast product with the labels it really carries."""
    if factor.shape == operand.shape:
        return factor, labels
    offset = operand.rank - factor.rank
    stretched = [axis for axis in range(factor.rank) if factor.shape[axis] == 1 and operand.shape[offset + axis] != 1]
    if not stretched:
        return factor, labels[offset:]
    while factor.primitive is expand and stretched:
        (axis,) = factor.params[0]
        position = factor.rank + axis
        if position not in stretched:
            return None
        labels = labels[: offset + position] + labels[offset + position + 1 :]
        stretched = [s - (s > position) for s in stretched if s != position]
        factor = factor.args[0]
    return None if stretched else (factor, labels[offset:])


def _untransposed(operand: Node, labels: Labels, output: Sequence[Label]) -> Labels:
    """A symmetric matrix needs no transpose: its indices are put in the order of the result."""
    if len(labels) != 2 or not output or labels[0] == labels[1] or not is_symmetric(operand):
        return labels
    places = [output.index(label) if label in output else len(output) for label in labels]
    return labels[::-1] if places[1] < places[0] else labels


def _drop_identities(work: Contraction, context: Context) -> None:
    """δ_ab with a summed index renames it: Σ_a δ_ab x_a = x_b, if what stands off a diagonal then is known to have values."""
    progress = True
    while progress:
        progress = False
        for k, (operand, labels) in enumerate(work.operands):
            if operand.primitive is not EYE or labels[0] == labels[1]:
                continue
            for old, new in (labels, labels[::-1]):
                others = [pair for j, pair in enumerate(work.operands) if j != k]
                if old not in work.output and old in work.active and _keep_values(others, {old, new}, context):
                    work.operands = others
                    work.rename(old, new)
                    work.active.discard(old)
                    progress = True
                    break
            if progress:
                break


def _keep_values(operands: Sequence[Operand], pair: set[Label], context: Context) -> bool:
    """Whether operands have values wherever their diagonals, along two indices, have."""
    return all(context.facts.may_vanish(operand) for operand, labels in operands if pair <= {*labels})


def _use_known_sums(work: Contraction, context: Context) -> None:
    """A known sum is that number: Σ_k y_k = 1 for one-hot y along its last axis, and for a softmax along its own."""
    uses = Counter(itertools.chain(work.output, *(labels for _, labels in work.operands)))
    for k, (operand, labels) in enumerate(work.operands):
        known = _known_sum(operand, context)
        if known is None or any(uses[labels[axis]] > 1 for axis in known[0]):
            continue
        work.active -= {labels[axis] for axis in known[0]}
        work.scalars.append(constant(known[1]))
        del work.operands[k]
        _use_known_sums(work, context)
        return


def _known_sum(operand: Node, context: Context) -> tuple[tuple[int, ...], Fraction] | None:
    """Return the axes along which the entries add up to a number, and the number."""
    if operand.is_symbol:
        return None if operand.facts.sums_to is None else ((-1,), operand.facts.sums_to)
    axes = operand.primitive.unit_sum_axes
    return None if axes is None or not context.facts.may_vanish(operand) else (axes(operand), Fraction(1))


def _cancel_inverses(work: Contraction, context: Context) -> None:
    """Σ_b W⁻¹_ab W_bc = δ_ac, in either order, where singular matrices are single points or W is known to have an inverse."""
    for k, (inverse, axes) in enumerate(work.operands):
        if inverse.primitive is not inv_record:
            continue
        (matrix,), (row, column) = inverse.args, axes
        for j, (operand, labels) in enumerate(work.operands):
            if operand is not matrix or len({row, column, *labels}) != 3:
                continue
            for summed, free, other, left in ((column, row, labels[0], labels[1]), (row, column, labels[1], labels[0])):
                uses = sum(summed in pair[1] for pair in work.operands)
                if summed == other and uses == 2 and summed not in work.output and _has_inverse(matrix, context):
                    rest = [pair for i, pair in enumerate(work.operands) if i not in (j, k)]
                    work.operands = [*rest, (eye(matrix.shape[0]), (free, left))]
                    work.active.discard(summed)
                    return _cancel_inverses(work, context)
    return None


def _has_inverse(matrix: Node, context: Context) -> bool:
    return context.facts.is_inside or (matrix.is_symbol and matrix.facts.is_positive_definite)


def _assemble(work: Contraction) -> Node:
    """Build the node: scalars in front; indices that nothing carries any more are counted (summed) or stretched (kept)."""
    _match_single_axes(work)
    carried = {label for _, labels in work.operands for label in labels}
    if len(carried) < len(work.active):
        for label in sorted(work.active - carried - set(work.output), key=str):
            work.scalars.append(size(work.sizes[label]))
    output = [label for label in work.output if label in carried]
    body = _body(work, output)
    if len(output) < len(work.output):
        missing = [position for position, label in enumerate(work.output) if label not in carried]
        full = tuple(work.sizes[label] for label in work.output)
        if body is None:
            body = constant(1)
        body = broadcast.make((expand_at(body, missing) if body.shape else body,), (full,))
    factors = work.scalars + ([body] if body is not None else [])
    if not factors:
        return constant(1)
    return mul.make(tuple(factors))


def _match_single_axes(work: Contraction) -> None:
    """An axis of size 1 that is summed serves as an axis of size 1 that is wanted: the column of a column."""
    if 1 not in work.sizes.values():
        return
    carried = {label for _, labels in work.operands for label in labels}
    wanted = [label for label in work.output if label not in carried and work.sizes[label] == 1]
    spare = [label for label in carried if label not in work.output and work.sizes[label] == 1]
    for new, old in zip(wanted, sorted(spare, key=str), strict=False):
        work.rename(old, new)
        work.active.discard(old)


def _body(work: Contraction, output: list[Label]) -> Node | None:
    if not work.operands:
        return None
    nodes = [node for node, _ in work.operands]
    labels = [pair[1] for pair in work.operands]
    ending = tuple(output)
    if all(inner == ending[len(ending) - len(inner) :] for inner in labels):
        return mul.make(tuple(nodes))
    return contract(nodes, labels, output)
