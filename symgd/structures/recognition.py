"""Recognise the structure of a matrix of second derivatives from its graph, for sizes that may be symbolic.

The matrix is read as a sum of products with indices (:mod:`symgd.structures.index_products`). Which rows and columns are
tied, and which factors hang together, decides what it is; its *parts* are formulas of what has to be stored.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from typing import Any

from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant, tensor
from symgd.graph.shape import Shape, Size, show_shape
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import broadcast, contract, expand_at, eye
from symgd.primitives.indexing import array, pad, scatter_record, stack
from symgd.structures.index_products import Product, UnreadableError, as_products, whole_run

Make = Callable[..., "Structure"]

__all__ = ["Structure", "StructureKind", "as_matrix", "matrix_of", "product_formulas", "recognise"]


class StructureKind(Enum):
    """What a matrix is."""

    ZERO = "zero"
    DIAGONAL = "diagonal"
    BANDED = "banded"
    BLOCK_DIAGONAL = "block diagonal"
    KRONECKER = "Kronecker product"
    LOW_RANK_PLUS_DIAGONAL = "low rank plus diagonal"
    GRAM = "Gram form"
    SPARSE = "sparse"
    FACTORED = "sum of products"
    DENSE = "dense"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Structure:
    """What is known of a matrix before its numbers are.

    Attributes
    ----------
    kind : StructureKind
    matrix : Node
        Of shape ``(*shape, *shape)``.
    shape : tuple of int or Dim
        Of the variable: rows and columns are its entries.
    parts : dict of str to Node
        What is stored.
    layout : dict
        How the parts make up the matrix: offsets of diagonals, axes of blocks and factors.
    is_constant : bool
        Whether the matrix is the same at every point.
    is_positive_semidefinite : bool
        Whether that is known of a Gram form, from the signs of its weights.
    variable : str
        The name of the variable, where it is one tensor and known: the matrix need not speak of it.
    """

    kind: StructureKind
    matrix: Node
    shape: Shape
    parts: Mapping[str, Node] = field(default_factory=dict)
    layout: Mapping[str, Any] = field(default_factory=dict)
    is_constant: bool = False
    is_positive_semidefinite: bool = False
    variable: str = ""

    def __str__(self) -> str:
        shown = [f"{name} = {node}" for name, node in self.parts.items() if self.kind is not StructureKind.DENSE]
        shown = [f"eye({self.shape[axis]})" for axis in self.layout.get("identity", ())] + shown
        parts = "; ".join(shown)
        return f"{'constant, ' if self.is_constant else ''}{self.kind}{': ' if parts else ''}{parts}"

    def _repr_latex_(self) -> str:
        parts = ",\\quad ".join(f"{_in_latex(name)} = {node.latex()}" for name, node in self.parts.items())
        return f"$\\displaystyle \\text{{{self.kind}}}{':' if parts else ''}\\quad {parts}$"

    def to_dict(self) -> dict[str, Any]:
        """Return the structure as plain data."""
        return {
            "kind": str(self.kind),
            "shape": [str(size) for size in self.shape],
            "parts": {name: str(node) for name, node in self.parts.items()},
            "is_constant": self.is_constant,
            "is_positive_semidefinite": self.is_positive_semidefinite,
        }


def _in_latex(name: str) -> str:
    return f"\\mathrm{{{name.replace('_', ' ')}}}"


def recognise(matrix: Node, *, is_constant: bool = False, as_it_is: bool = False) -> tuple[Structure, Node | None]:
    """Recognise the structure of a matrix.

    Parameters
    ----------
    matrix : Node
        Of shape ``(*shape, *shape)``.
    is_constant : bool
        Whether no variable stands in it.
    as_it_is : bool
        Do not read the matrix as a sum of products.

    Returns
    -------
    structure : Structure
    restored : Node or None
        The matrix, put together again from the products it was read as.

    Raises
    ------
    ShapeError
        Where the first half of the axes is not the second.
    """
    half = matrix.rank // 2
    shape = matrix.shape[:half]
    if not shape or matrix.shape != (*shape, *shape):
        raise ShapeError(f"a matrix of second derivatives has its variable's axes twice, not {show_shape(matrix.shape)}")
    make = functools.partial(Structure, matrix=matrix, shape=shape, is_constant=is_constant)
    if matrix.primitive is array and half == 1 and isinstance(shape[0], int):
        return _of_entries(matrix, shape[0], make), None
    dense = make(StructureKind.DENSE, parts={"matrix": matrix})
    if as_it_is:
        return dense, None
    try:
        products = as_products(matrix, half)
        found = _of_products(products, shape, make)
    except UnreadableError:
        return dense, None
    try:
        return found, as_matrix(products, shape)
    except UnreadableError:
        return found, None


# -- matrices written out entry by entry ------------------------------------------------------------------------


def _of_entries(matrix: Node, n: int, make: Make) -> Structure:
    """Read the pattern of a matrix of scalar formulas."""
    filled = [divmod(k, n) for k, entry in enumerate(matrix.args) if not entry.equals_number(0)]
    if not filled:
        return make(StructureKind.ZERO)
    offsets = sorted({column - row for row, column in filled})

    def diagonal(offset: int) -> Node:
        rows = range(max(0, -offset), n - max(0, offset))
        return stack([matrix.args[row * n + row + offset] for row in rows], (len(rows),))

    if offsets == [0]:
        return make(StructureKind.DIAGONAL, parts={"diagonal": diagonal(0)})
    reach = max(abs(offset) for offset in offsets)
    if 4 * reach < n:
        return _banded({(offset,): diagonal(offset) for offset in offsets}, (n,), make)
    block = _block_length(filled, n)
    if block < n:
        entries = [matrix.args[row * n + start + column] for start in range(0, n, block) for row in range(start, start + block)
                   for column in range(block)]  # fmt: skip
        blocks = stack(entries, (n // block, block, block))
        return make(StructureKind.BLOCK_DIAGONAL, parts={"blocks": blocks}, layout={"size": block})
    if 4 * len(filled) <= n * n and n >= 8:
        rows, columns = zip(*filled, strict=True)
        values = stack([matrix.args[row * n + column] for row, column in filled], (len(filled),))
        return make(StructureKind.SPARSE, parts={"values": values}, layout={"rows": rows, "columns": columns})
    return make(StructureKind.DENSE, parts={"matrix": matrix})


def _block_length(filled: Sequence[tuple[int, int]], n: int) -> int:
    """Return the length of the smallest equal blocks on the diagonal that hold all entries."""
    return next(size for size in range(1, n + 1) if n % size == 0 and all(i // size == j // size for i, j in filled))


# -- matrices read as sums of products --------------------------------------------------------------------------


def _of_products(products: list[Product], shape: Shape, make: Make) -> Structure:
    rank = len(shape)
    if not products:
        return make(StructureKind.ZERO)
    tied = [one for one in products if len(one.ties) == rank]
    others = [one for one in products if len(one.ties) < rank]
    diagonals = _diagonals(tied, shape)
    if not others:
        if set(diagonals) == {(0,) * rank}:
            return make(StructureKind.DIAGONAL, parts={"diagonal": diagonals[(0,) * rank]})
        return _banded(diagonals, shape, make)
    if set(diagonals) <= {(0,) * rank} and not any(one.crossings or one.ranges for one in others):
        for attempt in (_low_rank, _blocks, _kronecker, _gram):
            found = attempt(tied, others, diagonals.get((0,) * rank), shape, make)
            if found is not None:
                return found
    if any(one.ranges or any(offset != 0 for _, offset in one.ties) for one in products):
        raise UnreadableError
    if rank == 1 and all(len(one.factors) == 1 for one in others):
        raise UnreadableError  # a plain matrix
    return _factored(products, shape, make)


def _diagonals(products: Iterable[Product], shape: Shape) -> dict[tuple[Size, ...], Node]:
    """Return the sum of tied products by their offsets, each as long as its diagonal."""
    runs: dict[tuple[tuple[Size, ...], tuple[tuple[Size, Size], ...]], list[Node]] = {}
    rank = len(shape)
    for one in products:
        offsets = tuple(one.offsets[axis] for axis in range(rank))
        part = {axis: (low, high) for axis, low, high in one.ranges}
        whole = [whole_run(size, offset) for size, offset in zip(shape, offsets, strict=True)]
        run = tuple(part.get(axis, whole[axis]) for axis in range(rank))
        lengths = tuple(high - low for low, high in run)
        runs.setdefault((offsets, tuple(run)), []).append(_values(one, tuple(range(rank)), lengths))
    terms: dict[tuple[Size, ...], list[Node]] = {}
    for (offsets, run), parts in runs.items():
        values = add.make(tuple(parts)) if len(parts) > 1 else parts[0]
        for axis, (low, high) in enumerate(run):
            first, last = whole_run(shape[axis], offsets[axis])
            if (low, high) != (first, last):
                values = pad(values, axis - rank, low - first, last - high)
        terms.setdefault(offsets, []).append(values)
    return {offsets: add.make(tuple(values)) for offsets, values in sorted(terms.items(), key=lambda pair: _order(pair[0]))}


def _order(offsets: tuple[Size, ...]) -> tuple[str, ...]:
    return tuple(f"{offset:+06d}" if isinstance(offset, int) else str(offset) for offset in offsets)


def _values(product: Product, labels: tuple[int, ...], sizes: Shape, without_weight: bool = False) -> Node:
    """Return the tensor of a product's factors with axes in the order of `labels`, stretched where no factor has one."""
    groups: dict[tuple[int, ...], list[Node]] = {}
    for node, own in product.factors:
        groups.setdefault(own, []).append(node)
    operands = [mul.make(tuple(nodes)) if len(nodes) > 1 else nodes[0] for nodes in groups.values()]
    present = [label for label in labels if any(label in own for own in groups)]
    value: Node | None = None
    if operands:
        value = contract(operands, list(groups), present)
        value = expand_at(value, [k for k, label in enumerate(labels) if label not in present])
    weight = None if without_weight or (product.weight.equals_number(1) and value is not None) else product.weight
    parts = tuple(part for part in (weight, value) if part is not None) or (constant(1),)
    result = mul.make(parts) if len(parts) > 1 else parts[0]
    return result if result.shape == sizes else broadcast.make((result,), (sizes,))


