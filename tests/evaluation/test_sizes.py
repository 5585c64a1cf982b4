"""Sizes for symbolic axes: they fit what the formula asks for, and differ from set to set."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.evaluation.sizes import Axes, choose_sizes, size_sets


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7])
def test_axes_are_long_enough_for_windows(width):
    formula = sg.formula(f"sum(windows(u, {width})**2)", shapes={"u": "n"})
    sets = list(size_sets(Axes([formula])))
    assert len(sets) >= 3
    assert all(sizes["n"] >= width for sizes in sets)
    assert sg.check_gradient(formula, "u").verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("sum(u[3:]**2)", {"u": "n"}), ("u[4]**2", {"u": "n"}), ("sum(convolve(u, v, 'valid')**2)", {"u": "n", "v": "3"}),
        ("sum((u[2:] - 2*u[1:-1] + u[:-2])**2)", {"u": "n"}), ("sum(diff(u)**2)", {"u": "n"}),
    ],
)  # fmt: skip
def test_indices_and_differences_find_room(text, shapes):
    assert sg.check_gradient(sg.formula(text, shapes=shapes), "u").verdict.name == "RIGHT"


def test_the_sets_break_relations_between_sizes():
    formula = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "w": "n", "y": "m"})
    sets = [(one["m"], one["n"]) for one in size_sets(Axes([formula]))]
    for relation in (lambda m, n: m == n, lambda m, n: m == n + 1, lambda m, n: m == 2 * n, lambda m, n: 1 in (m, n)):
        assert not all(relation(*sizes) for sizes in sets)
    assert any(1 in sizes for sizes in sets)


def test_a_matrix_that_needs_an_inverse_is_not_too_thin():
    formula = sg.formula("logdet(X.T @ X)", shapes={"X": "m n"})
    sizes = choose_sizes([formula])
    assert sizes["m"] >= sizes["n"]


def test_given_sizes_stay():
    formula = sg.formula("sum(X)", shapes={"X": "m n"})
    assert choose_sizes([formula], {"m": 7})["m"] == 7


def test_sizes_are_equal_where_only_that_gives_a_value():
    loss = sg.formula("log(det(X.T @ X)) + log(det(X @ X.T))", shapes={"X": "m n"})
    for turn in range(3):
        sizes = choose_sizes([loss], turn=turn)
        assert sizes["m"] == sizes["n"]
    assert sg.check_gradient(loss, "X").verdict.name in ("RIGHT", "UNSURE")
