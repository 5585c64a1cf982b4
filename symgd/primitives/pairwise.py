"""Write a contraction of many factors as a sequence of products of two, in a cheap order.

The same rewriting makes formulas readable (``X.T @ (y * s)`` instead of three factors under one sum) and compiled code fast
(each product is one ``@``, one ``*`` or one ``sum``). A symbolic size counts as 128 when orders are compared.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from symgd.graph.node import Node
from symgd.graph.shape import size_names, size_value
from symgd.graph.traversal import fold, rebuild
from symgd.primitives.arithmetic import mul
from symgd.primitives.contraction import contract, einsum, expand_at
from symgd.primitives.contraction_layout import Labels, matmul_form
from symgd.primitives.summation import sum
from symgd.primitives.symmetry import is_symmetric
from symgd.primitives.textbook_forms import as_chain, as_indexed_product, as_matrix_chain, turned, with_chains

__all__ = ["pairwise"]

NOMINAL_SIZE = 128


def pairwise(roots: Iterable[Node], stop: Collection[Node] = (), for_reading: bool = False) -> list[Node]:
    """Return the formulas with every contraction written as products of at most two factors.

    Parameters
    ----------
    roots : iterable of Node
    stop : collection of Node
        Nodes that are left whole.
    for_reading : bool
        Whether scalars are written as textbooks write them, x @ S @ y, rather than in the cheapest order.
    """
    roots = list(roots)
    lower = functools.partial(_lower, whole=stop if for_reading else None)
    values = fold(roots, lambda node, args: lower(rebuild(node, tuple(args))), {node: node for node in stop})
    lowered = [values[root] for root in roots]
    if for_reading:
        written = fold(lowered, lambda node, args: turned(rebuild(node, tuple(args))), {node: node for node in stop})
        return [written[node] for node in lowered]
    return lowered


def _lower(node: Node, whole: Collection[Node] | None) -> Node:
    """Write a contraction as products of two factors; for reading where nodes are given that are left whole."""
    if whole is not None and (product := as_indexed_product(node)) is not None:
        return product
    if node.primitive is not einsum:
        return node
    inputs, output = node.params
    if len(inputs) == 1:
        return _single(node.args[0], inputs[0], output)
    operands: list[tuple[Node, Labels]] = list(zip(node.args, inputs, strict=True))
    if whole is not None and max(node.rank, *map(len, inputs)) > 2:
        return with_chains(node)
    if whole is not None and not output and not _is_row_chain(node):
        chain = as_chain(operands, whole)
        if chain is not None:
            return chain
    if whole is not None and len(output) == 2:
        chain = as_matrix_chain(operands, output, whole)
        if chain is not None:
            return chain
    if len(operands) == 2:
        return _pair(operands[0], operands[1], output, output)[0]
    for first, second in _order(node):
        chosen = (operands[first], operands[second])
        operands = [operand for k, operand in enumerate(operands) if k not in (first, second)]
        needed = set(output).union(*(labels for _, labels in operands))
        last = not operands
        kept = tuple(dict.fromkeys(label for _, labels in chosen for label in labels if label in needed))
        operands.insert(0, _pair(*_matrix_first(*chosen), output if last else kept, output if last else None))
    return operands[0][0]


def _is_row_chain(node: Node) -> bool:
    """Whether a scalar is (x @ A) @ y already, as a row times a column."""
    form = matmul_form(*node.params) if len(node.args) == 2 else None
    if form is None:
        return False
    row = node.args[form[0]]
    inner = matmul_form(*row.params) if row.primitive is einsum and len(row.args) == 2 else None
    return inner is not None and row.args[inner[0]].rank == 1


def _matrix_first(left: tuple[Node, Labels], right: tuple[Node, Labels]) -> tuple[tuple[Node, Labels], tuple[Node, Labels]]:
    """Put a matrix before a vector: Xᵀ v, as textbooks have it, rather than v X."""
    return (right, left) if len(left[1]) < len(right[1]) else (left, right)


def _order(node: Node) -> list[tuple[int, int]]:
    inputs, output = node.params
    names = {name for arg in node.args for name in size_names(arg.shape)}
    nominal = dict.fromkeys(names, NOMINAL_SIZE)
    shapes = tuple(tuple(max(1, size_value(size, nominal)) for size in arg.shape) for arg in node.args)
    return _cheapest(inputs, output, shapes)


@lru_cache(maxsize=4096)
def _cheapest(inputs: tuple[Labels, ...], output: Labels, shapes: tuple[tuple[int, ...], ...]) -> list[tuple[int, int]]:
    """Return the pairs to multiply, one after the other; each product goes to the front of the factors that remain.

    Up to five factors all orders are compared (multiplications and additions counted); among equal ones the later factors are
    joined first, which gives Xᵀ(s·X) rather than (s·X)ᵀX. Longer products are left to opt_einsum's greedy search.
    """
    sizes = {label: n for labels, shape in zip(inputs, shapes, strict=True) for label, n in zip(labels, shape, strict=True)}
    if len(inputs) <= 5:
        return _search(inputs, output, sizes)[1]
    return _greedy(inputs, output, shapes)


def _search(inputs: tuple[Labels, ...], output: Labels, sizes: dict[int, int]) -> tuple[float, list[tuple[int, int]]]:
    """Return the least cost and its order; a scaling prefers the factor that ends up on the right."""
    if len(inputs) == 1:
        return 0, []
    best: tuple[float, list[tuple[int, int]]] | None = None
    for first in range(len(inputs) - 2, -1, -1):
        for second in range(len(inputs) - 1, first, -1):
            rest = tuple(labels for k, labels in enumerate(inputs) if k not in (first, second))
            needed = set(output).union(*rest)
            touched = dict.fromkeys(inputs[first] + inputs[second])
            kept = tuple(label for label in touched if label in needed)
            scales_left = len(kept) == len(touched) and output[:1] and output[0] in kept
            work = math.prod(sizes[label] for label in touched) * (2 if len(kept) < len(touched) else 1) + 0.5 * bool(
                scales_left
            )
            cost, later = _search((kept, *rest), output, sizes)
            if best is None or work + cost < best[0]:
                best = work + cost, [(first, second), *later]
    assert best is not None
    return best


def _greedy(inputs: tuple[Labels, ...], output: Labels, shapes: tuple[tuple[int, ...], ...]) -> list[tuple[int, int]]:
    import opt_einsum

    sizes = {label: n for labels, shape in zip(inputs, shapes, strict=True) for label, n in zip(labels, shape, strict=True)}
    path = opt_einsum.paths.greedy([frozenset(labels) for labels in inputs], frozenset(output), sizes, cost_fn=_growth)
    waiting = list(range(len(inputs)))  # opt_einsum puts products last; we put them first
    ours = list(waiting)
    steps: list[tuple[int, int]] = []
    fresh = len(inputs)
    for group in path:
        chosen = [waiting[k] for k in sorted(group)]
        for k in sorted(group, reverse=True):
            del waiting[k]
        total = chosen[0]
        for other in chosen[1:]:
            i, j = sorted((ours.index(total), ours.index(other)))
            steps.append((i, j))
            ours = [fresh, *(operand for operand in ours if operand not in (total, other))]
            total, fresh = fresh, fresh + 1
        waiting.append(total)
    return steps


def _growth(product: int, left: int, right: int, *_: object) -> float:
    """Return by how much a product outgrows its factors; among equals, small factors are multiplied first."""
    return product - left - right + 1e-9 * left * right


def _single(operand: Node, labels: Labels, output: Labels) -> Node:
    """Write a contraction of one argument as diagonal, then sum, then transpose."""
    if len(set(labels)) != len(labels):
        distinct = tuple(dict.fromkeys(labels))
        if output == () and labels == (0, 0):
            return contract([operand], [labels], ())
        diagonal = contract([operand], [labels], distinct)
        return diagonal if distinct == output else _single(diagonal, distinct, output)
    kept = tuple(label for label in labels if label in output)
    if kept in (labels, output):
        return contract([operand], [labels], output)
    return contract([contract([operand], [labels], kept)], [kept], output)


def _pair(
    left: tuple[Node, Labels], right: tuple[Node, Labels], kept: Sequence[int], final: Labels | None
) -> tuple[Node, Labels]:
    """Multiply two factors, keeping the indices `kept`; return the product and the order its indices came out in."""
    (a, a_labels), (b, b_labels) = (_reduced(*left, {*kept, *right[1]}), _reduced(*right, {*kept, *left[1]}))
    shared = [label for label in a_labels if label in b_labels]
    summed = [label for label in shared if label not in kept]
    output = tuple(final) if final is not None else tuple(kept)
    free_a = tuple(label for label in a_labels if label not in summed)
    free_b = tuple(label for label in b_labels if label not in summed)
    if not summed:
        return _elementwise(a, a_labels, b, b_labels, output), output
    if not set(free_a) & set(free_b) and len(summed) == 1 and len(free_a) <= 1 and len(free_b) <= 1:
        if final is None:
            output = free_a + free_b
        first, second = (a, a_labels), (b, b_labels)
        if output != free_a + free_b or (len(a_labels) == 1 and len(b_labels) == 2 and b_labels[-1] == summed[0]):
            first, second = second, first
        return _matrix_product(first, second, summed[0]), output
    if not free_a and not free_b:
        return sum(_elementwise(a, a_labels, b, b_labels, a_labels)), output
    if set(a_labels) == set(b_labels):
        product = _elementwise(a, a_labels, b, b_labels, a_labels)
        return _single(product, a_labels, output), output
    return contract([a, b], [a_labels, b_labels], output), output


def _reduced(operand: Node, labels: Labels, needed: set[int]) -> tuple[Node, Labels]:
    """Sum out what only this factor carries, and take diagonals."""
    kept = tuple(dict.fromkeys(label for label in labels if label in needed))
    return (operand, labels) if kept == labels else (_single(operand, labels, kept), kept)


def _matrix_product(left: tuple[Node, Labels], right: tuple[Node, Labels], label: int) -> Node:
    (a, a_labels), (b, b_labels) = left, right
    if a_labels[-1] != label:
        a, a_labels = _turned(a), a_labels[::-1]
    if b_labels[0] != label:
        b, b_labels = _turned(b), b_labels[::-1]
    product = contract([a, b], [a_labels, b_labels], a_labels[:-1] + b_labels[1:])
    assert matmul_form(*product.params) is not None
    return product


def _turned(matrix: Node) -> Node:
    return matrix if is_symmetric(matrix) else contract([matrix], [(0, 1)], (1, 0))


def _elementwise(a: Node, a_labels: Labels, b: Node, b_labels: Labels, output: Labels) -> Node:
    """Multiply entry by entry, with axes lined up for broadcasting."""
    if len(a_labels) == 1 and len(b_labels) == 1 and output == a_labels + b_labels:
        return contract([a, b], [a_labels, b_labels], output)
    if len(a_labels) == 1 and len(b_labels) == 1 and output == b_labels + a_labels:
        return contract([b, a], [b_labels, a_labels], output)
    if len(a_labels) > len(b_labels):
        (a, a_labels), (b, b_labels) = (b, b_labels), (a, a_labels)
    return mul.make((_aligned(a, a_labels, output), _aligned(b, b_labels, output)))


def _aligned(operand: Node, labels: Labels, output: Labels) -> Node:
    order = tuple(label for label in output if label in labels)
    operand = contract([operand], [labels], order)
    started = [position for position, label in enumerate(output) if label in labels]
    first = started[0] if started else len(output)
    missing = [position - first for position, label in enumerate(output) if position > first and label not in labels]
    return expand_at(operand, missing)
