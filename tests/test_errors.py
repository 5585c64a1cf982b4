"""What a message says of a value: always something, on one line, never much."""

from __future__ import annotations

import pytest

from symgd.errors import shown
from tests.fuzz.values import without_formulas

VALUES = without_formulas()


@pytest.mark.parametrize("name", VALUES)
def test_every_value_is_shown_in_one_short_line(name):
    text = shown(VALUES[name])
    assert text.isprintable()
    assert len(text) <= 60


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "'a b'"),
        ("\ud800", r"'\ud800'"),
        (-3, "-3"),
        (True, "True"),
        (-(10**5000), "an integer of about 5001 digits"),
        ([1, 2, 3, 4, 5], "[1, 2, 3, 4, …]"),
        ({"x": ("y", 1.5)}, "{'x': ('y', 1.5)}"),
        (dict, "the class dict"),
        (len, "the function len"),
        ("x" * 100, f"'{'x' * 57} …"),
    ],
    ids=range(10),
)
def test_values_as_messages_show_them(value, text):
    assert shown(value) == text
