"""Rules of contractions: one sum of products, without identities, ones and needless indices; then common factors."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symgd.graph.node import SIZE, SYMBOL, Node, constant, size
from symgd.graph.shape import Size
from symgd.primitives.adjugate import adjugate_record
from symgd.primitives.arithmetic import add, is_divisor, mul, pow
from symgd.primitives.axes import transpose
from symgd.primitives.contraction import broadcast, contract, einsum, expand, expand_at, label_sizes
from symgd.primitives.identity import eye
from symgd.primitives.linalg import det_record, inv_record, logdet_record, solve_record
from symgd.primitives.matrix_products import matmul
from symgd.primitives.symmetry import is_symmetric
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.rules.algebra import ONE, scaled, split_term

__all__: list[str] = []

EYE = eye(2).primitive


@dataclass
class Contraction:
    """A contraction being joined: scalars in front, operands with their labels, labels of the output."""

    output: list[Any]
    sizes: dict[Any, Size]
    scalars: list[Node] = field(default_factory=list)
    operands: list[tuple[Node, tuple[Any, ...]]] = field(default_factory=list)
    active: set[Any] = field(default_factory=set)

    def rename(self, old: Any, new: Any) -> None:
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
    ),
)
def join_contractions(node: Node, context: Context) -> Node | None:
    """Bring a contraction into its normal form."""
    if node in context.normal or _is_normal(node):
        return None
    inputs, output = node.params
    sizes: dict[Any, Size] = {**label_sizes(node)}
    work = Contraction(list(output), sizes, active=set(sizes))
    pending: list[tuple[Node, tuple[Any, ...]]] = list(zip(node.args, inputs, strict=True))[::-1]
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
    _drop_identities(work, context)
    _use_known_sums(work)
    _join_powers(work)
    work.operands = [(operand, _untransposed(operand, labels, work.output)) for operand, labels in work.operands]
    if len(work.operands) > 1:
        work.operands.sort(key=_by_axes)
    after = _assemble(work)
    for part in (after, *after.args):
        if part.primitive is einsum:
            context.normal.add(part)
    return None if after is node else after


def _by_axes(pair: tuple[Node, tuple[Any, ...]]) -> int:
    return -len(pair[1])


def _is_normal(node: Node) -> bool:
    """Whether a contraction is in its normal form, told at a glance: False where it takes a closer look."""
    inputs, output = node.params
    if inputs[0] == output:  # perhaps a product entry by entry
        return False
    axes = len(inputs[0])
    for arg, labels in zip(node.args, inputs, strict=True):
        if arg.primitive in _DISSOLVED or not 0 < len(labels) <= axes or _untransposed(arg, labels, output) != labels:
            return False
        if arg.primitive is SYMBOL and arg.facts.sums_to is not None:
            return False
        axes = len(labels)
    if len(set(node.args)) == len(node.args) or len(set(zip(node.args, inputs, strict=True))) == len(node.args):
        return True
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
    operands: list[tuple[Node, tuple[Any, ...]]] = []
    for (operand, labels), count in seen.items():
        if count > 1 and any(needed[label] > 1 for label in labels):
            operands.insert(0, (pow.make((operand, constant(count))), labels))
        else:
            operands += [(operand, labels)] * count
    work.operands = operands


def _dissolve(
    operand: Node, labels: tuple[Any, ...], work: Contraction, context: Context
) -> list[tuple[Node, tuple[Any, ...]]] | None:
    """Return the factors an operand consists of, or None where it is to stay whole."""
    if operand.primitive is mul:
        return _dissolve_product(operand, labels, context)
    if operand.primitive is einsum and (
        len(operand.args) == 1 or context.is_private(operand) or any(map(_is_identity, operand.args))
    ):
        inputs, output = operand.params
        names: dict[Any, Any] = dict(zip(output, labels, strict=True))
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
        kept = [axis for axis in range(inner.rank) if not (inner.shape[axis] == 1 and operand.shape[offset + axis] != 1)]
        if len(kept) == inner.rank:
            return [(inner, labels[offset:])]
        if inner.primitive is expand and len(inner.args[0].shape) == len(kept):
            return [(inner.args[0], tuple(labels[offset + axis] for axis in kept))]
        return None
    if operand.primitive is expand:
        position = operand.rank + operand.params[0][0]
        return [(operand.args[0], labels[:position] + labels[position + 1 :])]
    return None


def _dissolve_product(operand: Node, labels: tuple[Any, ...], context: Context) -> list[tuple[Node, tuple[Any, ...]]] | None:
    parts: list[tuple[Node, tuple[Any, ...]]] = []
    kept: list[Node] = []
    stays = not context.is_private(operand) and not any(map(_is_identity, operand.args))
    for factor in operand.args:
        aligned = _align(factor, operand, labels)
        if aligned is None or (factor.shape and stays):
            kept.append(factor)
        else:
            parts.append(aligned)
    if not parts:
        return None
    if kept:
        rest = mul.make(tuple(kept)) if len(kept) > 1 else kept[0]
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


def _align(factor: Node, whole: Node, labels: tuple[Any, ...]) -> tuple[Node, tuple[Any, ...]] | None:
    """Return a factor of a broadcast product with the labels it really carries."""
    if factor.shape == whole.shape:
        return factor, labels
    offset = whole.rank - factor.rank
    stretched = [axis for axis in range(factor.rank) if factor.shape[axis] == 1 and whole.shape[offset + axis] != 1]
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


def _untransposed(operand: Node, labels: tuple[Any, ...], output: Sequence[Any]) -> tuple[Any, ...]:
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


def _keep_values(operands: Sequence[tuple[Node, tuple[Any, ...]]], pair: set[Any], context: Context) -> bool:
    """Whether operands have values wherever their diagonals, along two indices, have."""
    return all(context.facts.may_vanish(operand) for operand, labels in operands if pair <= {*labels})


def _use_known_sums(work: Contraction) -> None:
    """A declared sum along the last axis is that number: Σ_k y_k = 1 for one-hot y."""
    for k, (operand, labels) in enumerate(work.operands):
        if not operand.is_symbol or operand.facts.sums_to is None:
            continue
        last = labels[-1]
        elsewhere = any(last in pair[1] for j, pair in enumerate(work.operands) if j != k) or labels.count(last) > 1
        if last in work.output or elsewhere:
            continue
        one = broadcast.make((constant(operand.facts.sums_to),), (operand.shape[:-1],))
        work.operands[k] = (one, labels[:-1])
        work.active.discard(last)
        if one.shape == ():
            work.scalars.append(one)
            del work.operands[k]
        _use_known_sums(work)
        return


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


def _body(work: Contraction, output: list[Any]) -> Node | None:
    if not work.operands:
        return None
    nodes = [node for node, _ in work.operands]
    labels = [pair[1] for pair in work.operands]
    ending = tuple(output)
    if all(one == ending[len(ending) - len(one) :] for one in labels):
        return mul.make(tuple(nodes))
    return contract(nodes, labels, output)


@rewriting(
    "a Gram form as a square",
    einsum,
    because="XᵀDX = (√D·X)ᵀ(√D·X) for D ≥ 0, half the work",
    purpose=("code",),
    examples=(
        "X.T @ (abs(r)[:, None]*X)",
        "X.T @ diag(r**2) @ X",
    ),
)
def gram_as_square(node: Node, context: Context) -> Node | None:
    """Σₛ x_sr·d_s·x_sc → Σₛ t_sr·t_sc with t = √d·x: a product with itself is computed by syrk."""
    inputs, output = node.params
    matrices = [(arg, labels) for arg, labels in zip(node.args, inputs, strict=True) if len(labels) == 2]
    weights = [(arg, labels) for arg, labels in zip(node.args, inputs, strict=True) if len(labels) < 2]
    if len(matrices) != 2 or not weights or len(output) != 2 or matrices[0][0] is not matrices[1][0]:
        return None
    (matrix, first), (_, second) = matrices
    if first[0] != second[0] or {first[1], second[1]} != set(output) or any(labels != first[:1] for _, labels in weights):
        return None
    weight = mul.make(tuple(arg for arg, _ in weights)) if len(weights) > 1 else weights[0][0]
    if not context.facts.is_nonnegative(weight):
        return None
    half = mul.make((expand_at(pow.make((weight, constant(Fraction(1, 2)))), [1]), matrix))
    context.is_part_of(half, matrix)  # it stands twice, and is not dissolved
    square = contract([half, half], [first, second], output)
    context.normal.add(square)
    return square


@rewriting(
    "the determinant of a product",
    logdet_record,
    because="log |det AB| = log |det A| + log |det B|",
    purpose=("recognise", "people"),
    examples=(
        "logdet(A @ B)",
        "logdet(A.T)",
    ),
)
def logdet_of_product(node: Node, context: Context) -> Node | None:
    """logdet(A·B) → logdet A + logdet B for square matrices; a transpose has the same determinant."""
    (matrix,) = node.args
    if matrix.primitive is not einsum:
        return None
    inputs, output = matrix.params
    if inputs == ((0, 1),) and output == (1, 0):
        return logdet_record.make(matrix.args)
    if matrix_product(inputs, output) and all(is_square(arg) for arg in matrix.args):
        return add.make(tuple(logdet_record.make((arg,)) for arg in matrix.args))
    return None


def matrix_product(inputs: Sequence[tuple[int, ...]], output: tuple[int, ...]) -> bool:
    """Whether a contraction is the product of two matrices, transposed or not."""
    if len(inputs) != 2 or any(len(set(labels)) != 2 for labels in inputs) or len(set(output)) != 2:
        return False
    shared = set(inputs[0]) & set(inputs[1])
    return len(shared) == 1 and set(output) == set(inputs[0]) ^ set(inputs[1])


def is_square(node: Node) -> bool:
    """Whether a matrix has as many rows as columns, by their names."""
    return node.rank == 2 and node.shape[0] == node.shape[1]


@rewriting(
    "take a common divisor out",
    add,
    because="what divides every term divides their sum",
    needs=(mul,),
    of="tensors",
    examples=(
        "u/norm2(u) - v/norm2(u)**3",
        "u/x + v/x**2",
    ),
)
def take_common_divisor(node: Node, context: Context) -> Node | None:
    """x/‖x‖ − y/‖x‖³ → (x − y/‖x‖²)/‖x‖, for tensors and scalar divisors."""
    if any(arg.primitive is not mul for arg in node.args):
        return None
    first = _divisors(node.args[0])
    if not first:
        return None
    divisors = [first, *(_divisors(arg) for arg in node.args[1:])]
    for base in first:
        powers = [found.get(base) for found in divisors]
        if any(power is None for power in powers):
            continue
        least = max(power for power in powers if power is not None)
        inner = tuple(_without_divisor(arg, base, least) for arg in node.args)
        return mul.make((pow.make((base, constant(least))), add.make(inner)))
    return None


def _divisors(term: Node) -> dict[Node, Fraction]:
    """Return the scalars a product is divided by, with their negative exponents."""
    found: dict[Node, Fraction] = {}
    for factor in term.args:
        if not factor.shape and is_divisor(factor) and factor.args[0].primitive is not SIZE:
            base, exponent = factor.args
            found[base] = found.get(base, Fraction(0)) + Fraction(exponent.value)
    return found


def _without_divisor(term: Node, base: Node, exponent: Fraction) -> Node:
    """Return a product whose divisors base⁻ᵏ are base⁻ᵏ⁻ᵉ together; other powers of the base stay."""
    divisors = [factor for factor in term.args if is_divisor(factor) and factor.args[0] is base]
    rest = sum((Fraction(factor.args[1].value) for factor in divisors), -exponent)
    factors = [factor for factor in term.args if factor not in divisors]
    if rest:
        factors.append(pow.make((base, constant(rest))))
    return mul.make(tuple(factors)) if len(factors) > 1 else factors[0]


@rewriting(
    "keep an axis of size 1",
    expand,
    because="an axis of size 1 need not be summed and put back",
    needs=(einsum,),
    examples=(
        "(C @ c)[:, None]",
        "sum(C*y, axis=1)[:, None]",
    ),
)
def keep_single_axis(node: Node, context: Context) -> Node | None:
    """expand(Σ_c b_jc …) → the same without the sum, where c has size 1."""
    (inner,) = node.args
    if not context.is_private(inner):
        return None
    inputs, output = inner.params
    position = node.rank + node.params[0][0]
    for arg, labels in zip(inner.args, inputs, strict=True):
        for label, dimension in zip(labels, arg.shape, strict=True):
            if dimension == 1 and label not in output:
                return contract(inner.args, inputs, [*output[:position], label, *output[position:]])
    return None


# -- common factors -------------------------------------------------------------------------------------------


@rewriting(
    "take a common matrix out",
    add,
    because="the terms share a factor: AB + AC = A(B + C)",
    needs=((einsum, mul),),
    examples=(
        "A @ u + A @ v",
        "X @ A + X @ B",
        "2*(A @ B) - 3*(A @ D)",
        "v @ A @ u + v @ B @ u",
    ),
)
def common_operand(node: Node, context: Context) -> Node | None:
    """Σ P·A + Σ P·B → Σ P·(A + B), where P stands in both with the same role."""
    terms = [split_term(term) for term in node.args]
    if sum(core.primitive is einsum for _, core in terms) < 2:
        return None
    for i, (first_number, first) in enumerate(terms):
        if first.primitive is not einsum or len(first.args) < 2:
            continue
        for j in range(i + 1, len(terms)):
            second_number, second = terms[j]
            if second.primitive is not einsum or len(second.args) < 2 or not set(first.args) & set(second.args):
                continue
            joined = _join_terms(first_number, first, second_number, second)
            if joined is not None:
                rest = node.args[:i] + node.args[i + 1 : j] + node.args[j + 1 :]
                return add.make((joined, *rest)) if rest else joined
    return None


def _join_terms(first_number: Any, first: Node, second_number: Any, second: Node) -> Node | None:
    inputs_a, output_a = first.params
    inputs_b, output_b = second.params
    if first.shape != second.shape:
        return None
    is_product = len(first.args) > 2 or len(second.args) > 2
    uses_a, uses_b = (Counter(itertools.chain(*inputs)) for inputs in (inputs_a, inputs_b))
    for p, operand in enumerate(first.args):
        outside = set(inputs_a[p]) | set(output_a)
        reaching_a = {label for label in outside if uses_a[label] > inputs_a[p].count(label)}
        if not 0 < len(reaching_a) <= 2 or (len(reaching_a) > operand.rank and is_product):
            continue  # (AB + CD)x costs products of matrices, A(Bx) + C(Dx) none
        for q, other in enumerate(second.args):
            if operand is not other:
                continue
            mapping = dict(zip(output_b, output_a, strict=True))
            if not _extend(mapping, inputs_b[q], inputs_a[p]):
                continue
            if reaching_a != {new for old, new in mapping.items() if uses_b[old] > inputs_b[q].count(old)}:
                continue
            rest_a = [(arg, inputs_a[k]) for k, arg in enumerate(first.args) if k != p]
            rest_b = [
                (arg, tuple(mapping.get(label, ("b", label)) for label in inputs_b[k]))
                for k, arg in enumerate(second.args)
                if k != q
            ]
            kept_a = [x for x in dict.fromkeys(x for _, labels in rest_a for x in labels) if x in outside]
            kept_a.sort(key=lambda x: x not in output_a)
            front = abs(first_number) if abs(first_number) == abs(second_number) != 0 else 1
            parts = [
                scaled(number / front, contract([n for n, _ in rest], [x for _, x in rest], kept_a))
                for number, rest in ((first_number, rest_a), (second_number, rest_b))
            ]
            joined = contract([operand, add.make(tuple(parts))], [inputs_a[p], kept_a], output_a)
            return joined if front == 1 else mul.make((constant(front), joined))
    return None


def _extend(mapping: dict[Any, Any], source: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Map the indices of one occurrence of a factor to those of the other, one to one."""
    for old, new in zip(source, target, strict=True):
        if mapping.setdefault(old, new) != new:
            return False
    return len(set(mapping.values())) == len(mapping)


