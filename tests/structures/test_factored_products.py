"""A sum of products is used without multiplying it out: its product with a vector, and its diagonal, are the matrix's."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.structures.deltas import as_products
from symgd.structures.factored_products import product_formulas
from symgd.structures.product_patterns import factored
from symgd.structures.structure import Structure, StructureKind
from tests.structures.reading import SIZES, evaluated, hessian_of, values_for

NAMES = ["gram", "low rank", "kronecker", "blocks", "factored", "crossed", "rows and columns", "diagonal"]


@pytest.mark.parametrize("name", NAMES)
def test_the_product_with_a_vector_and_the_diagonal(name):
    matrix, rows, _ = hessian_of(name)
    shape = matrix.shape[:rows]
    structure = factored(as_products(matrix, rows), lambda kind, **given: Structure(kind, matrix, shape, **given))
    assert structure.kind is StructureKind.FACTORED
    inputs, vector, product, diagonal = product_formulas(structure)
    values = values_for(matrix, *structure.parts.values())
    parts = {one.name: evaluated(part, values) for one, part in zip(inputs, structure.parts.values(), strict=True)}
    sizes = [SIZES[str(size)] for size in shape]
    parts["vector"] = np.random.default_rng(5).normal(size=sizes)
    count = int(np.prod(sizes))
    dense = np.broadcast_to(evaluated(matrix, values), (*sizes, *sizes)).reshape(count, count)
    near = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(evaluated(product, parts).reshape(-1), dense @ parts["vector"].reshape(-1), **near)
    np.testing.assert_allclose(np.broadcast_to(evaluated(diagonal, parts), sizes).reshape(-1), np.diag(dense), **near)
    assert vector.shape == shape
