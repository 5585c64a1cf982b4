"""Contractions over labels of any kind, and what broadcasting makes: stretched tensors, new axes and their adjoints."""

from __future__ import annotations

import numpy as np
import opt_einsum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.inference import Facts
from symgd.primitives.contraction import (
    broadcast,
    contract,
    einsum,
    expand,
    expand_at,
    label_sizes,
    supplies_only_axes,
)
from symgd.primitives.contraction_layout import matmul_form, summed_axes
from tests.primitives.library_comparison import arrays_of, compiled, precise, written

A, B, v, T, c = sg.tensor("A", (2, 3)), sg.tensor("B", (3, 4)), sg.tensor("v", 3), sg.tensor("T", (2, 3, 4)), sg.scalar("c")
ARRAYS = arrays_of(A=(2, 3), B=(3, 4), v=(3,), T=(2, 3, 4), c=())
SIZES = {"i": 2, "j": 3, "k": 4}


@st.composite
def contractions(draw):
    inputs = draw(st.lists(st.lists(st.sampled_from("ijk"), max_size=3), min_size=1, max_size=4))
    known = sorted(set().union(*inputs))
    kept = draw(st.permutations(known))[: draw(st.integers(0, len(known)))] if known else []
    return inputs, list(kept)


@given(contractions())
@settings(max_examples=60)
def test_a_contraction_is_einsum(drawn):
    """Of up to four operands with repeated indices: its shape, its value in whole numbers, and the gradient of each operand."""
    inputs, kept = drawn
    generator = np.random.default_rng(len(inputs))
    arrays = {
        f"x{k}": generator.integers(-4, 5, [SIZES[one] for one in labels]).astype(float) for k, labels in enumerate(inputs)
    }
    nodes = [sg.tensor(name, array.shape) for name, array in arrays.items()]
    result = contract(nodes, inputs, kept)
    spec = f"{','.join(map(''.join, inputs))}->{''.join(kept)}"
    expected = np.einsum(spec, *arrays.values())
    assert result.shape == expected.shape
    assert np.array_equal(compiled(result, arrays), expected)
    assert np.array_equal(precise(result, arrays), expected)
    weight = generator.integers(-4, 5, expected.shape).astype(float)
    for k, (name, array) in enumerate(arrays.items()):  # linear in each: the slope is the change by one
        slope = compiled(
            sg.gradient(sg.sum(sg.tensor("w", expected.shape) * result), name, prove=False), {**arrays, "w": weight}
        )
        for place in np.ndindex(*array.shape):
            moved = np.zeros(array.shape)
            moved[place] = 1
            others = [moved if j == k else one for j, one in enumerate(arrays.values())]
            assert slope[place] == pytest.approx(np.sum(weight * opt_einsum.contract(spec, *others)))


@pytest.mark.parametrize(
    ("inputs", "output", "params"),
    [
        ([["i", "j"], ["j", "k"]], ["i", "k"], (((0, 1), (1, 2)), (0, 2))),
        ([["z", "a"], ["a", "m"]], ["z", "m"], (((0, 1), (1, 2)), (0, 2))),
        ([[("x", 0), None], [None, 7]], [7, ("x", 0)], (((0, 1), (1, 2)), (2, 0))),
    ],
)  # fmt: skip
def test_labels_are_numbered_by_first_appearance(inputs, output, params):
    """So equal contractions are one node, whatever their labels are."""
    assert contract([A, B], inputs, output).params == params
    assert contract([A, B], ["ij", "jk"], "ik") is A @ B


def test_a_contraction_that_changes_nothing_is_its_operand():
    assert contract([A], ["ij"], "ij") is A
    assert contract([c], [""], "") is c
    assert contract([A], ["ij"], "ji") is not A


@pytest.mark.parametrize(
    ("operands", "inputs", "output", "message"),
    [
        ([A, A], ["ij", "jk"], "ik", "cannot contract (2, 3) and (2, 3): index j has sizes 3 and 2"),
        ([A], ["ii"], "i", "index i has sizes 2 and 3"),
        ([A], ["i"], "i", "an operand of shape (2, 3) cannot carry 1 indices"),
        ([c], ["i"], "i", "an operand of shape () cannot carry 1 indices"),
        ([sg.tensor("X", "m n"), sg.tensor("Y", "m n")], ["ij", "jk"], "ik", "index j has sizes n and m"),
    ],
)  # fmt: skip
def test_refusals(operands, inputs, output, message):
    with pytest.raises(ShapeError) as raised:
        einsum.make(
            tuple(operands),
            (tuple(tuple("ijk".index(one) for one in part) for part in inputs), tuple("ijk".index(one) for one in output)),
        )
    assert message in str(raised.value)


