"""Terms of the derivative that are wrong in a claim, and single edits of its graph."""

from __future__ import annotations

import numpy as np

from symgd.checking.diagnosis.edits import Trial
from symgd.checking.diagnosis.mismatch import Arrays, Mismatch
from symgd.checking.diagnosis.terms import expanded
from symgd.checking.diagnosis.words import term_words
from symgd.evaluation.effort import Effort
from symgd.graph.node import Node

__all__ = ["one_term", "several_terms", "single_edit"]

_UNITS = 4_000_000
"""The work that the search among single edits is worth."""


def one_term(mismatch: Mismatch) -> str | None:
    """Name the one term that is wrong."""
    gaps = [got - true for got, true in zip(mismatch.got, mismatch.true, strict=True)]
    for k, (term, values) in enumerate(_terms(mismatch), 1):
        size = sum(float(np.vdot(value, value)) for value in values)
        if not size:
            continue
        share = sum(float(np.vdot(gap, value)) for gap, value in zip(gaps, values, strict=True)) / size
        if not share or not all(mismatch.is_close(gap / share, value) for gap, value in zip(gaps, values, strict=True)):
            continue
        return term_words(1 + share, k, term)
    return None


def several_terms(mismatch: Mismatch) -> str | None:
    """Name several terms that are wrong."""
    terms = _terms(mismatch)
    rows = sum(true.size for true in mismatch.true)
    if not terms or rows <= len(terms):
        return None
    matrix = np.stack(
        [
            np.concatenate([np.ravel(np.broadcast_to(v, t.shape)) for v, t in zip(values, mismatch.true, strict=True)])
            for _, values in terms
        ],
        axis=1,
    )
    claim = np.concatenate([np.ravel(got) for got in mismatch.got])
    weights, _, rank, _ = np.linalg.lstsq(matrix, claim, rcond=1e-10)
    if rank < len(terms) or not np.allclose(matrix @ weights, claim, rtol=1e-8, atol=1e-9 * np.max(np.abs(claim), initial=0)):
        return None
    off = [(k, weight) for k, weight in enumerate(weights) if abs(weight - 1) > 1e-7]
    return "; ".join(term_words(weight, k + 1, terms[k][0]) for k, weight in off) if off else None


def _terms(mismatch: Mismatch) -> list[tuple[Node, Arrays]]:
    terms = expanded(mismatch.spellings[0]) if mismatch.spellings else []
    if len(terms) < 2:
        return []
    valued = [(term, mismatch.values(term)) for term in terms]
    return [(term, values) for term, values in valued if values is not None]


def single_edit(mismatch: Mismatch) -> str | None:
    """Try every single edit of the derivative's graph."""
    effort = Effort(_UNITS)
    masks = mismatch.masks()
    order = sorted(
        range(len(mismatch.points)), key=lambda i: (not masks[i].any(), -float(np.max(np.abs(mismatch.true[i]), initial=0)))
    )
    for spelling in mismatch.spellings:
        first, *others = [Trial(spelling, mismatch.points[i], mismatch.got[i]) for i in order[:4]]
        for node, word, change in first.edits():
            effort.spend(first.cost)
            if first.fits(node, change) and all(trial.fits(node, change) for trial in others):
                return word
            if effort.is_used_up:
                return None
    return None