def _banded(diagonals: Mapping[tuple[Size, ...], Node], shape: Shape, make: Make) -> Structure:
    kind = StructureKind.BANDED if len(shape) == 1 else StructureKind.SPARSE
    names = {offsets: "diagonal" + "".join(f"_{str(k).replace('-', 'm')}" for k in offsets) for offsets in diagonals}
    return make(
        kind,
        parts={names[offsets]: values for offsets, values in diagonals.items()},
        layout={"offsets": tuple(diagonals)},
    )


def _components(product: Product, rank: int) -> list[tuple[list[tuple[Node, tuple[int, ...]]], set[int]]]:
    """Return the groups of factors that hang together by summed indices, or by an index of a tied axis."""
    groups: list[tuple[list[tuple[Node, tuple[int, ...]]], set[int]]] = []
    tied = set(product.offsets)
    for factor in product.factors:
        labels = set(factor[1])
        joined = [group for group in groups if group[1] & labels & ({*tied} | {k for k in labels if k >= 2 * rank})]
        merged = ([one for group in joined for one in group[0]] + [factor], labels.union(*(group[1] for group in joined)))
        groups = [group for group in groups if group not in joined] + [merged]
    return groups


def _low_rank(tied: list[Product], others: list[Product], diagonal: Node | None, shape: Shape, make: Make) -> Structure | None:
    """Σ uᵢ·vᵢᵀ + diag(d): every product falls apart into a factor of the rows and one of the columns."""
    rank = len(shape)
    rows, columns = tuple(range(rank)), tuple(range(rank, 2 * rank))
    lefts, rights = [], []
    if any(one.ties for one in others):
        return None
    for one in others:
        sides: tuple[list[Any], list[Any]] = ([], [])
        for factors, labels in _components(one, rank):
            own = labels & {*rows, *columns}
            if own & {*rows} and own & {*columns}:
                return None
            sides[bool(own & {*columns})].extend(factors)
        left, right = (Product(one.coefficient, one.scalars, tuple(side)) for side in sides)
        lefts.append(_values(left, rows, shape))
        rights.append(_values(right, columns, shape, without_weight=True))
    parts = {
        **{f"left_{k}": node for k, node in enumerate(lefts, 1)},
        **{f"right_{k}": node for k, node in enumerate(rights, 1)},
    }
    if diagonal is not None:
        parts["diagonal"] = diagonal
    return make(StructureKind.LOW_RANK_PLUS_DIAGONAL, parts=parts, layout={"rank": len(lefts)})


