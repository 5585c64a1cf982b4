"""One formula in every form: text, its own printed text, a textbook's notation, SymPy, a NumPy function, and its LaTeX read again.

All have the same values in 40 digits, and the same gradients.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import mpmath
import numpy as np
import sympy as sp

import symgd as sg
from symgd.explain.notation.unicode import to_textbook
from tests.fuzz.formulas import Drawn, Formulas, elementwise
from tests.fuzz.outcome import Outcome, Verdict, agreed, escaped, found, refused, undecided
from tests.fuzz.points import Values, draw_point, is_finite, largest, precise, shown

DIGITS = 40
POINTS = 3
NUMPYS = {name: getattr(np, name) for name in [
    "sum", "mean", "exp", "log", "log1p", "expm1", "log2", "log10", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arcsinh", "arctan", "abs",
    "sqrt", "maximum", "minimum", "where", "max", "min", "prod", "var", "std", "cumsum", "cumprod", "diag", "trace", "outer", "sign", "cbrt",
    "hypot", "square", "reciprocal", "logaddexp", "floor", "ceil", "heaviside", "tril", "triu", "diff", "concatenate", "flip", "kron",
    "sinc", "eye", "arange", "ptp", "exp2", "e", "pi",
]}  # fmt: skip
NUMPYS |= {
    "det": np.linalg.det,
    "inv": np.linalg.inv,
    "solve": np.linalg.solve,
    "norm2": np.linalg.norm,
    "norm": np.linalg.norm,
}
SYMPYS = {name: getattr(sp, name) for name in [
    "exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "asinh", "atan", "sqrt", "erf", "erfc", "gamma", "loggamma", "digamma",
    "besselj", "besseli", "besselk", "bessely", "sign", "floor", "LambertW", "zeta", "polygamma", "beta", "pi", "E",
]}  # fmt: skip
SYMPYS |= {
    "abs": sp.Abs,
    "ceil": sp.ceiling,
    "e": sp.E,
    "maximum": sp.Max,
    "minimum": sp.Min,
    "pow": sp.Pow,
    "lambertw": sp.LambertW,
}


def case(seed: int, index: int) -> Outcome:
    """Read one formula in every form."""
    random = Random(f"readers {seed} {index}")
    drawn = _drawn(random)
    node = drawn.read()
    if not node.symbols:
        return undecided(str(drawn), "it is a number")
    outcomes = [_through(random, drawn, node, name, form) for name, form in FORMS.items()]
    for verdict in (Verdict.FOUND, Verdict.AGREED, Verdict.UNDECIDED):
        for outcome in outcomes:
            if outcome.verdict is verdict:
                return outcome
    return refused(str(drawn))


def _drawn(random: Random) -> Drawn:
    """Return a formula of tensors, or one of scalars with functions that SymPy and NumPy know too."""
    kind = random.random()
    if kind < 0.4:
        return _with(random, SYMPYS, "3").draw(0, random.randint(1, 3), random.choice(["x", "xy"]))
    if kind < 0.7:
        return _with(random, NUMPYS, random.choice(["n", "3"])).draw(random.choice([0, 0, 1]), random.randint(1, 3))
    return Formulas(random, random.choice(["n", "3"])).draw(random.choice([0, 0, 1, 2]), random.randint(1, 3))


def _with(random: Random, names: Iterable[str], size: str) -> Formulas:
    return Formulas(random, size, [name for name in elementwise() if name in names])


# -- the forms ------------------------------------------------------------------------------------------------------


def from_printed(drawn: Drawn, node: sg.Node) -> sg.Node:
    """Read what was printed."""
    return sg.formula(str(node), shapes={symbol.name: symbol.shape for symbol in node.symbols})


def from_textbook(drawn: Drawn, node: sg.Node) -> sg.Node:
    """Read what textbooks print."""
    return sg.formula(to_textbook(node), shapes={symbol.name: symbol.shape for symbol in node.symbols})


def from_latex(drawn: Drawn, node: sg.Node) -> sg.Node:
    """Read the LaTeX of a formula."""
    return sg.formula(node.latex(), syntax="latex", shapes={symbol.name: symbol.shape for symbol in node.symbols})


def from_own_sympy(drawn: Drawn, node: sg.Node) -> sg.Node:
    """Read the SymPy expression of a formula."""
    return sg.formula(node.to_sympy())


def from_sympy(drawn: Drawn, node: sg.Node) -> sg.Node | None:
    """Read the text as SymPy understands it."""
    if any(symbol.shape for symbol in node.symbols):
        return None
    names = {symbol.name: sp.Symbol(symbol.name, real=True) for symbol in node.symbols}
    expression = _evaluated(drawn.text, {**SYMPYS, **names})
    return None if expression is None or not isinstance(expression, sp.Expr) else sg.formula(expression)


def from_numpy(drawn: Drawn, node: sg.Node) -> sg.Node | None:
    """Trace the text as a NumPy function."""
    if _evaluated(drawn.text, {**NUMPYS, **draw_point(Random(0), node), "n": 3}) is None:
        return None

    def function(*arguments: Any) -> Any:
        names = dict(zip((symbol.name for symbol in node.symbols), arguments, strict=True))
        sizes = {
            str(size): array.shape[k] for array in arguments for k, size in enumerate(array.shape) if not isinstance(size, int)
        }
        return eval(drawn.text, {"__builtins__": {}}, {**NUMPYS, **names, **sizes})

    return sg.formula(function, *node.symbols)


def _evaluated(text: str, names: dict[str, Any]) -> Any:
    """Return the value of a text in another library, or None where that library does not know it."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return eval(text, {"__builtins__": {}}, names)
    except Exception:
        return None


