"""What is proven of curvature holds by its definition, while different things are known of signs.

Formulas whose curvature depends on signs are judged for every sign of the variables and of a parameter. On segments on which a
formula has values, its chord lies above the function (or below it), and not on it where that is strict.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature, Sign, sign_of_number
from symgd.graph.inference import Facts
from symgd.graph.node import Node
from symgd.rewrite.driver import simplify
from tests.formulas import declared

NUMBERS = [-3, -1, -0.5, 0, 0.25, 1, 2.5]
EIGHTHS = [k / 8 for k in range(1, 8)]
SIDES = [Sign.ANY, Sign.NONNEGATIVE, Sign.POSITIVE, Sign.NONPOSITIVE, Sign.NEGATIVE]
SIGNED = [
    "sqrt(1 + a*x**2)", "sqrt(a + x**2)", "sqrt(a + x**2 + y**2)", "sqrt(x**2 + a*y**2)", "sqrt(1 + (a + x)**2)",
    "a*x**2 + y**2", "a**2*x**2", "abs(x)**a", "relu(x**2 + a)", "relu(exp(x) + a)", "relu(a*x**2 - 1)", "maximum(x**2, a)",
    "sqrt(softplus(x)**2 + a*y**2)", "(x**4 + y**4)**(1/4)", "(x**3 + y**3)**(1/3)", "(x**4 + a*y**4)**(1/4)",
    "(x**3 + a*y**3)**(1/3)", "(exp(x)**3 + a*y**3)**(1/3)", "(x**(3/2) + y**(3/2))**(2/3)", "(sqrt(x) + sqrt(y))**2",
    "(sqrt(x) + a*sqrt(y))**2", "1/(1/x + 1/y)", "1/(1/x + a/y)", "(x**(-3) + y**(-3))**(-1/3)", "1/sum(1/v)",
    "1/sum(1/(v + x))", "sum((v + x)**3)**(1/3)", "sum((v*x)**3)**(1/3)", "x**2/y", "a*x**2/y", "x**2/sqrt(y)",
    "a*x**2/sqrt(y)", "x**2/(y + a)", "(x**2 + a)/y", "(x + a)**2/sqrt(y)", "x**2/y**a", "v@v/y", "prod(v)**(-1)",
    "prod(v)**a", "prod(v)**(1/3)", "prod(v)**(a/3)", "prod(v)**(-a/a)", "prod(v)**(a/(3*a))", "log(prod(v))",
    "prod(v + a)**(-1)", "log(prod(a*v))", "prod(u)**(1/2)", "log(prod(u))", "prod(u)**(-1)",
]  # fmt: skip
"""The parameter is a, and v and u are a vector of three entries and of two."""


def _read(text: str) -> tuple[Node, list[Node], list[Node]]:
    """Return a formula, the variables and the parameter."""
    formula = sg.formula(text, shapes=declared({"v": "3", "u": "2"}, text))
    return formula, *([node for node in formula.symbols if (node.name == "a") == held] for held in (False, True))


def _segments(formula: Node, moving: list[Node], known: Mapping[Node, Sign]) -> Iterator[tuple[Any, Any, Any, list[float]]]:
    """Yield the ends of segments on which a formula has values, the parameters, and the values at eighths of the way."""
    held = [node for node in formula.symbols if node not in moving]
    code = sg.lambdify([*moving, *held], formula)
    generator = np.random.default_rng(1)
    numbers = {node: [number for number in NUMBERS if sign_of_number(number) & sign] for node, sign in known.items()}

    def point(nodes: list[Node]) -> list[Any]:
        return [generator.choice(numbers[node], size=node.shape and int(str(node.shape[0]))) for node in nodes]

    for _ in range(40):
        first, second, parameters = point(moving), point(moving), point(held)
        try:
            with np.errstate(divide="raise", invalid="raise", over="raise"):  # no value, and none on the way
                points = [[(1 - t) * p + t * q for p, q in zip(first, second, strict=True)] for t in (0, *EIGHTHS, 1)]
                yield first, second, parameters, [float(code(*point, *parameters)) for point in points]
        except (FloatingPointError, ZeroDivisionError):
            continue


def _hold(curvature: Curvature, strict: frozenset[Node], formula: Node, moving: list[Node], known: Mapping[Node, Sign]) -> None:
    """Hold what is said of a formula against its values."""
    for first, second, parameters, values in _segments(formula, moving, known):
        where = f"{curvature!r} for {known}, from {first} to {second} at {parameters}"
        noise = 1e-12 * (1 + max(map(abs, values)))
        moves = {node for node, p, q in zip(moving, first, second, strict=True) if np.any(p != q)}
        for t, value in zip(EIGHTHS, values[1:-1], strict=True):
            gap = (1 - t) * values[0] + t * values[-1] - value
            assert not (curvature & Curvature.CONVEX and gap < -noise), where
            assert not (curvature & Curvature.CONCAVE and gap > noise), where
            assert abs(gap) > noise or not moves & strict, f"strictly {where}"


@pytest.mark.parametrize("text", SIGNED)
def test_what_the_theorem_says_holds_on_segments(text):
    read, moving, held = _read(text)
    for sign, sign_of_a in itertools.product(SIDES, [*SIDES, Sign.NONZERO] if held else [Sign.ANY]):
        known = {**dict.fromkeys(moving, sign), **dict.fromkeys(held, sign_of_a)}
        for formula in dict.fromkeys([read, simplify([read], Facts(known)).roots[0]]):
            found = compose(formula, moving, Facts(known))
            if found.curvature != Curvature.UNKNOWN:
                _hold(found.curvature, found.strict, formula, moving, known)


@pytest.mark.parametrize("text", ["prod(v)**(-a/a)", "prod(v)**(a/(3*a))", "prod(v)**(-a/(2*a))"])
def test_exponents_whose_sign_shows_only_when_simplified(text):
    known = {"a": {"nonzero": True}, "v": {"positive": True}}
    formula = sg.formula(text, shapes={"v": "3"}, facts=known)
    moving = [node for node in formula.symbols if node.name == "v"]
    found = compose(formula, moving, Facts())
    signs = {node: Sign.POSITIVE if node in moving else Sign.NONZERO for node in formula.symbols}
    _hold(found.curvature, found.strict, formula, moving, signs)