def _blocks(tied: list[Product], others: list[Product], diagonal: Node | None, shape: Shape, make: Make) -> Structure | None:
    """Blocks along axes that are tied in every product; one block for all is a Kronecker product with an identity."""
    rank = len(shape)
    batch = [axis for axis in range(rank) if all(axis in one.offsets for one in others)]
    inner = [axis for axis in range(rank) if axis not in batch]
    if not batch:
        return None
    labels = (*batch, *inner, *(axis + rank for axis in inner))
    sizes = tuple(shape[label % rank] for label in labels)
    is_same = not any(label in batch for one in (*tied, *others) for _, own in one.factors for label in own)
    if any(one.ranges for one in (*tied, *others)):
        return None
    if is_same:
        labels, sizes = labels[len(batch) :], sizes[len(batch) :]
    block = add.make(tuple(_values(_with_identities(one, rank, batch, shape), labels, sizes) for one in (*others, *tied)))
    if is_same:
        factors = ((tuple(inner), tuple(inner)),)
        return make(StructureKind.KRONECKER, parts={"factor_1": block}, layout={"factors": factors, "identity": tuple(batch)})
    return make(StructureKind.BLOCK_DIAGONAL, parts={"blocks": block}, layout={"batch": tuple(batch)})


def _with_identities(product: Product, rank: int, without: Sequence[int], shape: Shape) -> Product:
    """Write the ties of axes that are rows and columns of their own as identity matrices."""
    eyes = tuple((eye(shape[axis]), (axis, axis + rank)) for axis in product.offsets if axis not in without)
    return Product(product.coefficient, product.scalars, (*product.factors, *eyes))


