"""A rule of sums of contractions that share an operand: AB + AC = A(B + C)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable
from fractions import Fraction

from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import contract, einsum
from symgd.rewrite.rule import Context, rewriting
from symgd.rewrite.terms import scaled, split_term

__all__: list[str] = []


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


def _join_terms(first_number: Fraction, first: Node, second_number: Fraction, second: Node) -> Node | None:
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


def _extend(mapping: dict[Hashable, Hashable], source: tuple[int, ...], target: tuple[int, ...]) -> bool:
    """Map the indices of one occurrence of a factor to those of the other, one to one."""
    for old, new in zip(source, target, strict=True):
        if mapping.setdefault(old, new) != new:
            return False
    return len(set(mapping.values())) == len(mapping)
