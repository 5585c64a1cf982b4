"""Mismatches between a right derivative and a claim that are both formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

import symgd as sg
from symgd.checking.diagnosis.mismatch import Mismatch
from symgd.evaluation.high_precision import as_floats, evaluate_precisely
from symgd.evaluation.sampling import Point
from symgd.graph.shape import size_value
from symgd.graph.traversal import symbols_of
from tests.formulas import declared

__all__ = ["SHAPES", "planted"]

SHAPES = {"x": "n", "v": "n", "u": "m", "X": "m n", "A": "n n", "B": "n n"}
SIZES = ({"m": 3, "n": 4}, {"m": 5, "n": 2}, {"m": 4, "n": 3})


def planted(right: str, claim: str, output: str = "", sizes: Sequence[Mapping[str, int]] = SIZES, seed: int = 0) -> Mismatch:
    """Return the mismatch at a random point of each set of sizes."""
    texts = [text for text in (right, claim, output) if text]
    formulas = [sg.formula(text, shapes=declared(SHAPES, text)) for text in texts]
    inputs = dict.fromkeys(node for formula in formulas for node in symbols_of(formula))
    names = {str(size) for node in inputs for size in node.shape}
    rng = np.random.default_rng(seed)
    points, answers = [], []
    for numbers in sizes:
        known = {name: number for name, number in numbers.items() if name in names}
        values = {node: rng.normal(size=tuple(size_value(size, known) for size in node.shape)) for node in inputs}
        points.append(Point(values, known))
        answers.append([as_floats(value) for value in evaluate_precisely(formulas[:2], values, known)])
    true, got = (list(column) for column in zip(*answers, strict=True))
    return Mismatch(formulas[2] if output else None, [formulas[0]], points, got, true, 1e-10)