def _kronecker(tied: list[Product], others: list[Product], diagonal: Node | None, shape: Shape, make: Make) -> Structure | None:
    """One product whose factors fall apart, each with rows and columns of its own."""
    rank = len(shape)
    if tied or len(others) != 1 or rank == 1:
        return None
    (one,) = others
    groups = _components(one, rank)
    parts, factors = [], []
    for k, (nodes, labels) in enumerate(groups):
        rows = tuple(sorted(label for label in labels if label < rank))
        columns = tuple(sorted(label - rank for label in labels if rank <= label < 2 * rank))
        if not rows or not columns or set(rows) & set(one.offsets):
            return None
        if sorted(map(str, (shape[axis] for axis in rows))) != sorted(map(str, (shape[axis] for axis in columns))):
            return None
        order = (*rows, *(axis + rank for axis in columns))
        product = Product(one.coefficient if k == 0 else Fraction(1), one.scalars if k == 0 else (), tuple(nodes))
        parts.append(_values(product, order, tuple(shape[label % rank] for label in order)))
        factors.append((rows, columns))
    if len(parts) + bool(one.ties) < 2:
        return None
    return make(
        StructureKind.KRONECKER,
        parts={f"factor_{k}": node for k, node in enumerate(parts, 1)},
        layout={"factors": tuple(factors), "identity": tuple(one.offsets)},
    )


def _gram(tied: list[Product], others: list[Product], diagonal: Node | None, shape: Shape, make: Make) -> Structure | None:
    """Xᵀ·diag(d)·X + diag(e)."""
    if len(shape) > 1:
        return None
    weights: list[Node] = []
    pair: tuple[Node, tuple[int, ...]] | None = None
    for one in others:
        found = _gram_pair(one)
        if found is None:
            return None
        base, labels, rest = found
        if pair is None:
            pair = (base, labels)
        if pair[0] is not base or pair[1] != labels:
            return None
        summed = tuple(label for label in labels if label >= 2)
        product = Product(one.coefficient, one.scalars, rest)
        sizes = tuple(size for label, size in zip(labels, base.shape, strict=True) if label >= 2)
        weights.append(_values(product, summed, sizes) if rest else product.weight)
    if pair is None:
        return None
    weight = add.make(tuple(weights)) if len(weights) > 1 else weights[0]
    base, labels = pair
    rows_first = contract([base], [labels], [*(label for label in labels if label >= 2), 0])
    parts = {"matrix": rows_first, "weights": weight}
    is_convex = Facts().is_nonnegative(weight)
    if diagonal is not None:
        parts["diagonal"] = diagonal
        is_convex = is_convex and Facts().is_nonnegative(diagonal)
    return make(StructureKind.GRAM, parts=parts, is_positive_semidefinite=is_convex)


