"""The mutation study: no right gradient is called wrong, no wrong one passes, and most faults are named."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.sampling import points
from tests.mutation import RIGHT, mutants, row

pytestmark = pytest.mark.study

ROWS = range(len(RIGHT))
NAMES = [f"{text} in {wrt}" for text, wrt, _ in RIGHT]


def test_the_study_is_large_enough():
    assert len(RIGHT) >= 60
    kinds = Counter(mutant.kind for number in ROWS for mutant in mutants(number))
    assert set(kinds) == {"sign", "dropped term", "factor", "index", "transpose", "tiny", "branch", "missing sum"}
    assert sum(kinds.values()) > 500


@pytest.mark.parametrize("number", ROWS, ids=NAMES)
def test_exact_mode(number):
    loss, variable, right = row(number)
    for check in (sg.check_gradient(loss, variable, gradient=right), sg.check_gradient(loss, variable)):
        assert check.verdict.name == "RIGHT", check.explain()
    for mutant in mutants(number):
        check = sg.check_gradient(loss, variable, gradient=mutant.claim)
        assert check.verdict.name == "WRONG", f"{mutant.kind}: {mutant.claim}"


def test_most_faults_are_named():
    named: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for number in ROWS:
        loss, variable, _ = row(number)
        for mutant in mutants(number):
            causes = "; ".join(sg.check_gradient(loss, variable, gradient=mutant.claim, points=2).causes)
            total[mutant.kind] += 1
            named[mutant.kind] += bool(re.search(mutant.words, causes))
    assert sum(named.values()) > 0.95 * sum(total.values()), (named, total)
    assert all(named[kind] >= 0.8 * total[kind] for kind in total), (named, total)


@pytest.mark.parametrize("number", ROWS, ids=NAMES)
@pytest.mark.parametrize("is_opaque", [True, False], ids=["values", "read"])
def test_black_box(number, is_opaque):
    """Code whose formula cannot be read is judged by its values alone; UNSURE is an honest answer for an error of 1e-6."""
    loss, variable, right = row(number)
    (point, *_) = points(loss, 1, 3)

    def as_code(formula):
        arguments = list(loss.symbols)
        code = sg.lambdify(arguments, formula)
        place = arguments.index(variable)
        values = [np.asarray(point.values[node], dtype=float) for node in arguments]

        def call(x):
            values[place] = np.asarray(x, dtype=float) if is_opaque else x
            return code(*values)

        return call

    function, x = as_code(loss), np.asarray(point.values[variable], dtype=float)
    check = sg.check_gradient(function, as_code(right), at=x)
    assert check.verdict.name == "RIGHT", check.explain()
    for mutant in mutants(number):
        verdict = sg.check_gradient(function, as_code(mutant.claim), at=x).verdict.name
        assert verdict == "WRONG" or (verdict == "UNSURE" and mutant.kind == "tiny"), f"{mutant.kind}: {mutant.claim}"
