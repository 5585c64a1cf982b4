"""Absolute values and norms between bars."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import SymgdError

SHAPES = {"v": "n", "w": "n", "M": "m n", "A": "n n"}


def read(text):
    return sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in text})


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("|x|", "abs(x)"),
        ("|x - 1| + |y|", "abs(x - 1) + abs(y)"),
        ("|x - |y||", "abs(x - abs(y))"),
        ("|x - |y| |", "abs(x - abs(y))"),
        ("|-x|**2", "abs(-x)**2"),
        ("sum(|v|)", "sum(abs(v))"),
        ("||v||", "norm2(v)"),
        ("‖v‖", "norm2(v)"),
        ("‖v‖₂", "norm2(v)"),
        ("||v||_1", "norm1(v)"),
        ("||v||_inf", "norminf(v)"),
        ("‖v‖_∞", "norminf(v)"),
        ("‖v‖²", "sum(v**2)"),
        ("||v - w||**2/2", "sum((v - w)**2)/2"),
        ("||v||^2", "sum(v**2)"),
        ("||v||_1²", "norm1(v)**2"),
        ("‖v‖₂³", "norm2(v)**3"),
        ("‖M‖_F", "normF(M)"),
        ("‖M‖_F²", "sum(M**2)"),
        ("‖M‖_2", "norm(M, 2)"),
        ("||x||", "norm2(x)"),
        ("‖v‖ ‖w‖", "norm2(v)*norm2(w)"),
        ("2‖v‖", "2*norm2(v)"),
    ],
)
def test_bars(text, same):
    assert read(text) is read(same)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("|x", r"the bar \| is never closed", 0),
        ("x|", r"the bar \| was never opened", 1),
        ("x | y", r"the bar \| was never opened", 2),
        ("||v|", "closes the bar ‖ opened at column 1", 3),
        ("|v||", r"‖? ?closes|was never|cannot stand", 2),
        ("||x| - 1|", "closes the bar ‖", 3),
        ("(|x)", r"the bar \| opened at column 2 is not closed", 3),
        ("|(x|)", r"the bar \| was never opened", 3),
        ("| |", "the formula ends", None),
        ("||", "ends where a value should follow", None),
        ("|x|y|z|", "an operator is missing", 3),
        ("|A|", r"the determinant, det\(X\)", 0),
        ("‖M‖", "the Frobenius norm, ‖X‖_F", 0),
        ("‖M‖_1", "norm with the subscript 1", 0),
        ("‖v‖_F", "norm with the subscript F", 0),
        ("|x > 0|", "condition", 0),
    ],
)
def test_refused_bars(text, message, column):
    with pytest.raises(SymgdError, match=message) as caught:
        read(text)
    if column is not None:
        assert str(caught.value).splitlines()[2].index("^") == len("  in:   ") + column