def test_a_clash_names_its_sizes():
    with pytest.raises(ShapeError) as raised:
        contract([sg.tensor("X", "m n"), sg.tensor("Y", "m n")], ["ij", "jk"], "ik")
    assert tuple(map(str, raised.value.clash)) == ("n", "m")


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("A @ B", [2, 3, 4]), ("A.T", [2, 3]), ("einsum('ijk,j->', T, v)", [2, 3, 4]), ("sum(c*T, axis=1)", [2, 3, 4]),
        ("outer(v, v)", [3, 3]),
    ],
)  # fmt: skip
def test_the_size_of_every_index(text, sizes):
    assert list(label_sizes(written(text, ARRAYS)).values()) == sizes


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("sum(T)", (0, 1, 2)), ("sum(T, axis=1)", (1,)), ("sum(T, axis=(0, 2))", (0, 2)), ("A.T", None),
        ("einsum('ijk->ki', T)", None), ("A @ B", None),
        ("trace(A @ A.T)", None), ("diag(A.T @ A)", None),
    ],
)  # fmt: skip
def test_which_axes_a_plain_sum_closes(text, axes):
    assert summed_axes(written(text, ARRAYS)) == axes


@pytest.mark.parametrize(
    ("inputs", "output", "form"),
    [
        (((0, 1), (1, 2)), (0, 2), (0, 1)), (((0, 1), (2, 0)), (2, 1), (1, 0)), (((0, 1), (1,)), (0,), (0, 1)),
        (((0,), (0, 1)), (1,), (0, 1)),
        (((0,), (0,)), (), (0, 1)), (((0, 1), (1, 2)), (2, 0), None), (((0, 1), (2, 1)), (0, 2), None),
        (((0, 1), (0, 1)), (0, 1), None),
        (((0,), (1,)), (0, 1), None), (((), (0,)), (0,), None), (((0, 0), (0, 1)), (1,), None), (((0, 1, 2), (2,)), (0, 1), None),
        (((0, 1), (1, 0)), (), None),
        (((0, 1), (1, 2)), (0, 1, 2), None),
    ],
)  # fmt: skip
def test_what_is_a_matrix_product_as_it_stands(inputs, output, form):
    assert matmul_form(inputs, output) == form


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("v @ v", "NONNEGATIVE"), ("sum(A*A)", "NONNEGATIVE"), ("A @ A.T", "ANY"), ("P @ P", "POSITIVE"), ("P @ -P", "NEGATIVE"),
        ("sum(P)", "POSITIVE"),
        ("outer(v, v)", "ANY"), ("diag(outer(P[0], P[0]))", "POSITIVE"), ("P @ v[:2]", "ANY"),
    ],
)  # fmt: skip
def test_signs(text, sign):
    assert Facts().sign(written(text, {"A": A, "v": v, "P": sg.tensor("P", (2, 2), positive=True)})).name == sign


@pytest.mark.parametrize(
    ("operand", "shape", "places", "expanded"),
    [
        (v, (3,), [0], (1, 3)), (v, (3,), [1], (3, 1)), (v, (3,), [2, 0], (1, 3, 1)), (A, (2, 3), [1], (2, 1, 3)),
        (c, (), [0, 1], (1, 1)), (A, (2, 3), [], (2, 3)),
    ],
)  # fmt: skip
def test_new_axes(operand, shape, places, expanded):
    result = expand_at(operand, places)
    assert result.shape == expanded
    assert np.array_equal(compiled(result, ARRAYS), np.expand_dims(ARRAYS[operand.name], tuple(places)))
    assert (result is operand) == (not places)
    back = sg.gradient(sg.sum(result**2), operand)
    np.testing.assert_allclose(compiled(back, ARRAYS), 2 * ARRAYS[operand.name])


def test_broadcasting_twice_is_broadcasting_once():
    assert broadcast.make((broadcast.make((v,), ((2, 3),)),), ((5, 2, 3),)) is broadcast.make((v,), ((5, 2, 3),))
    assert broadcast.make((v,), ((3,),)) is v
    assert broadcast.make((expand.make((v,), ((-2,),)),), ((2, 3),)) is broadcast.make((v,), ((2, 3),))
    assert supplies_only_axes(expand_at(v, [0]))
    assert supplies_only_axes(broadcast.make((v,), ((2, 3),)))
    assert not supplies_only_axes(expand_at(v, [1]))
    assert not supplies_only_axes(v)
