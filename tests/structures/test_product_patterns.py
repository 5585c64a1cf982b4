"""Patterns of products: each is found where it is, and the order in which they are tried does not hide one."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.structures.deltas import as_products
from symgd.structures.product_patterns import PATTERNS, Terms, blocks, gram, identities, kronecker, low_rank
from symgd.structures.product_values import diagonals_of
from symgd.structures.structure import Structure, StructureKind
from tests.structures.reading import hessian_of

FOUND = {
    "gram": {gram: StructureKind.GRAM},
    "low rank": {low_rank: StructureKind.LOW_RANK_PLUS_DIAGONAL},
    "kronecker": {blocks: StructureKind.KRONECKER},
    "blocks": {blocks: StructureKind.BLOCK_DIAGONAL},
    "factored": {},
}


def terms_of(name):
    matrix, rows, _ = hessian_of(name)
    shape = matrix.shape[:rows]
    products = as_products(matrix, rows)
    tied = [one for one in products if len(one.ties) == rows]
    others = [one for one in products if len(one.ties) < rows]
    terms = Terms(shape, tied, others, diagonals_of(tied, shape).get((0,) * rows))
    return terms, lambda kind, **given: Structure(kind, matrix, shape, **given)


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.__name__)
def test_a_pattern_is_found_where_it_is(name, pattern):
    terms, make = terms_of(name)
    found = pattern(terms, make)
    if pattern in FOUND[name]:
        assert found.kind is FOUND[name][pattern]
    elif found is not None:
        assert (name, pattern) in {("kronecker", kronecker), ("low rank", gram)}


@pytest.mark.parametrize("weight", ["exp(c)", "c**2", "1 + c**2"])
def test_a_gram_form_of_weights_that_are_not_negative_is_positive_semidefinite(weight):
    loss = sg.formula(f"sum({weight}*(X@w)**2)", shapes={"X": "m n", "w": "n", "c": "m"})
    assert sg.structure(sg.hessian(loss, "w"), "w").is_positive_semidefinite
    other = sg.formula("sum(c*(X@w)**2)", shapes={"X": "m n", "w": "n", "c": "m"})
    assert not sg.structure(sg.hessian(other, "w"), "w").is_positive_semidefinite


@pytest.mark.parametrize("axes", [[0], [1], [0, 1]])
def test_an_identity_ties_a_column_to_its_row(axes):
    shape = sg.tensor("x", "m n").shape
    for axis, one in zip(axes, identities(axes, shape), strict=True):
        assert one.labels == (axis, axis + 2)
        assert one.node.shape == (shape[axis], shape[axis])
