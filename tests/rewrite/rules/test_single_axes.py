"""An axis of size 1 that is summed and put back stays where it is."""

from __future__ import annotations

import pytest

from tests.rewrite.rules.tables import rewritten

BECAUSE = "an axis of size 1 need not be summed and put back"
WRITTEN = [  # formula, its other form
    ("(C @ c)[:, None]", "C * c"),
    ("sum(C, axis=1)[:, None]", "C"),
    ("sum(x*C, axis=1)[:, None]", "x*C"),
    ("(C @ c)[None]", "c[:, None] * C.T"),
]
KEPT = [  # what stays, and why
    "(A @ v)[:, None]",  # of size n
    "sum(A, axis=1)[:, None]",
    "sum(C, axis=0)[:, None]",
    "C @ c",  # it is not put back
    "sum(C, axis=1)",
    "v[:, None]",
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_sum_over_one_entry_is_left_out(text, after):
    found, reasons = rewritten(text)
    assert (found, BECAUSE in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_sum_over_more_entries_or_without_its_axis_stays(text):
    assert BECAUSE not in rewritten(text)[1]