@rewriting(
    "solve instead of inverting",
    einsum,
    because="a linear system is cheaper and more exact than an inverse",
    purpose=("code",),
    examples=(
        "inv(A) @ v",
        "v @ inv(A)",
        "inv(A) @ B",
        "inv(A).T @ v",
    ),
)
def solve_instead(node: Node, context: Context) -> Node | None:
    """A⁻¹ b → solve(A, b), and A⁻ᵀ b → solve(Aᵀ, b), where the inverse is used for nothing else."""
    inputs, output = node.params
    if len(node.args) != 2:
        return None
    for k, operand in enumerate(node.args):
        labels, other_labels, other = inputs[k], inputs[1 - k], node.args[1 - k]
        if operand.primitive is not inv_record or not context.is_private(operand) or len(set(labels)) != 2:
            continue
        for summed, kept in (labels[::-1], labels):
            if summed in output or kept in other_labels or other_labels.count(summed) != 1 or len(other_labels) > 2:
                continue
            matrix = operand.args[0] if labels == (kept, summed) else contract([operand.args[0]], ["ab"], "ba")
            columns = [label for label in other_labels if label != summed]
            right = contract([other], [other_labels], [summed, *columns])
            return contract([solve_record.make((matrix, right))], [[kept, *columns]], output)
    return None


