"""Functions without brackets, and with an exponent in front of the argument."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import SymgdError

SHAPES = {"X": "m n", "w": "n", "v": "n", "A": "n n"}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("sin x", "sin(x)"),
        ("exp x + 1", "exp(x) + 1"),
        ("2 sin x − 1", "2*sin(x) - 1"),
        ("-ln x", "-log(x)"),
        ("sin 2x", "sin(2*x)"),
        ("sin x^2", "sin(x**2)"),
        ("sin x²", "sin(x**2)"),
        ("sin²x", "sin(x)**2"),
        ("sin² x + cos² x", "sin(x)**2 + cos(x)**2"),
        ("sin²(x)", "sin(x)**2"),
        ("sin^2(x)", "sin(x)**2"),
        ("2^sin x", "2**sin(x)"),
        ("√sin x", "sqrt(sin(x))"),
        ("sin cos x", "sin(cos(x))"),
        ("sin x cos x", "sin(x)*cos(x)"),
        ("log |x|", "log(abs(x))"),
        ("log ‖v‖", "log(norm2(v))"),
        ("exp √x", "exp(sqrt(x))"),
        ("log 2", "log(2)"),
        ("log₂(x) + log₁₀ x", "log2(x) + log10(x)"),
        ("sin x! ", "sin(gamma(x + 1))"),
        ("[sin x, cos x]", "[sin(x), cos(x)]"),
        ("maximum(0, sin x)", "maximum(0, sin(x))"),
        ("where(sin x < 0, 0, 1)", "where(sin(x) < 0, 0, 1)"),
        ("sum(exp Xw)", "sum(exp(X @ w))"),
        ("exp vᵀw", "exp(v @ w)"),
        ("tr A + log det A", "trace(A) + log(det(A))"),
        ("exp w[0]", "exp(w[0])"),
        ("sin + 1", "sin + 1"),
    ],
)
def test_a_function_without_brackets_takes_one_factor(text, same):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text.replace("where", "").replace("ax", "")}
    if text == "sin + 1":
        shapes["sin"] = ""
    assert sg.formula(text, shapes=shapes) is sg.formula(same, shapes=shapes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sin x * y", r"sin with several factors behind it has two readings: sin\(a\*b\), or sin\(a\)\*b"),
        ("sin x / 2", "sin with several factors"),
        ("log 2 π", "log with several factors"),
        ("exp A v", "exp with several factors"),
        ("sin -x", r"sin needs brackets around its argument(.|\n)*write sin\(…\)"),
        ("sum x", r"write sum\(…\)"),
        ("max x", r"write max\(…\)"),
        ("sin⁻¹(x)", "the inverse function"),
        ("sin⁻¹ x", "the inverse function"),
        ("det²(A)", "det with the exponent 2 has two readings"),
        ("sin²", "sin is a function, and needs its arguments"),
        ("sin", "sin is a function, and needs its arguments"),
        ("1/2 sin x", "a quotient with factors behind it"),
        ("sin x y", "an operator is missing"),
        ("gamma x", "an operator is missing"),
    ],
)
def test_what_needs_brackets(text, message):
    shapes = {name: shape for name, shape in SHAPES.items() if name in text and "max" not in text}
    with pytest.raises(SymgdError, match=message) as caught:
        sg.formula(text, shapes=shapes)
    assert "^" in str(caught.value)
