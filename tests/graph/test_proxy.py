"""Proxies are found wherever they are in arguments, and what is called with them is called with what they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.graph.proxy import Proxy, proxies_in, through_proxies, without_proxies


class Standing(Proxy):
    """Stands for a number, and remembers with what it was called."""

    __slots__ = ("number",)

    def __init__(self, number):
        self.number = number

    @property
    def node(self):
        return self.number

    def call(self, function, args, options):
        plain = {key: without_proxies(value) for key, value in options.items()}
        return Standing(function(*(without_proxies(arg) for arg in args), **plain))


A, B, C = Standing(1), Standing(2), Standing(3)


def objects(*entries):
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


PLACES = [  # values, the proxies among them, and the same without proxies
    ([A], [A], [1]),
    ([1, "text", None, 2.5], [], [1, "text", None, 2.5]),
    ([[A, 7], (B,)], [A, B], [[1, 7], (2,)]),
    ([[[[[C]]]], A], [C, A], [[[[[3]]]], 1]),
    ([{"a": A, "b": [B]}], [A, B], [{"a": 1, "b": [2]}]),
    ([slice(A, None, B)], [A, B], [slice(1, None, 2)]),
    ([(slice(None), A)], [A], [(slice(None), 1)]),
    ([[A, A]], [A, A], [[1, 1]]),
    (["A", {A: 1}, {A}], [], None),  # keys and sets are no places of arguments
    ([range(3), b"bytes"], [], [range(3), b"bytes"]),
]


@pytest.mark.parametrize(("values", "proxies", "plain"), PLACES, ids=range(len(PLACES)))
def test_proxies_are_found_in_their_order_and_replaced_in_their_places(values, proxies, plain):
    found = proxies_in(values)
    assert len(found) == len(proxies)
    assert all(one is other for one, other in zip(found, proxies, strict=True))
    if plain is not None:
        assert [without_proxies(value) for value in values] == plain


def test_arrays_of_objects_hold_proxies_and_arrays_of_numbers_none():
    array = objects(A, 5, B)
    assert proxies_in([array, np.zeros(3), np.array(["text"])]) == [A, B]
    plain = without_proxies(array)
    assert plain.tolist() == [1, 5, 2]
    assert array[0] is A
    matrix = objects(A, B, C, 4).reshape(2, 2)
    assert without_proxies(matrix).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("value", [[1, [2]], (1, 2), {"a": 1}, slice(1, 2), np.zeros(2), "text", 7, objects(1, 2)], ids=repr)
def test_what_holds_no_proxy_stays_the_object_that_it_is(value):
    assert without_proxies(value) is value


def test_what_holds_itself_is_entered_once():
    ring = [A]
    ring.append(ring)
    table = {"b": B, "ring": ring}
    ring.append(table)
    table["itself"] = table
    assert proxies_in([ring, table]) == [A, B]


def test_deep_lists_need_no_recursion():
    deep = [A]
    for _ in range(20_000):
        deep = [deep]
    assert proxies_in([deep]) == [A]


def test_values_that_are_made_while_they_are_read_are_told_apart():
    assert len(proxies_in([A] for _ in range(1000))) == 1000


@through_proxies
def weighted(*numbers, weight=1, options=None):
    """Add numbers."""
    return weight * (sum(numbers) + sum(options or ()))


CALLS = [
    (lambda: weighted(2, 3), 5, False),
    (lambda: weighted(A, 3), 4, True),
    (lambda: weighted(A, B, weight=C), 9, True),
    (lambda: weighted(5, weight=B), 10, True),
    (lambda: weighted(5, options=[A, B]), 8, True),
    (lambda: weighted(5, options=(1, 2)), 8, False),
    (lambda: weighted(5, options={}), 5, False),
]


@pytest.mark.parametrize(("call", "number", "is_proxy"), CALLS, ids=range(len(CALLS)))
def test_a_function_answers_with_a_proxy_where_it_is_given_any(call, number, is_proxy):
    found = call()
    assert isinstance(found, Standing) is is_proxy
    assert (found.node if is_proxy else found) == number


def test_the_function_keeps_its_name_and_its_documentation():
    assert (weighted.__name__, weighted.__doc__) == ("weighted", "Add numbers.")


def test_the_first_proxy_makes_the_call():
    class Named(Standing):
        __slots__ = ()

        def call(self, function, args, options):
            return self

    first, second = Named(1), Named(2)
    assert weighted(5, [first], second) is first
    assert weighted(5, weight=second) is second


@pytest.mark.parametrize("use", [lambda: Proxy().node, lambda: Proxy().call(len, ((),), {}), lambda: weighted(Proxy())])
def test_a_proxy_says_itself_what_it_stands_for(use):
    with pytest.raises(NotImplementedError):
        use()
