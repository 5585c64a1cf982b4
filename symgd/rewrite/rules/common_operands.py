"""A rule of sums of contractions that share an operand: AB + AC = A(B + C)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable
from fractions import Fraction
from typing import NamedTuple

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import contract, einsum
from symgd.primitives.exponential import exp
from symgd.primitives.textbook_forms import opened
from symgd.rewrite.label_orders import Operand, in_one_order, numbered
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import factors_of, scaled, split_term

__all__: list[str] = []

_MOST_OPERANDS = 8


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
        "exp(x)*(A @ u)/y - exp(x)*(B @ u)/y",
        "x*(A @ u) - A @ v",
    ),
)
def common_operand(node: Node, context: Context) -> Node | None:
    """Σ P·A + Σ P·B → Σ P·(A + B), where P stands in both with the same role; scalars in front of both stay there."""
    if sum(map(_has_contraction, node.args)) < 2:
        return None
    terms = [(k, read) for k, term in enumerate(node.args) if (read := _scaled_contraction(term)) is not None]
    for (i, one), (j, other) in itertools.combinations(terms, 2):
        if one.operands.isdisjoint(other.operands):
            continue
        shared = one.scalars & other.scalars
        joined = _join_terms(one, other, shared)
        if joined is not None:
            rest = node.args[:i] + node.args[i + 1 : j] + node.args[j + 1 :]
            joined = mul.make((*shared.elements(), joined)) if shared else joined
            return add.make((joined, *rest)) if rest else joined
    return None


def _has_contraction(term: Node) -> bool:
    return any(factor.primitive is einsum for factor in factors_of(term))


class _Term(NamedTuple):
    """A contraction with what stands in front of it."""

    number: Fraction
    scalars: Counter[Node]
    contraction: Node
    operands: frozenset[Node]


def _scaled_contraction(term: Node) -> _Term | None:
    """Read c·s·(A @ x); None for other terms."""
    number, core = split_term(term)
    scalars: list[Node] = []
    if core.primitive is mul:
        tensors = [factor for factor in core.args if factor.shape]
        scalars = [factor for factor in core.args if not factor.shape]
        if len(tensors) != 1:
            return None
        (core,) = tensors
    if core.primitive is not einsum or len(core.args) < 2:
        return None
    return _Term(number, Counter(scalars), core, frozenset(core.args))


@rewriting(
    "add contractions that are the same when they are opened",
    add,
    because="like terms are added: (AB)ᵀ is BᵀAᵀ, and A(BC) is (AB)C",
    needs=((einsum, mul),),
    of="tensors",
    examples=(
        lambda A, B: add.make(((A @ B).T, B.T @ A.T, exp.make((A @ B,)))),
        lambda A: add.make((A @ (A @ A), (A @ A) @ A, exp.make((A @ A,)))),
    ),
)
def like_contractions(node: Node, context: Context) -> Node | None:
    """(AB)ᵀ + BᵀAᵀ → 2·(AB)ᵀ: a product that is used elsewhere is left whole, and hides that terms are alike."""
    terms = [split_term(term) for term in node.args]
    nested = [core for _, core in terms if any(arg.primitive is einsum for arg in core.args)]
    if not nested or sum(core.primitive is einsum for _, core in terms) < 2:
        return None
    known: dict[Hashable, int] = {}
    for k, (number, core) in enumerate(terms):
        key = _opened(core) if core.primitive is einsum else None
        if key is None:
            continue
        first = known.setdefault(key, k)
        if first != k:
            total = scaled(number + terms[first][0], terms[first][1])
            rest = (*node.args[:first], total, *node.args[first + 1 : k], *node.args[k + 1 :])
            return add.make(rest) if len(rest) > 1 else total
    return None


def _opened(core: Node) -> Hashable:
    """Return the operands of a contraction and of those in it, with their indices, in an order of their own; None for many."""
    output = tuple(range(core.rank))
    operands: list[Operand] = [*itertools.islice(opened([(core, output)]), _MOST_OPERANDS + 1)]
    if len(operands) > _MOST_OPERANDS:
        return None
    operands.sort(key=lambda operand: operand[0].serial)
    ordered = in_one_order(operands, output)
    return tuple(part for part, _ in ordered), numbered([labels for _, labels in ordered], output)


def _join_terms(one: _Term, other_term: _Term, shared: Counter[Node]) -> Node | None:
    first, second = one.contraction, other_term.contraction
    first_number, second_number = one.number, other_term.number
    own = [one.scalars - shared, other_term.scalars - shared]
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
            is_common = abs(first_number) == abs(second_number) != 0
            front = first_number if first_number == second_number != 0 else abs(first_number) if is_common else 1
            if any(own) and not all(len(labels) < operand.rank for _, labels in (*rest_a, *rest_b)):
                continue  # scalars go to vectors, not to matrices
            parts = [
                scaled(number / front, _times(scalars, contract([n for n, _ in rest], [x for _, x in rest], kept_a)))
                for number, rest, scalars in ((first_number, rest_a, own[0]), (second_number, rest_b, own[1]))
            ]
            joined = contract([operand, add.make(tuple(parts))], [inputs_a[p], kept_a], output_a)
            return joined if front == 1 else mul.make((constant(front), joined))
    return None


def _times(scalars: Counter[Node], tensor: Node) -> Node:
    return mul.make((*scalars.elements(), tensor)) if scalars else tensor


def _extend(mapping: dict[Hashable, Hashable], source: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Map the indices of one occurrence of a factor to those of the other, one to one."""
    for old, new in zip(source, target, strict=True):
        if mapping.setdefault(old, new) != new:
            return False
    return len(set(mapping.values())) == len(mapping)