@rewriting(
    "the adjugate instead of determinant times inverse",
    mul,
    because="det(A)·A⁻¹ is the adjugate, which a singular matrix has too",
    purpose=("code",),
    needs=((det_record, pow),),
    examples=(
        "det(A)*inv(A)",
        "det(A)*(inv(A) @ v)",
        "det(A)**2*inv(A)",
        "det(A)*(inv(A) + B)",
    ),
)
def adjugate_instead(node: Node, context: Context) -> Node | None:
    """det(A)·f(A⁻¹) → f(adj A), where f is a contraction in which A⁻¹ stands once, or a sum with such a term."""
    for k, factor in enumerate(node.args):
        base, power = factor.args if factor.primitive is pow else (factor, ONE)
        if base.primitive is not det_record or not power.is_exact or not isinstance(power.value, int) or power.value < 1:
            continue
        for j, other in enumerate(node.args):
            replaced = _times_determinant(other, base)
            if replaced is not None:
                rest = [replaced if i == j else arg for i, arg in enumerate(node.args) if i != k]
                return mul.make((pow.make((base, constant(power.value - 1))), *rest))
    return None


def _times_determinant(node: Node, determinant: Node) -> Node | None:
    """Return det(A)·f(A⁻¹) without the inverse; None where there is none."""
    (matrix,) = determinant.args
    inverse = inv_record.make((matrix,))
    if node is inverse:
        return adjugate_record.make((matrix,))
    if node.primitive is solve_record:
        transposed = transpose(matrix)
        if node.args[0] is matrix or node.args[0] is transposed:
            cofactors = adjugate_record.make((matrix,))
            return matmul(cofactors if node.args[0] is matrix else transpose(cofactors), node.args[1])
    if node.primitive is einsum or node.primitive is mul:
        found = [(k, one) for k, arg in enumerate(node.args) if (one := _times_determinant(arg, determinant)) is not None]
        if not found or (node.primitive is einsum and len(found) > 1):
            return None
        place, replaced = found[0]
        return node.primitive.make((*node.args[:place], replaced, *node.args[place + 1 :]), node.params)
    if node.primitive is add:
        terms = [(arg, _times_determinant(arg, determinant)) for arg in node.args]
        if any(one is not None for _, one in terms):
            return add.make(tuple(mul.make((determinant, arg)) if one is None else one for arg, one in terms))
    return None


