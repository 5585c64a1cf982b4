from __future__ import annotations

import symgd as sg
from symgd.graph.node import constant
from symgd.rewrite.matcher import match_root
from symgd.rewrite.rule import pattern_variables

P, Q = pattern_variables(2)
x, y, z = (sg.scalar(name) for name in "xyz")


def test_sums_and_products_match_in_any_order():
    found = match_root(1 + sg.exp(P), sg.exp(x) + 1, (P,))
    assert found == ((x,), None)


def test_what_is_left_of_a_sum_is_returned():
    from symgd.primitives.arithmetic import add

    node = add.make((x, sg.exp(y), constant(1), z))
    values, rest = match_root(1 + sg.exp(P), node, (P,))
    assert values == (y,)
    assert set(rest) == {x, z}


def test_a_variable_takes_all_that_is_left_of_a_product_inside():
    from symgd.primitives.arithmetic import mul

    node = sg.log(sg.exp(mul.make((constant(-1), x, y))))
    ((value,), _) = match_root(sg.log(sg.exp(-P)), node, (P,))
    assert value is x * y


def test_the_same_variable_matches_the_same_formula_only():
    assert match_root(P * sg.sign(P), x * sg.sign(x), (P,)) is not None
    assert match_root(P * sg.sign(P), x * sg.sign(y), (P,)) is None
    assert match_root(P - Q, x * y, (P, Q)) is None


def test_a_variable_that_stands_for_a_product_is_found_inside_a_longer_one():
    y, t = sg.tensor("y", "m"), sg.tensor("t", "m")
    (x,) = pattern_variables(1)
    found = match_root(sg.sigmoid(x) * sg.sigmoid(-x), sg.sigmoid(y * t) * sg.sigmoid(sg.simplify(-y * t)), (x,))
    assert found == ((y * t,), None)