FORMS: dict[str, Callable[[Drawn, sg.Node], sg.Node | None]] = {
    "printed text": from_printed,
    "textbook": from_textbook,
    "latex": from_latex,
    "sympy and back": from_own_sympy,
    "sympy": from_sympy,
    "numpy": from_numpy,
}

NOISE = {"printed text": 1e-18, "textbook": 1e-18, "latex": 1e-18, "sympy and back": 1e-18, "sympy": 1e-7, "numpy": 1e-7}
"""What may differ: NumPy and SymPy make floats of some numbers, such as 1/3."""


# -- comparison -----------------------------------------------------------------------------------------------------


def _through(
    random: Random, drawn: Drawn, node: sg.Node, name: str, form: Callable[[Drawn, sg.Node], sg.Node | None]
) -> Outcome:
    """Read a formula in one form, and compare."""
    text = f"{drawn} through {name}"
    try:
        other = form(drawn, node)
    except sg.SymgdError as error:
        if name == "printed text":
            return found(text, f"{node} is not read: {error}", "printed text is not read")
        return refused(text, str(error))
    except Exception as error:
        return escaped(text, error)
    return undecided(text) if other is None else compare(random, node, other, text, name)


def compare(random: Random, node: sg.Node, other: sg.Node, text: str, name: str) -> Outcome:
    """Compare two formulas at random points: values, and gradients of scalars."""
    if other is node:
        return agreed(text)
    unknown = {symbol.name for symbol in other.symbols} - {symbol.name for symbol in node.symbols}
    if unknown:
        return found(text, f"{node} is read as {other}, with {sorted(unknown)}", f"other inputs through {name}")
    pairs = [(node, other), *_gradients(random, node, other)]
    compared = 0
    for _ in range(POINTS):
        point = draw_point(random, node)
        if not is_finite(precise(node, point, digits=DIGITS)):
            continue
        for one, two in pairs:
            first, second = precise(one, point, digits=DIGITS).ravel(), precise(two, _fitted(two, point), digits=DIGITS).ravel()
            if not is_finite(first):
                continue
            compared += 1
            if one is not node and (_has_whole_numbers(point) or (first.shape == second.shape and not is_finite(second))):
                continue  # slopes at kinks are a convention, and at removable points they are known in one spelling only
            if (
                first.shape != second.shape
                or not is_finite(second)
                or largest(first - second) > NOISE[name] * (1 + largest(first))
            ):
                values = f"{_short(first)} and {_short(second)} at {shown(point)}"
                return found(text, f"{one} is read as {two}: {values}", f"other values through {name}")
    return agreed(text) if compared else undecided(text, "no value")


def _fitted(node: sg.Node, point: Values) -> Values:
    """Return a point with columns where a formula has them: SymPy knows no vectors."""
    columns = {symbol.name for symbol in node.symbols if symbol.rank == 2}
    return {name: value[:, None] if name in columns and np.ndim(value) == 1 else value for name, value in point.items()}


def _gradients(random: Random, node: sg.Node, other: sg.Node) -> list[tuple[sg.Node, sg.Node]]:
    """Return the gradients of both in one input, where both are known."""
    names = {symbol.name for symbol in other.symbols}
    wrt = random.choice(node.symbols)
    if node.shape or other.shape or wrt.name not in names:
        return []
    try:
        return [(sg.gradient(node, wrt), sg.gradient(other, wrt.name))]
    except sg.SymgdError:
        return []


def _has_whole_numbers(point: Values) -> bool:
    return any(bool(np.any(np.asarray(value) == np.round(value))) for value in point.values())


def _short(array: Any) -> str:
    return str([mpmath.nstr(entry, 12) for entry in array.flat][:4])