@rewriting(
    "a centred sum",
    einsum,
    because="deviations from their mean add to 0",
    needs=(add,),
    examples=(
        "sum(v - mean(v))",
        "sum(X - mean(X, axis=0))",
        "sum(r[:, None]*(X - mean(X, axis=1)[:, None]))",
    ),
)
def centred_sum(node: Node, context: Context) -> Node | None:
    """Σ (x − mean(x)) → 0 along the axes of the mean, also beside factors that do not run along them, if all are defined."""
    inputs, output = node.params
    uses = Counter(itertools.chain(output, *inputs))
    for operand, labels in zip(node.args, inputs, strict=True):
        axes = _centred_axes(operand)
        if axes and all(uses[labels[axis]] == 1 for axis in axes) and all(map(context.facts.may_vanish, node.args)):
            return broadcast.make((constant(0),), (node.shape,))
    return None


def _centred_axes(node: Node) -> set[int]:
    """Return the axes along which entries are deviations from their mean."""
    if node.primitive is not add or len(node.args) != 2:
        return set()
    (first, one), (second, other) = (split_term(term) for term in node.args)
    for values, centre in ((one, other), (other, one)):
        mean = centre.args[0] if centre.primitive is expand else centre
        if first != -second or mean.primitive.name != "mean" or mean.args[0] is not values:
            continue
        axes = {axis % values.rank for axis in mean.params[0]}
        origins: list[int | None] = [axis for axis in range(values.rank) if axis not in axes]
        if centre.primitive is expand:
            origins.insert(centre.rank + centre.params[0][0], None)
        while len(origins) < values.rank:  # broadcasting lines the mean up with the last axes
            origins.insert(0, None)
        if all(origin == (None if axis in axes else axis) for axis, origin in enumerate(origins)):
            return axes
    return set()