def _gram_pair(product: Product) -> tuple[Node, tuple[int, ...], tuple[tuple[Node, tuple[int, ...]], ...]] | None:
    """Return the factor that stands once with the row and once with the column, and the factors with neither."""
    sides = [[factor for factor in product.factors if side in factor[1]] for side in (0, 1)]
    if any(len(side) != 1 for side in sides):
        return None
    (left, of_row), (right, of_column) = (side[0] for side in sides)
    if left is not right or of_row != tuple(0 if label == 1 else label for label in of_column):
        return None
    rest = tuple(factor for factor in product.factors if factor not in (sides[0][0], sides[1][0]))
    if any(label not in of_row for _, labels in rest for label in labels):
        return None
    return left, of_row, rest


def _factored(products: list[Product], shape: Shape, make: Make) -> Structure:
    parts: dict[Node, str] = {}
    for one in products:
        for node in (*one.scalars, *(node for node, _ in one.factors)):
            parts.setdefault(node, f"factor_{len(parts) + 1}")
    return make(
        StructureKind.FACTORED,
        parts={name: node for node, name in parts.items()},
        layout={"products": tuple(products), "factors": tuple(parts)},
    )


# -- sums of products, one factor after the other -----------------------------------------------------------------


def product_formulas(structure: Structure) -> tuple[list[Node], Node, Node, Node]:
    """Return what a sum of products needs to be used without multiplying it out.

    Returns
    -------
    factors : list of Node
        Inputs that stand for the parts.
    vector : Node
        An input for the vector.
    product, diagonal : Node
        The matrix times the vector, and its diagonal, in terms of those inputs.
    """
    shape = structure.shape
    rank = len(shape)
    inputs = {part: tensor(name, part.shape) for name, part in zip(structure.parts, structure.layout["factors"], strict=True)}
    vector = tensor("vector", shape)
    products = [
        replace(
            one,
            scalars=tuple(inputs[node] for node in one.scalars),
            factors=tuple((inputs[node], labels) for node, labels in one.factors),
        )
        for one in structure.layout["products"]
    ]
    return list(inputs.values()), vector, _times(products, vector, rank), _main_diagonal(products, shape)


def _main_diagonal(products: Sequence[Product], shape: Shape) -> Node:
    rank = len(shape)
    terms = []
    for one in products:
        if any(row != column - rank for row, column in one.crossings):
            crossed = tuple((eye(shape[row % rank]), (row % rank, column % rank)) for row, column in one.crossings)
            one = replace(one, factors=(*one.factors, *crossed))
        factors = tuple((node, tuple(k - rank if rank <= k < 2 * rank else k for k in labels)) for node, labels in one.factors)
        terms.append(_values(replace(one, factors=factors), tuple(range(rank)), shape))
    return add.make(tuple(terms)) if len(terms) > 1 else terms[0]


def _times(products: Sequence[Product], vector: Node, rank: int) -> Node:
    """Return the sum of products times a vector; products whose last factor is the same are added before it."""
    groups: dict[Any, tuple[Any, list[Node]]] = {}
    lasts: set[Any] = set()
    for one in products:
        follows = {**{axis + rank: axis for axis in one.offsets}, **{column: row for row, column in one.crossings}}
        current, labels = vector, tuple(follows.get(axis + rank, axis + rank) for axis in range(rank))
        waiting = list(one.factors)
        last: Any = None
        while waiting:
            chosen = min(waiting, key=lambda factor: (factor in lasts, *_growth(factor, labels, waiting, rank)))
            waiting.remove(chosen)
            kept = _kept(chosen, labels, waiting, rank)
            if not waiting:
                last = (chosen, labels, kept)
                lasts.add(chosen)
                break
            current, labels = contract([current, chosen[0]], [labels, chosen[1]], kept), kept
        groups.setdefault((last, labels), (last, []))[1].append(mul.make((one.weight, current)))
    terms = []
    for (_, labels), (last, parts) in groups.items():
        total = add.make(tuple(parts)) if len(parts) > 1 else parts[0]
        if last is not None:
            (node, own), labels, kept = last
            total, labels = contract([total, node], [labels, own], kept), kept
        missing = [axis for axis in range(rank) if axis not in labels]
        total = contract([total], [labels], [axis for axis in range(rank) if axis in labels])
        total = expand_at(total, missing)
        terms.append(total if total.shape == vector.shape else broadcast.make((total,), (vector.shape,)))
    return add.make(tuple(terms)) if len(terms) > 1 else terms[0]


def _kept(factor: tuple[Node, tuple[int, ...]], labels: tuple[int, ...], waiting: Any, rank: int) -> tuple[int, ...]:
    needed = set(range(rank)).union(*(own for _, own in waiting))
    return tuple(sorted({*labels, *factor[1]} & needed, key=lambda label: (label < 2 * rank, label)))


