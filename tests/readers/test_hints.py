"""A hint that is a piece of input works: followed, the formula reads, or the next mistake is another one."""

from __future__ import annotations

import ast
import re

import pytest

import symgd as sg
from symgd.errors import SymgdError
from tests.hostile.texts import REFUSED
from tests.readers.latex.test_reader import MISTAKES
from tests.readers.text.test_parser import ERRORS

_FOLLOW = [
    (re.compile(r"did you mean '?([\w.]+)'?\?"), "name"),
    (re.compile(r"^add (\S)$"), "append"),
    (re.compile(r"^write (\S)$"), "character"),
    (re.compile(r"^write (\S+) for a product$"), "product"),
    (re.compile(r"^drop (\w+)\."), "drop"),
    (re.compile(r"^leave (\w+) out"), None),
]


def error_of(text, shapes, syntax):
    """Return the cause, the hint and the column of the error of a text, or None."""
    try:
        sg.formula(text, shapes=shapes, syntax=syntax)
    except SymgdError as error:
        return error.cause, error.hint or "", error.position
    return None


def followed(text, shapes, hint, position):
    """Return the text and the shapes with the piece of input of a hint; None where the hint has none."""
    declared = re.search(r"shapes=(\{[^{}]*\})", hint)
    if declared:
        proposed = ast.literal_eval(declared[1])
        if not all(name.removesuffix("_hat") in text.replace("\\", "") for name in proposed):
            return None  # an example of how shapes are written
        return text, {**shapes, **proposed}
    for pattern, how in _FOLLOW:
        match = pattern.search(hint)
        if not match or how is None or (position is None and how != "append"):
            continue
        piece = match[1]
        if how == "append":
            return text + piece, shapes
        if how == "character":
            return text[:position] + piece + text[position + 1 :], shapes
        if how == "name":
            name = re.match(r"\w+", text[: position + 80][position:])
            return (text[:position] + piece + text[position + len(name[0]) :], shapes) if name else None
        if how == "drop":
            return text.replace(f"{piece}.", ""), shapes
        if how == "product" and piece == "*":
            return text[:position] + "*" + text[position:], shapes
        if how == "product" and piece.endswith("*(…)"):
            return re.sub(rf"\b{piece[:-4]}\(", f"{piece[:-4]}*(", text), shapes
        if how == "product":
            return text.replace(piece.replace("*", ""), piece, 1), shapes
    return None


TEXTS = [
    *((text, {}, "symgd") for text in [*REFUSED, *(row[0] for row in ERRORS)] if len(text) < 500),
    *((row[0], {}, "latex") for row in MISTAKES),
    ("x @ y + z @ w", {}, "symgd"),
    ("X @ w", {}, "symgd"),
    ("x[1:] + y", {"x": "n", "y": "m"}, "symgd"),
    ("Xw + v", {"v": "n"}, "symgd"),
    (r"\sum_{i=1}^n x_i", {}, "latex"),
    (r"\sum_{i=1}^n x_i y_i", {}, "latex"),
    (r"\sum_{i=1}^n (x_i - y_i)^2 + \sum_{i,j} A_{ij}", {}, "latex"),
    (r"x^\top y", {}, "latex"),
    (r"\text{loss}^2", {}, "latex"),
]


@pytest.mark.parametrize(("text", "shapes", "syntax"), TEXTS, ids=range(len(TEXTS)))
def test_a_hint_that_is_followed_works(text, shapes, syntax):
    error = error_of(text, shapes, syntax)
    advice = followed(text, shapes, error[1], error[2]) if error else None
    if advice is None:
        return
    again = error_of(*advice, syntax)
    assert again is None or again[0] != error[0] or (advice[0] != text and again[2] != error[2]), (text, error, advice, again)


@pytest.mark.parametrize(
    ("text", "shapes", "syntax"),
    [
        ("x @ y + z @ w", {}, "symgd"),
        ("A @ B + C @ D", {"A": "m n"}, "symgd"),
        (r"\sum_{i=1}^n x_i y_i", {}, "latex"),
        (r"\frac{1}{n} \sum_{i=1}^n (x_i^\top w - y_i)^2", {}, "latex"),
        (r"\sum_{k=0}^n \theta_k + \sum_{i,j} A_{ij} \hat{z}_j", {}, "latex"),
        (r"\sum_{i=1}^n \mathbf{x}_i + \sum_{j=1}^{d_k} y_j", {}, "latex"),
    ],
)
def test_all_shapes_that_are_missing_are_proposed_at_once(text, shapes, syntax):
    cause, hint, position = error_of(text, shapes, syntax)
    assert error_of(*followed(text, shapes, hint, position), syntax) is None, (cause, hint)
