"""Lectures L5 and L6: epochs, batches, unbiased estimates whose variance falls as 1/B."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.descent.batches import Batches
from symgd.errors import SymgdError


def test_sixty_thousand_samples_in_batches_of_a_hundred_are_six_hundred_updates():
    batches = Batches(60_000, 100)
    assert batches.per_epoch == 600
    assert len(list(batches.epoch())) == 600


@pytest.mark.parametrize(("samples", "size"), [(10, 4), (10, 5), (7, 1), (5, 5), (3, None)])
def test_every_sample_is_visited_once_an_epoch(samples, size):
    batches = Batches(samples, size, seed=1)
    for _ in range(3):
        parts = list(batches.epoch())
        assert sorted(np.concatenate(parts)) == list(range(samples))
        assert all(len(part) == (size or samples) for part in parts[:-1])
        assert len(parts) == batches.per_epoch


def test_each_epoch_is_shuffled_anew_and_seeded():
    first, second = Batches(20, 5, seed=7), Batches(20, 5, seed=7)
    one, two = (np.concatenate(list(first.epoch())) for _ in range(2))
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(one, np.concatenate(list(second.epoch())))


def test_with_replacement_draws_independently():
    drawn = np.concatenate(list(Batches(100, 10, with_replacement=True).epoch()))
    assert len(set(drawn)) < 100


def test_the_batch_mean_is_unbiased_and_its_variance_falls_with_the_batch():
    values = np.random.default_rng(0).normal(size=1000)
    spread = {}
    for size in (10, 40):
        means = [values[part].mean() for _ in range(60) for part in Batches(1000, size, seed=len(spread)).epoch()]
        assert abs(np.mean(means) - values.mean()) < 1e-12
        spread[size] = np.var(means)
    assert spread[10] / spread[40] == pytest.approx(4, rel=0.3)


@pytest.mark.parametrize(("samples", "size"), [(0, None), (5, 0), (5, 6)])
def test_impossible_batches_are_refused(samples, size):
    with pytest.raises(SymgdError):
        Batches(samples, size)
