"""Forms for large numbers equal the products that they stand for, in 50 digits and on both sides of where they begin."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.node import Node, constant
from symgd.primitives.arithmetic import mul
from symgd.rewrite.large_arguments import with_forms_far_out

x, y = sg.scalar("x"), sg.scalar("y")
e = sg.exp(-x)
PRODUCTS: list[Node] = [
    x**50 * e,
    mul.make((x**8, e, e, y)),  # a factor may stand there twice
    mul.make((constant(3), y**-12, sg.exp(x * y), sg.exp(x), x)),
    sg.gamma(x) / sg.gamma(x + sg.formula("1/3")) * y,
    mul.make((sg.gamma(x), sg.gamma(x), sg.gamma(x - sg.formula("3/2")) ** -1, sg.gamma(x - sg.formula("3/2")) ** -1)),
    x**7 * e + sg.atan(x**6 * sg.exp(x)),
]


@pytest.mark.parametrize("product", PRODUCTS, ids=str)
def test_equal_everywhere(product):
    (other,) = with_forms_far_out([product])
    assert other is not product
    for at in (0.7, 3.0, 159.5, 161.5, 599.0, 601.0, 750.0):
        values = {x: at, y: -1.25} if y in product.symbols else {x: at}
        (one,), (two,) = ([v[()] for v in evaluate_precisely([f], values, digits=50)] for f in (product, other))
        assert mpmath.almosteq(one, two, rel_eps=mpmath.mpf("1e-13") if abs(one) < 1 else mpmath.mpf("1e-40"))


def test_what_does_not_overflow_stays():
    for formula in (x**5 * e, x**50 + e, sg.gamma(x) / sg.gamma(y), x**50 * y**50 * e):
        assert with_forms_far_out([formula]) == [formula]
