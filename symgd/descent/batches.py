"""Which samples a step uses: all of them, one, or a mini-batch; shuffled with a seed, the last batch short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symgd.arguments import read_flag, read_seed, read_whole_number
from symgd.arrays import Array

__all__ = ["Batches"]


@dataclass
class Batches:
    """The batches of an epoch.

    Parameters
    ----------
    samples : int
        N, the number of samples.
    size : int or None
        B, the samples of a batch; None is the full batch, 1 is stochastic descent.
    seed : int
        Of the shuffling; each epoch shuffles anew.
    with_replacement : bool
        Draw samples independently, instead of visiting each once an epoch.

    Raises
    ------
    SymgdError
        For a parameter outside its range.

    Examples
    --------
    >>> from symgd.descent.batches import Batches
    >>> [len(batch) for batch in Batches(10, 4, seed=0).epoch()]
    [4, 4, 2]
    >>> Batches(60_000, 100).per_epoch
    600
    """

    samples: int
    size: int | None = None
    seed: int = 0
    with_replacement: bool = False

    def __post_init__(self) -> None:
        self.samples = read_whole_number(self.samples, "the number of samples", 1, 10**15)
        if self.size is not None:
            hint = "batch_size=None takes all samples"
            self.size = read_whole_number(self.size, "the size of a batch", 1, self.samples, hint)
        self.seed, self.with_replacement = read_seed(self.seed), read_flag(self.with_replacement, "with_replacement")
        self._generator = np.random.default_rng(self.seed)

    @property
    def is_full(self) -> bool:
        """Whether every batch holds all samples."""
        return self.size is None or (self.size == self.samples and not self.with_replacement)

    @property
    def per_epoch(self) -> int:
        """The number of updates in an epoch."""
        return 1 if self.size is None else -(-self.samples // self.size)

    def epoch(self) -> Iterator[Array]:
        """Yield the indices of each batch of one epoch."""
        if self.is_full:
            yield np.arange(self.samples)
            return
        assert self.size is not None
        if self.with_replacement:
            order = self._generator.integers(0, self.samples, self.samples)
        else:
            order = self._generator.permutation(self.samples)
        for start in range(0, self.samples, self.size):
            yield order[start : start + self.size]
