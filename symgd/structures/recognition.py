"""Recognise the structure of a matrix of second derivatives from its graph, for sizes that may be symbolic.

The matrix is read as a sum of products with indices (:mod:`symgd.structures.product_reader`). Which rows and columns are tied,
and which factors hang together, decides what it is; its *parts* are formulas of what has to be stored.
"""

from __future__ import annotations

import functools

from symgd.errors import ShapeError
from symgd.graph.node import Node
from symgd.graph.shape import Shape, show_shape
from symgd.primitives.indexing import array
from symgd.structures.deltas import as_products
from symgd.structures.entry_patterns import structure_of_entries
from symgd.structures.factored_products import product_formulas
from symgd.structures.index_products import Product, UnreadableError
from symgd.structures.product_patterns import PATTERNS, Terms, factored
from symgd.structures.product_values import banded, diagonals_of
from symgd.structures.restored_matrix import as_matrix, matrix_of
from symgd.structures.structure import Make, Structure, StructureKind

__all__ = ["Structure", "StructureKind", "matrix_of", "product_formulas", "recognise"]


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
        return structure_of_entries(matrix, shape[0], make), None
    dense = make(StructureKind.DENSE, parts={"matrix": matrix})
    if as_it_is:
        return dense, None
    try:
        products = as_products(matrix, half)
        structure = _of_products(products, shape, make)
    except UnreadableError:
        return dense, None
    try:
        return structure, as_matrix(products, shape)
    except UnreadableError:
        return structure, None


def _of_products(products: list[Product], shape: Shape, make: Make) -> Structure:
    """Return what a sum of products is.

    Raises
    ------
    UnreadableError
        Where the sum is of no use.
    """
    rank = len(shape)
    if not products:
        return make(StructureKind.ZERO)
    tied = [product for product in products if len(product.ties) == rank]
    others = [product for product in products if len(product.ties) < rank]
    diagonals = diagonals_of(tied, shape)
    main = (0,) * rank
    if not others:
        if set(diagonals) == {main}:
            return make(StructureKind.DIAGONAL, parts={"diagonal": diagonals[main]})
        return banded(diagonals, shape, make)
    if set(diagonals) <= {main} and not any(product.crossings or product.ranges for product in others):
        terms = Terms(shape, tied, others, diagonals.get(main))
        for pattern in PATTERNS:
            structure = pattern(terms, make)
            if structure is not None:
                return structure
    if any(product.ranges or any(offset != 0 for _, offset in product.ties) for product in products):
        raise UnreadableError
    if rank == 1 and all(len(product.factors) == 1 for product in others):
        raise UnreadableError  # a plain matrix
    return factored(products, make)
