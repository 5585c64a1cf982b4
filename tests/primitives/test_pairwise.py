"""Contractions of many factors as products of two: the same value, a cheap order, and forms as textbooks have them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.traversal import toposort
from symgd.primitives.contraction import contract, einsum, label_sizes
from symgd.primitives.pairwise import pairwise
from tests.primitives.library_comparison import arrays_of, compiled, precise, written

SIZES = {"i": 2, "j": 3, "k": 4, "l": 2}


@st.composite
def products(draw):
    inputs = draw(st.lists(st.lists(st.sampled_from("ijkl"), min_size=1, max_size=3), min_size=2, max_size=6))
    known = sorted(set().union(*inputs))
    return inputs, draw(st.permutations(known))[: draw(st.integers(0, min(3, len(known))))]


@given(products())
@settings(max_examples=80)
def test_the_value_stays_and_no_product_has_three_factors(drawn):
    inputs, kept = drawn
    generator = np.random.default_rng(len(inputs))
    arrays = {
        f"x{k}": generator.integers(-3, 4, [SIZES[one] for one in labels]).astype(float) for k, labels in enumerate(inputs)
    }
    nodes = [sg.tensor(name, array.shape) for name, array in arrays.items()]
    (found,) = pairwise([contract(nodes, inputs, kept)])
    assert all(len(node.args) <= 2 for node in toposort([found]) if node.primitive is einsum)
    expected = np.einsum(f"{','.join(map(''.join, inputs))}->{''.join(kept)}", *arrays.values())
    assert found.shape == expected.shape
    assert np.array_equal(precise(found, arrays), expected)


def work(node):
    """Return the multiplications of all contractions, for the sizes of the shapes."""
    return sum(
        int(np.prod(list(label_sizes(one).values())))
        for one in toposort([node])
        if one.primitive is einsum and len(one.args) > 1
    )


# a chain of matrices, and the multiplications of its best order (Cormen et al., section 15.2)
CHAINS = [
    ((10, 100, 5, 50), 7500), ((30, 35, 15, 5, 10, 20), 11875), ((5, 10, 3, 12, 5), 405), ((40, 20, 30, 10, 30), 26000),
    ((2, 2, 2), 8), ((1, 9, 1, 9, 1), 19),
    ((3, 3, 3, 1), 18), ((100, 1, 100, 1), 200),
]  # fmt: skip


@pytest.mark.parametrize(("sizes", "least"), CHAINS)
def test_a_chain_of_matrices_is_multiplied_in_the_cheapest_order(sizes, least):
    nodes = [sg.tensor(f"M{k}", pair) for k, pair in enumerate(itertools.pairwise(sizes))]
    labels = [[k, k + 1] for k in range(len(nodes))]
    (found,) = pairwise([contract(nodes, labels, [0, len(nodes)])])
    assert _least(sizes) == least
    assert work(found) == least


def _least(sizes):
    """Return the least number of multiplications, by dynamic programming."""
    n = len(sizes) - 1
    best = {(i, i): 0 for i in range(n)}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            best[i, j] = min(best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j))
    return best[0, n - 1]


NAMED = {
    "X": sg.tensor("X", "m n"), "A": sg.tensor("A", "n n"), "S": sg.tensor("S", "n n", symmetric=True), "v": sg.tensor("v", "n"),
    "u": sg.tensor("u", "m"), "s": sg.tensor("s", "m"),
    "w": sg.tensor("w", "n"), "c": sg.scalar("c"),
}  # fmt: skip
FORMS = [
    ("einsum('ij,jk,k->i', X, A, v)", "X @ (A @ v)"), ("einsum('ij,ik,i->jk', X, X, s)", "X.T @ (s[:, None] * X)"),
    ("einsum('ij,i->j', X, u)", "X.T @ u"),
    ("einsum('i,ij,j->', u, X, v)", "u @ X @ v"), ("einsum('ij,kj->ik', X, X)", "X @ X.T"),
    ("einsum('ij,kj->ik', X, S)", "X @ S"), ("einsum('ji,j->i', S, v)", "S @ v"),
    ("einsum('i,j->ij', u, v)", "outer(u, v)"), ("einsum('j,i->ij', v, u)", "outer(u, v)"), ("einsum('ij,j->ij', X, v)", "v * X"),
    ("einsum('ij,i->ij', X, u)", "u[:, None] * X"),
    ("einsum('i,i->i', v, w)", "v * w"), ("einsum('i,i->', v, w)", "v @ w"), ("einsum('ij,ij->', X, X)", "sum(X * X)"),
    ("einsum('ij,ij->i', X, X)", "sum(X * X, axis=1)"),
    ("einsum('ij,ij->j', X, X)", "sum(X * X, axis=0)"), ("einsum('ij->j', X)", "sum(X, axis=0)"),
    ("einsum('ii->', A)", "trace(A)"), ("einsum('ii,i->i', A, v)", "diag(A) * v"),
    ("einsum('ij,k->', X, v)", "sum(X)*sum(v)"), ("X @ A", "X @ A"), ("exp(X) @ v", "exp(X) @ v"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_forms(text, form):
    (found,) = pairwise([written(text, NAMED)])
    assert str(found) == form


def test_parts_that_are_asked_for_are_left_whole():
    whole = written("einsum('ij,jk,k->i', X, A, v)", NAMED)
    assert pairwise([whole + 1], stop=[whole]) == [whole + 1]
    (other,) = pairwise([whole + 1])
    assert other is not whole + 1


def test_several_formulas_keep_their_order():
    formulas = [written(text, NAMED) for text in ("c*v", "einsum('ij,jk,k->i', X, A, v)", "v @ v")]
    found = pairwise(formulas)
    assert [node.shape for node in found] == [node.shape for node in formulas]
    assert found[0] is formulas[0]
    assert found[2] is formulas[2]


@pytest.mark.parametrize("sizes", [(1, 9) * 3 + (1,), (2, 1, 2, 1, 2, 1, 2, 1), (4, 3, 3, 3, 3, 3, 1)])
def test_long_products_shrink_first(sizes):
    """Where products of more than five factors are joined greedily, the least work of all orders is reached here."""
    nodes = [sg.tensor(f"M{k}", pair) for k, pair in enumerate(itertools.pairwise(sizes))]
    (found,) = pairwise([contract(nodes, [[k, k + 1] for k in range(len(nodes))], [0, len(nodes)])])
    assert work(found) == _least(sizes)


@pytest.mark.parametrize("count", [6, 9, 14])
def test_long_chains(count):
    """Longer products than all orders of which are compared: matrices with a vector at the end go from the vector."""
    arrays = {
        **arrays_of(v=(4,)),
        **{f"M{k}": array for k, array in enumerate(arrays_of(**{f"M{k}": (4, 4) for k in range(count)}).values())},
    }
    nodes = [*(sg.tensor(f"M{k}", (4, 4)) for k in range(count)), sg.tensor("v", 4)]
    whole = contract(nodes, [*([k, k + 1] for k in range(count)), [count]], [0])
    (found,) = pairwise([whole])
    assert work(found) == 16 * count
    expected = arrays["v"]
    for k in reversed(range(count)):
        expected = arrays[f"M{k}"] @ expected
    np.testing.assert_allclose(compiled(found, arrays), expected, rtol=1e-10)
