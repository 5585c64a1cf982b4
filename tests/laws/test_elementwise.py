"""Every elementwise primitive of the registry satisfies every law."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.declarations.check import check  # noqa: F401  # the laws are entered
from symgd.declarations.law import LAWS
from symgd.declarations.subject import Subject
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.partial_derivatives import partial_derivative
from symgd.graph.node import scalar
from symgd.graph.primitive import REGISTRY
from symgd.primitives.piecewise import where

ELEMENTWISE = [
    record for record in REGISTRY.values() if record.is_elementwise and record.arity != 0 and record.name != "constant"
]
NUMERIC = [record for record in ELEMENTWISE if record.name != "where"]


@pytest.fixture(scope="module")
def subjects():
    """Examples and points are found once for all laws."""
    return {record: Subject.of(record) for record in ELEMENTWISE}


@pytest.mark.parametrize("record", ELEMENTWISE, ids=lambda record: record.name)
@pytest.mark.parametrize("law", LAWS)
def test_law(law, record, subjects):
    LAWS[law].check(subjects[record])


@pytest.mark.parametrize("record", NUMERIC, ids=lambda record: record.name)
def test_there_are_points_at_which_laws_are_tried(record, subjects):
    assert all(len(example.places) > 3 for example in subjects[record].examples)


@pytest.mark.parametrize("law", ["law_name", "law_made_by", "law_arity", "law_latex", "law_because", "law_source", "law_shape"])
def test_a_function_that_is_made_on_the_spot_keeps_the_laws(law):
    LAWS[law].check(Subject.of(partial_derivative("besselj", (1, 0))))


def test_where_takes_the_branch_of_the_condition():
    x = scalar("x")
    node = where(x > 0, x**2, -x)
    for point, expected in ((2.0, 4), (-3.0, 3), (0.0, 0)):
        (array,) = evaluate_precisely([node], {x: point})
        assert float(array[()]) == expected


def test_constants_of_the_language_have_fifty_digits():
    from symgd.primitives.trigonometric import e, pi

    arrays = evaluate_precisely([pi, e], {}, digits=40)
    assert mpmath.nstr(arrays[0][()], 38).startswith("3.14159265358979323846264338327950288")  # OEIS A000796
    assert mpmath.nstr(arrays[1][()], 38).startswith("2.71828182845904523536028747135266249")  # OEIS A001113


@pytest.mark.parametrize("record", NUMERIC, ids=lambda record: record.name)
def test_every_function_is_a_numpy_function_on_nodes_where_numpy_has_it(record):
    for name in (record.name, *record.aliases):
        ufunc = getattr(np, name, None)
        if isinstance(ufunc, np.ufunc) and ufunc.nin == len("xyz"[: record.arity or 2]):
            inputs = [scalar(letter) for letter in "xyz"[: ufunc.nin]]
            assert ufunc(*inputs) is record(*inputs)
