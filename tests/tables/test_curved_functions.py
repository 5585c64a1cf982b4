"""Every row of the table: no verdict contradicts the truth, every proof and every witness is repeated by other means."""

from __future__ import annotations

import copy
import itertools
import pickle
import re
from fractions import Fraction

import cloudpickle
import mpmath
import pytest
import sympy as sp

import symgd as sg
from tests.formulas import declared
from tests.tables.curved_functions import ALLOWED, ROWS

DIGITS = 50
_VERDICTS = {}


def verdict_of(row):
    if row not in _VERDICTS:
        formula = sg.formula(row.text, shapes=declared(row.shapes, row.text), facts=declared(row.facts, row.text))
        _VERDICTS[row] = formula, sg.convexity(formula, row.wrt, domain=row.domain, constraints=row.constraints)
    return _VERDICTS[row]


@pytest.fixture(params=ROWS, ids=map(str, ROWS))
def row(request):
    return request.param


def test_verdict(row):
    formula, verdict = verdict_of(row)
    kind = verdict.kind.name
    assert kind == "UNKNOWN" or kind in ALLOWED[row.truth], str(verdict)
    if kind == "UNKNOWN":
        assert len(verdict.reason) > 20
    elif kind == "NEITHER":
        assert verdict.witness.check()
    else:
        assert verdict.proof.check()
        assert verdict.proof.text().startswith(verdict.proof.claim)
    if kind == "STRONGLY_CONVEX" and row.modulus and not row.shapes:
        assert float(verdict.modulus) <= float(sg.formula(row.modulus).to_sympy()) * (1 + 1e-12)
    if not row.shapes and set(formula.symbols) == set(verdict.wrt):
        contradictions = list(_contradictions(formula, verdict, row.constraints))
        assert contradictions == []


COPIES = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "cloudpickle": lambda value: pickle.loads(cloudpickle.dumps(value)),
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("row", ROWS[::8], ids=map(str, ROWS[::8]))
def test_a_copy_of_a_verdict_is_shown_again(row, copied):
    verdict = verdict_of(row)[1]
    again = copied(verdict)
    assert again.to_dict() == verdict.to_dict()
    assert again.check() == verdict.check()


def test_nearly_all_are_decided():
    decided = sum(1 for row in ROWS if verdict_of(row)[1].kind.name != "UNKNOWN")
    assert len(ROWS) >= 150
    assert decided >= 0.95 * len(ROWS), f"{decided} of {len(ROWS)}"


# -- another judge: Jensen's inequality itself, in 50 digits, through SymPy and mpmath ----------------------------


def _contradictions(formula, verdict, constraints):
    """Yield chords that contradict a verdict; witnesses must contradict both."""
    names = [node.name for node in verdict.wrt]
    function = _as_function(formula, names)
    if verdict.kind.name == "NEITHER":
        for part in (verdict.witness.against_convexity, verdict.witness.against_concavity):
            chord = part.chord()
            a, b = ([chord_end[node] for node in verdict.wrt] for chord_end in (chord.first, chord.second))
            gap = _gap(function, a, b, chord.theta)
            if not (gap > 0 if part.sign < 0 else gap < 0):
                yield "witness", a, b, gap
        return
    modulus = Fraction(0)
    if verdict.modulus is not None:
        modulus = Fraction(str(sg.formula(str(verdict.modulus)).to_sympy().evalf(30)))
    conditions = [sp.sympify(text) for text in constraints]
    for a, b, theta in _chords(verdict):
        if not all(_holds(condition, names, point) for condition in conditions for point in (a, b)):
            continue
        gap = _gap(function, a, b, theta)
        if gap is None:
            continue
        bowl = mpmath.mpf((modulus / 2 * theta * (1 - theta)).numerator) / (modulus / 2 * theta * (1 - theta)).denominator
        bowl *= sum(mpmath.mpf((x - y).numerator) ** 2 / (x - y).denominator ** 2 for x, y in zip(a, b, strict=True))
        size = mpmath.mpf(10) ** (-30) * (1 + abs(function(*a)) + abs(function(*b)))
        if verdict.kind.is_convex and gap > size - bowl * (1 - mpmath.mpf(10) ** -12):
            yield "convex", a, b, gap
        if verdict.kind.is_concave and gap < -size:
            yield "concave", a, b, gap
        strict = verdict.kind.name in ("STRICTLY_CONVEX", "STRONGLY_CONVEX", "STRICTLY_CONCAVE")
        if strict and abs(gap) <= mpmath.mpf(10) ** -40 * (1 + abs(function(*a))):
            yield "strict", a, b, gap


def _holds(condition, names, point):
    return bool(condition.subs({name: sp.Rational(x.numerator, x.denominator) for name, x in zip(names, point, strict=True)}))


def _as_function(formula, names):
    expression = formula.to_sympy()
    by_name = {symbol.name: symbol for symbol in expression.free_symbols}
    symbols = [by_name.get(name, sp.Symbol(name, real=True)) for name in names]
    code = sp.lambdify(symbols, expression, modules=["mpmath"])

    def function(*point):
        with mpmath.workdps(DIGITS):
            return mpmath.mpf(code(*(mpmath.mpf(x.numerator) / x.denominator for x in point)))

    return function


def _gap(function, a, b, theta):
    """Return f between two points minus the chord, or None where f is not defined."""
    middle = [theta * x + (1 - theta) * y for x, y in zip(a, b, strict=True)]
    try:
        with mpmath.workdps(DIGITS):
            weight = mpmath.mpf(theta.numerator) / theta.denominator
            gap = function(*middle) - weight * function(*a) - (1 - weight) * function(*b)
            return gap if mpmath.isfinite(gap) else None
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None


_STEPS = [Fraction(text) for text in ("1/1000", "1/7", "2/3", "1", "9/4", "6", "31/2")]


def _chords(verdict):
    """Yield rational chords inside the box that the verdict states."""
    choices = []
    for node in verdict.wrt:
        low, high = _bounds(verdict, node)
        if low is not None and high is not None:
            choices.append([low + (high - low) * Fraction(k, 9) for k in (1, 2, 4, 7, 8)])
        elif low is not None:
            choices.append([low + step for step in _STEPS])
        elif high is not None:
            choices.append([high - step for step in _STEPS])
        else:
            choices.append([Fraction(0), *_STEPS[1:5], *(-step for step in _STEPS[1:5])])
    if len(choices) == 1:
        for x, y in itertools.combinations(choices[0], 2):
            yield [x], [y], Fraction(1, 3)
        return
    points = [tuple(one[(3 * k + j * (k + 1)) % len(one)] for j, one in enumerate(choices)) for k in range(8)]
    for a, b in itertools.combinations(dict.fromkeys(points), 2):
        yield list(a), list(b), Fraction(1, 2)


def _bounds(verdict, node):
    found = re.search(rf"(?:^| and ){node.name} in [\(\[]([^,]+), ([^\)\]]+)[\)\]]", verdict.domain)
    ends = found.groups() if found else ("-inf", "inf")
    return tuple(None if "inf" in end else Fraction(end) for end in ends)