def _growth(factor: tuple[Node, tuple[int, ...]], labels: tuple[int, ...], waiting: list[Any], rank: int) -> tuple[bool, int]:
    others = [one for one in waiting if one is not factor]
    return not set(factor[1]) & set(labels), len(_kept(factor, labels, others, rank))


# -- back to one formula ----------------------------------------------------------------------------------------


def matrix_of(structure: Structure) -> Node | None:
    """Return the matrix that the parts of a structure make up, for a proof; None for bands, entries and sums of products."""
    shape, parts, layout = structure.shape, list(structure.parts.values()), structure.layout
    rank = len(shape)
    rows, columns = tuple(range(rank)), tuple(range(rank, 2 * rank))
    if layout.get("size") is not None:
        return None
    kind = structure.kind
    if kind is StructureKind.ZERO:
        return broadcast.make((constant(0),), ((*shape, *shape),))
    operands: list[tuple[Node, tuple[int, ...]]] = []
    terms: list[Node] = []
    if kind is StructureKind.BLOCK_DIAGONAL:
        batch = layout["batch"]
        inner = [axis for axis in rows if axis not in batch]
        operands = [(parts[0], (*batch, *inner, *(axis + rank for axis in inner)))]
        operands += [(eye(shape[axis]), (axis, axis + rank)) for axis in batch]
    elif kind is StructureKind.KRONECKER:
        operands = [(part, (*own, *(axis + rank for axis in others))) for part, (own, others) in
                    zip(parts, layout["factors"], strict=True)]  # fmt: skip
        operands += [(eye(shape[axis]), (axis, axis + rank)) for axis in layout["identity"]]
    elif kind is StructureKind.GRAM:
        summed = tuple(range(2, 1 + parts[0].rank))
        weights = [(parts[1], summed)] if parts[1].shape else [(parts[1], ())]
        operands = [(parts[0], (*summed, 0)), *weights, (parts[0], (*summed, 1))]
    elif kind is StructureKind.LOW_RANK_PLUS_DIAGONAL:
        count = layout["rank"]
        terms = [contract([parts[k], parts[count + k]], [rows, columns], (*rows, *columns)) for k in range(count)]
    elif kind is not StructureKind.DIAGONAL:
        return None
    if operands:
        terms.append(contract([part for part, _ in operands], [labels for _, labels in operands], (*rows, *columns)))
    if "diagonal" in structure.parts:
        eyes = [(eye(size), (axis, axis + rank)) for axis, size in enumerate(shape)]
        tied = [(structure.parts["diagonal"], rows), *eyes]
        terms.append(contract([part for part, _ in tied], [labels for _, labels in tied], (*rows, *columns)))
    return add.make(tuple(terms)) if len(terms) > 1 else terms[0]


def _as_columns(labels: tuple[int, ...], tied: Iterable[int], rank: int) -> tuple[int, ...]:
    return tuple(label + rank if label in tied else label for label in labels)


def as_matrix(products: Sequence[Product], shape: Shape) -> Node:
    """Return the formula of a sum of products: the matrix, with every tie an identity."""
    rank = len(shape)
    terms = []
    for one in products:
        plain = all(offset == 0 for _, offset in one.ties) and not one.ranges
        if plain:
            eyes = tuple((eye(shape[axis]), (axis, axis + rank)) for axis in one.offsets)
            one = replace(one, factors=tuple((node, _as_columns(labels, one.offsets, rank)) for node, labels in one.factors))
            crossed = tuple((eye(shape[row % rank]), (row, column)) for row, column in one.crossings)
            product = Product(one.coefficient, one.scalars, (*one.factors, *eyes, *crossed))
            terms.append(_values(product, tuple(range(2 * rank)), (*shape, *shape)))
            continue
        if len(one.ties) < rank or rank > 1:
            raise UnreadableError
        ((offsets, values),) = _diagonals([one], shape).items()
        (offset,) = offsets
        assert isinstance(offset, int)
        length = values.shape[0]
        square = mul.make((eye(length), values))
        start = (max(0, -offset), max(0, offset))
        items = tuple((first, first + length, None) for first in start)
        terms.append(scatter_record.make((square,), (items, (*shape, *shape))))
    total = add.make(tuple(terms)) if terms else constant(0)
    return total if total.shape == (*shape, *shape) else broadcast.make((total,), ((*shape, *shape),))
