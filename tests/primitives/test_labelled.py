"""Labelled tensors mean what NumPy's einsum and broadcasting say about the same labels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.graph.primitive import FUNCTIONS
from symgd.primitives.labelled import Labelled, aligned, labels_of, product
from tests.primitives.scalar_comparison import evaluated

SIZES = {"i": 2, "j": 3, "k": 4}
LABELS = st.lists(st.sampled_from("ijk"), max_size=3)
"""Labels of a tensor; one may stand at several axes."""
DISTINCT = st.lists(st.sampled_from("ijk"), max_size=3, unique=True)


def tensor_of(labels, name="A"):
    """Return an input with an axis for each label, and its array."""
    shape = tuple(SIZES[label] for label in labels)
    array = np.random.default_rng(len(labels) + ord(name)).integers(-5, 6, shape).astype(float)
    return Labelled(sg.tensor(name, shape), tuple(labels)), array


@given(LABELS, st.data())
@settings(max_examples=60)
def test_reordering_and_summing_are_einsum(labels, data):
    tensor, array = tensor_of(labels)
    kept = data.draw(st.permutations(sorted(set(labels)))) if labels else []
    kept = kept[: data.draw(st.integers(0, len(kept)))]
    expected = np.einsum(f"{''.join(labels)}->{''.join(kept)}", array)
    for result in (tensor.reordered(kept), tensor.summed_to(kept)):
        assert result.labels == tuple(kept)
        assert np.array_equal(evaluated(result.node, A=array), expected)


@given(LABELS, LABELS, st.data())
@settings(max_examples=60)
def test_a_product_is_einsum(left, right, data):
    (one, a), (other, b) = tensor_of(left), tensor_of(right, "B")
    kept = data.draw(st.permutations(labels_of([one, other])))
    kept = kept[: data.draw(st.integers(0, len(kept)))]
    expected = np.einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", a, b)
    found = product([one, other], kept)
    assert found.labels == tuple(kept)
    assert np.array_equal(evaluated(found.node, A=a, B=b), expected)


@given(DISTINCT, DISTINCT, st.data())
@settings(max_examples=60)
def test_the_sum_of_a_product_is_one_contraction_of_its_factors(left, right, data):
    (one, a), (other, b) = tensor_of(left), tensor_of(right, "B")
    everything = labels_of([one, other])
    kept = everything[: data.draw(st.integers(0, len(everything)))]
    together = product([one, other], everything)
    assert together.summed_to(kept).node is product([one, other], kept).node
    assert np.array_equal(
        evaluated(together.summed_to(kept).node, A=a, B=b),
        np.einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", a, b),
    )


def test_numbers_in_front_stay_in_front_of_a_sum():
    tensor, _ = tensor_of("ij")
    scaled = Labelled(2 * sg.tensor("c") * tensor.node, tensor.labels)
    assert str(scaled.summed_to("i").node) == "2*c*sum(A, axis=1)"
    assert scaled.summed_to("ij").node is scaled.node


@given(DISTINCT, DISTINCT, DISTINCT)
@settings(max_examples=80)
def test_aligned_tensors_broadcast_to_all_labels(first, second, third):
    several = (first, second, third)
    tensors, arrays = zip(*(tensor_of(labels, name) for labels, name in zip(several, "ABC", strict=True)), strict=True)
    order = labels_of(tensors)
    nodes = aligned(tensors)
    total = evaluated(sum(nodes[1:], nodes[0]), **dict(zip("ABC", arrays, strict=True)))
    expected = sum(
        np.expand_dims(
            np.einsum(f"{''.join(labels)}->{''.join(one for one in order if one in labels)}", array),
            [k for k, label in enumerate(order) if label not in labels],
        )
        for labels, array in zip(several, arrays, strict=True)
    )
    assert np.array_equal(total, expected)


@pytest.mark.parametrize(
    ("labels", "shapes"),
    [
        (("ij", "j"), [(2, 3), (3,)]),  # an axis in front is left away
        (("i", "j"), [(2, 1), (1, 3)]),  # and kept where another tensor is stretched behind it
        (("ij", "i"), [(2, 3), (2, 1)]),
        (("", "ij"), [(), (2, 3)]),
        (("ji", "i"), [(3, 2), (2,)]),
    ],
)
def test_the_axes_of_aligned_tensors(labels, shapes):
    tensors = [tensor_of(one, name)[0] for one, name in zip(labels, "AB", strict=True)]
    assert [node.shape for node in aligned(tensors)] == shapes


@pytest.mark.parametrize("labels", ["", "i", "ij", "ijk"])
def test_an_order_of_ones_own_is_followed(labels):
    tensor, _ = tensor_of(labels)
    for order in itertools.permutations("ijk"):
        kept = tuple(one for one in order if one in labels)
        (node,) = aligned([tensor], order)
        assert [size for size in node.shape if size != 1] == [SIZES[label] for label in kept]


@given(LABELS)
def test_renaming_changes_labels_alone(labels):
    tensor, _ = tensor_of(labels)
    there = tensor.renamed({"i": "x", "j": "y"})
    assert there.node is tensor.node
    assert there.renamed({"x": "i", "y": "j"}) == tensor
    assert tensor.renamed({}) == tensor


@given(LABELS)
def test_a_diagonal_has_each_label_once(labels):
    tensor, array = tensor_of(labels)
    diagonal = tensor.diagonal()
    assert diagonal.labels == tuple(dict.fromkeys(labels))
    assert diagonal.sizes() == {label: SIZES[label] for label in labels}
    assert diagonal.diagonal() == diagonal
    expected = np.einsum(f"{''.join(labels)}->{''.join(diagonal.labels)}", array)
    assert np.array_equal(evaluated(diagonal.node, A=array), expected)


@pytest.mark.parametrize(("name", "function"), [("prod", np.prod), ("max", np.max), ("min", np.min)])
@pytest.mark.parametrize("label", "ijk")
def test_a_reduction_closes_one_label(name, function, label):
    tensor, array = tensor_of("ijk")
    closed = tensor.reduced(label, FUNCTIONS[name])
    assert closed.labels == tuple(one for one in "ijk" if one != label)
    assert np.array_equal(evaluated(closed.node, A=array), function(array, axis="ijk".index(label)))
