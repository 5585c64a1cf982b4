"""Where a claim is wrong: transposed, shifted, at a kink, in a branch, in single entries or in a region."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.checking.diagnosis.mismatch import Mismatch
from symgd.checking.diagnosis.places import branch, kink, region, shifted, single_entries, transposed
from symgd.evaluation.sampling import Point
from tests.checking.diagnosis.planted import planted

TRUE = [np.arange(1.0, 10.0).reshape(3, 3), np.array([[2.0, -1.0, 4.0], [0.5, 3.0, -2.0], [7.0, 1.5, 6.0]])]


def mismatch_of(change, true=TRUE):
    """Return the mismatch with claims that a function makes of the truths."""
    points = [Point({}, {}) for _ in true]
    return Mismatch(None, [], points, [np.asarray(change(one.copy()), dtype=float) for one in true], list(true), 1e-10)


def changed(*indices, by=lambda value: 2 * value + 1):
    def change(true):
        for index in indices:
            true[index] = by(true[index])
        return true

    return change


def test_transposed_is_said_where_it_is_so_at_every_point():
    assert transposed(mismatch_of(np.transpose)) == "transposed"
    turns = iter([True, False])
    assert transposed(mismatch_of(lambda true: true.T if next(turns) else true + 1)) is None
    assert transposed(mismatch_of(lambda true: -true.T)) is None


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 2, 2)])
def test_only_square_matrices_are_transposed(shape):
    assert transposed(mismatch_of(lambda true: true.T, [np.arange(1.0, 1 + np.prod(shape)).reshape(shape)])) is None


@pytest.mark.parametrize(("axis", "step", "word"), [(0, 1, "before"), (0, -1, "after"), (1, 1, "before"), (1, -1, "after")])
def test_shifts_name_their_axis_and_side(axis, step, word):
    found = shifted(mismatch_of(lambda true: np.roll(true, step, axis)))
    assert found == f"the index is off by one: every entry holds what belongs to the one {word} it (axis {axis})"


@pytest.mark.parametrize(
    ("change", "true"),
    [
        (lambda true: np.roll(true, 2, 0), [np.arange(1.0, 6.0)]),
        (lambda true: true + 1, [np.array(3.0)]),
        (lambda true: true + 1, [np.ones(1)]),
        (lambda true: -np.roll(true, 1), [np.arange(1.0, 6.0)]),
    ],
)
def test_what_is_no_shift_by_one_is_none(change, true):
    assert shifted(mismatch_of(change, true)) is None


ENTRIES = [
    (changed((0, 1)), "entry (0, 1) only"),
    (changed((0, 1), by=lambda v: -v), "entry (0, 1) only: wrong sign"),
    (changed((2, 2), by=lambda v: v / 2), "entry (2, 2) only: missing factor 2"),
    (changed((1, 2), (0, 0), by=lambda v: 2 * v), "entries (0, 0), (1, 2) only: factor 2 too many"),
    (changed((0, 0), (1, 2), (2, 1)), "entries (0, 0), (1, 2), (2, 1) only"),
    (changed((0, 0), by=lambda v: 1.1 * v), "entry (0, 0) only"),
]


@pytest.mark.parametrize(("change", "words"), ENTRIES)
def test_a_few_entries_are_named(change, words):
    assert single_entries(mismatch_of(change)) == words


NO_ENTRIES = {
    "none": lambda true: true,
    "all": lambda true: true + 1,
    "four": changed((0, 0), (0, 1), (1, 1), (2, 2)),
}


@pytest.mark.parametrize("name", NO_ENTRIES)
def test_none_and_many_are_no_single_entries(name):
    assert single_entries(mismatch_of(NO_ENTRIES[name])) is None


def test_points_at_which_everything_is_right_do_not_count():
    assert single_entries(mismatch_of(lambda true: np.where(true == 9, 0, true))) == "entry (2, 2) only: 0 is claimed"


def test_entries_have_to_be_the_same_at_every_point():
    turns = iter([(0, 0), (1, 1)])
    assert single_entries(mismatch_of(lambda true: changed(next(turns))(true))) is None


REGIONS = [
    (changed((1, 0), (1, 2)), "row 1 only"),
    (changed((1, 0), (1, 1), (1, 2), by=lambda v: -v), "row 1 only: wrong sign"),
    (changed((0, 2), (1, 2), (2, 2), by=lambda v: v / 3), "column 2 only: missing factor 3"),
    (changed((0, 0), (1, 1), (2, 2)), "the diagonal only"),
    (changed((0, 0), (2, 2), by=lambda v: 2 * v), "the diagonal only: factor 2 too many"),
    (changed((0, 1), (1, 0), (1, 2), (2, 1)), "off the diagonal only"),
]


@pytest.mark.parametrize(("change", "words"), REGIONS)
def test_rows_columns_and_the_diagonal_are_named(change, words):
    assert region(mismatch_of(change)) == words


def test_regions_of_more_axes_are_named_by_their_axis():
    true = [np.arange(1.0, 9.0).reshape(2, 2, 2)]
    assert region(mismatch_of(changed((0, 1, 0), (1, 1, 1)), true)) == "axis 1, index 1 only"


@pytest.mark.parametrize("change", [lambda true: true, lambda true: true + 1, changed((0, 0), (0, 1), (2, 2))])
def test_what_is_no_region_is_none(change):
    assert region(mismatch_of(change)) is None


BRANCHES = [
    ("where(x > 0, 1, 0)", "where(x > 0, 1, 1/10)", "sum(relu(x))", "wrong where x < 0, right where x > 0"),
    ("where(x > 0, 1, 0)", "where(x > 0, 2, 0)", "sum(relu(x))", "wrong where x > 0, right where x < 0"),
    ("sign(x)", "1 + 0*x", "sum(abs(x))", "wrong where x < 0, right where x > 0"),
    (
        "where(x > 1/2, x, 1)", "where(x > 1/2, 2*x, 1)", "sum(where(x > 1/2, x**2/2, x))",
        "wrong where x > 1/2, right where x < 1/2",
    ),
    ("where(x > v, 1, 0)", "where(x > v, 1, 1/2)", "sum(maximum(x, v))", "wrong where x < v, right where x > v"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "claim", "output", "words"), BRANCHES)
def test_branches_are_named_by_their_condition(right, claim, output, words):
    assert branch(planted(right, claim, output)) == f"wrong branch: {words}"


@pytest.mark.parametrize(
    ("right", "claim", "output"),
    [
        ("2*x", "2*abs(x)", "sum(x**2)"),
        ("where(x > 0, 1, 0)", "2 + 0*x", "sum(relu(x))"),
        ("where(x > 0, 1, 0)", "where(x > 1/2, 1, 0)", "sum(relu(x))"),
        ("where(x > 0, 1, 0)", "where(x > 0, 1, 1/10)", ""),
    ],
    ids=["no branch", "wrong everywhere", "wrong in a part of one", "formula not known"],
)
def test_what_no_branch_explains_is_none(right, claim, output):
    assert branch(planted(right, claim, output)) is None


@pytest.mark.parametrize(("value", "is_wrong_there"), [(0.0, True), (0.5, False)])
def test_a_claim_that_is_wrong_at_the_kink_alone_says_so(value, is_wrong_there):
    mismatch = planted("sign(x)", "sign(x)", "sum(abs(x))")
    for point, true, got in zip(mismatch.points, mismatch.true, mismatch.got, strict=True):
        (x,) = point.values.values()
        x[0] = value
        true[0] = np.sign(value)
        got[0] = 2.0
    assert kink(mismatch) == ("right away from x = 0, wrong branch at the kink" if is_wrong_there else None)
