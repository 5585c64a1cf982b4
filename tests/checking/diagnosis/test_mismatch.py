"""A mismatch between claims and truths, and the explanations that are tried on it."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.checking.diagnosis import factors, places
from symgd.checking.diagnosis.mismatch import Mismatch, spread
from symgd.evaluation.sampling import Point

TRUE = np.arange(1.0, 10.0).reshape(3, 3)


def mismatch_of(got, true=TRUE):
    return Mismatch(None, [], [Point({}, {})], [np.asarray(got, dtype=float)], [np.asarray(true, dtype=float)], 1e-10)


def with_entries(change, *indices):
    got = TRUE.copy()
    for index in indices:
        got[index] = change(got[index])
    return got


EXPLAINED = [  # what is claimed, the explanation, its words
    (TRUE.T, places.transposed, "transposed"),
    (np.roll(TRUE, 1, 0), places.shifted, "the index is off by one"),
    (with_entries(lambda x: 3 * x, (0, 1)), places.single_entries, "entry (0, 1) only"),
    (with_entries(lambda x: 3 * x, (1, 0), (1, 2)), places.region, "row 1 only"),
    (with_entries(lambda x: x + 1, (0, 0), (1, 1), (2, 2)), places.region, "the diagonal only"),
    (TRUE / 2, factors.constant_factor, "missing factor 2"),
    (-TRUE, factors.constant_factor, "wrong sign"),
    (0 * TRUE, factors.constant_factor, "everything is missing"),
]


@pytest.mark.parametrize(("got", "way", "words"), EXPLAINED)
def test_what_is_planted_is_explained(got, way, words):
    assert words in way(mismatch_of(got))


@pytest.mark.parametrize("way", [places.transposed, places.shifted, places.single_entries, places.region])
def test_noise_is_not_explained(way):
    assert way(mismatch_of(TRUE + np.random.default_rng(0).normal(size=(3, 3)))) is None


def test_masks_and_places():
    mismatch = mismatch_of(with_entries(lambda x: x + 1, (0, 2)))
    assert mismatch.masks()[0].sum() == 1
    assert mismatch.places() == [{(0, 2)}]
    assert mismatch_of(TRUE + 1).places() == []


def test_arrays_are_spread_from_the_front_or_the_back():
    assert spread(np.ones(3), (2, 3)).shape == (2, 3)
    assert spread(np.ones(2), (2, 3)).shape == (2, 3)
    assert spread(np.ones(4), (2, 3)) is None
