"""What a sum of products with indices is: low rank, blocks, a Kronecker product, a Gram form, or a sum to be used as it is.

Which rows and columns are tied, and which factors hang together, decides it. Every pattern is a function of the products, which
returns None where they have another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.graph.shape import Shape
from symgd.primitives.identity import eye
from symgd.primitives.labelled import Labelled
from symgd.structures.index_products import Product
from symgd.structures.product_values import total, values_of
from symgd.structures.structure import Make, Structure, StructureKind

__all__ = ["PATTERNS", "Terms", "factored", "identities"]

Factors = tuple[Labelled[int], ...]


@dataclass(frozen=True)
class Terms:
    """The products of a matrix, sorted.

    Attributes
    ----------
    shape : tuple of int or Dim
        Of the variable.
    tied : list of Product
        Those in which every column follows its row.
    others : list of Product
    diagonal : Node or None
        The sum of the tied ones.
    """

    shape: Shape
    tied: list[Product]
    others: list[Product]
    diagonal: Node | None

    @property
    def rank(self) -> int:
        """How many axes the variable has."""
        return len(self.shape)


def _components(product: Product, rank: int) -> list[tuple[list[Labelled[int]], set[int]]]:
    """Return the groups of factors that are connected by summed indices, or by an index of a tied axis."""
    groups: list[tuple[list[Labelled[int]], set[int]]] = []
    tied = set(product.offsets)
    for factor in product.factors:
        labels = set(factor.labels)
        joined = [group for group in groups if group[1] & labels & ({*tied} | {k for k in labels if k >= 2 * rank})]
        merged = ([member for group in joined for member in group[0]] + [factor], labels.union(*(group[1] for group in joined)))
        groups = [group for group in groups if group not in joined] + [merged]
    return groups


def low_rank(terms: Terms, make: Make) -> Structure | None:
    """Σ uᵢ·vᵢᵀ + diag(d): every product splits into a factor of the rows and one of the columns."""
    rank = terms.rank
    rows, columns = tuple(range(rank)), tuple(range(rank, 2 * rank))
    if any(product.ties for product in terms.others):
        return None
    lefts, rights = [], []
    for product in terms.others:
        sides: tuple[list[Labelled[int]], list[Labelled[int]]] = ([], [])
        for factors, labels in _components(product, rank):
            outer_labels = labels & {*rows, *columns}
            if outer_labels & {*rows} and outer_labels & {*columns}:
                return None
            sides[bool(outer_labels & {*columns})].extend(factors)
        left, right = (Product(product.coefficient, product.scalars, tuple(side)) for side in sides)
        lefts.append(values_of(left, rows, terms.shape))
        rights.append(values_of(right, columns, terms.shape, without_weight=True))
    parts = {
        **{f"left_{k}": node for k, node in enumerate(lefts, 1)},
        **{f"right_{k}": node for k, node in enumerate(rights, 1)},
    }
    if terms.diagonal is not None:
        parts["diagonal"] = terms.diagonal
    return make(StructureKind.LOW_RANK_PLUS_DIAGONAL, parts=parts, layout={"rank": len(lefts)})


def blocks(terms: Terms, make: Make) -> Structure | None:
    """Blocks along axes that are tied in every product; one block for all is a Kronecker product with an identity."""
    rank, shape = terms.rank, terms.shape
    products = [*terms.others, *terms.tied]
    batch = [axis for axis in range(rank) if all(axis in product.offsets for product in terms.others)]
    if not batch or any(product.ranges for product in products):
        return None
    inner = [axis for axis in range(rank) if axis not in batch]
    is_same = not any(label in batch for product in products for factor in product.factors for label in factor.labels)
    labels = (*(() if is_same else batch), *inner, *(axis + rank for axis in inner))
    sizes = tuple(shape[label % rank] for label in labels)
    block = total([values_of(_with_identities(product, batch, shape), labels, sizes) for product in products])
    if is_same:
        factors = ((tuple(inner), tuple(inner)),)
        return make(StructureKind.KRONECKER, parts={"factor_1": block}, layout={"factors": factors, "identity": tuple(batch)})
    return make(StructureKind.BLOCK_DIAGONAL, parts={"blocks": block}, layout={"batch": tuple(batch)})


def identities(axes: Sequence[int], shape: Shape) -> Factors:
    """Return the identity matrix of each axis, whose row is the axis and whose column follows it."""
    return tuple(Labelled(eye(shape[axis]), (axis, axis + len(shape))) for axis in axes)


def _with_identities(product: Product, without: Sequence[int], shape: Shape) -> Product:
    """Write the ties of axes that are rows and columns of their own as identity matrices."""
    eyes = identities([axis for axis in product.offsets if axis not in without], shape)
    return Product(product.coefficient, product.scalars, (*product.factors, *eyes))


def kronecker(terms: Terms, make: Make) -> Structure | None:
    """One product whose factors separate, each with rows and columns of its own."""
    rank, shape = terms.rank, terms.shape
    if terms.tied or len(terms.others) != 1 or rank == 1:
        return None
    (product,) = terms.others
    parts, factors = [], []
    for k, (group, labels) in enumerate(_components(product, rank)):
        rows = tuple(sorted(label for label in labels if label < rank))
        columns = tuple(sorted(label - rank for label in labels if rank <= label < 2 * rank))
        if not rows or not columns or set(rows) & set(product.offsets):
            return None
        if sorted(map(str, (shape[axis] for axis in rows))) != sorted(map(str, (shape[axis] for axis in columns))):
            return None
        order = (*rows, *(axis + rank for axis in columns))
        part = Product(product.coefficient if k == 0 else Fraction(1), product.scalars if k == 0 else (), tuple(group))
        parts.append(values_of(part, order, tuple(shape[label % rank] for label in order)))
        factors.append((rows, columns))
    if len(parts) + bool(product.ties) < 2:
        return None
    return make(
        StructureKind.KRONECKER,
        parts={f"factor_{k}": node for k, node in enumerate(parts, 1)},
        layout={"factors": tuple(factors), "identity": tuple(product.offsets)},
    )


def gram(terms: Terms, make: Make) -> Structure | None:
    """Xᵀ·diag(d)·X + diag(e)."""
    if terms.rank > 1:
        return None
    weights: list[Node] = []
    base: Labelled[int] | None = None
    for product in terms.others:
        pair = _gram_pair(product)
        if pair is None:
            return None
        matrix, rest = pair
        base = matrix if base is None else base
        if base != matrix:
            return None
        sizes = {label: size for label, size in matrix.sizes().items() if label >= 2}
        weighted = Product(product.coefficient, product.scalars, rest)
        weights.append(values_of(weighted, tuple(sizes), tuple(sizes.values())) if rest else weighted.weight)
    if base is None:
        return None
    weight = total(weights)
    rows_first = base.reordered([*(label for label in base.labels if label >= 2), 0]).node
    parts = {"matrix": rows_first, "weights": weight}
    is_convex = Facts().is_nonnegative(weight)
    if terms.diagonal is not None:
        parts["diagonal"] = terms.diagonal
        is_convex = is_convex and Facts().is_nonnegative(terms.diagonal)
    return make(StructureKind.GRAM, parts=parts, is_positive_semidefinite=is_convex)


def _gram_pair(product: Product) -> tuple[Labelled[int], Factors] | None:
    """Return the factor that stands once with the row and once with the column, and the factors with neither."""
    sides = [[factor for factor in product.factors if side in factor.labels] for side in (0, 1)]
    if any(len(side) != 1 for side in sides):
        return None
    of_row, of_column = (side[0] for side in sides)
    if of_row.node is not of_column.node or of_row.labels != of_column.renamed({1: 0}).labels:
        return None
    rest = tuple(factor for factor in product.factors if factor not in (of_row, of_column))
    if any(label not in of_row.labels for factor in rest for label in factor.labels):
        return None
    return of_row, rest


def factored(products: Sequence[Product], make: Make) -> Structure:
    """Return a sum of products that is used one factor after the other."""
    parts: dict[Node, str] = {}
    for product in products:
        for node in (*product.scalars, *(factor.node for factor in product.factors)):
            parts.setdefault(node, f"factor_{len(parts) + 1}")
    return make(
        StructureKind.FACTORED,
        parts={name: node for node, name in parts.items()},
        layout={"products": tuple(products), "factors": tuple(parts)},
    )


PATTERNS = (low_rank, blocks, kronecker, gram)
"""The patterns, in the order in which they are tried."""
