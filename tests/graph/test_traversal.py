from __future__ import annotations

import symgd as sg
from symgd.graph.traversal import count_uses, depends_on, substitute, toposort


def chain(depth):
    node = sg.scalar("x")
    for _ in range(depth):
        node = sg.sin(node)
    return node


def test_walks_do_not_recurse():
    deep = chain(50_000)
    assert len(toposort([deep])) == 50_001


def test_arguments_come_before_what_uses_them_and_each_node_once():
    x, y = sg.scalar("x"), sg.scalar("y")
    shared = sg.exp(x * y)
    order = toposort([shared + shared**2, shared])
    assert len(order) == len(set(order))
    for node in order:
        for arg in node.args:
            assert order.index(arg) < order.index(node)


def test_substitution_happens_everywhere_at_once():
    x, y = sg.scalar("x"), sg.scalar("y")
    (swapped,) = substitute([x / y + sg.exp(x)], {x: y, y: x})
    assert swapped is y / x + sg.exp(y)


def test_uses_count_roots_too():
    x = sg.scalar("x")
    square = x * x
    uses = count_uses([square, square + 1])
    assert uses[x] == 2
    assert uses[square] == 2


def test_only_what_moves_depends():
    x, y = sg.scalar("x"), sg.scalar("y")
    left, right = sg.exp(x), sg.exp(y)
    moving = depends_on([left * right], [x])
    assert left in moving
    assert right not in moving
