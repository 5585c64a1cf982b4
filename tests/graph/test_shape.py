from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd.errors import ShapeError
from symgd.graph.shape import Dim, broadcast, check_no_mutual_stretch, parse_shape, show_shape, size_value

m, n = Dim.named("m"), Dim.named("n")


def test_sizes_are_polynomials_so_equality_is_decided():
    assert (n + 1) * (n - 1) == n * n - 1
    assert n - n == 0
    assert m * n == n * m
    assert hash(n + m) == hash(m + n)
    assert 2 * n != n


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 9), st.integers(1, 9))
def test_arithmetic_of_sizes_is_arithmetic_of_their_values(a, b, size_m, size_n):
    sizes = {"m": size_m, "n": size_n}
    left, right = a * m + n, n * b - 3
    for symbolic, numeric in (
        (left + right, a * size_m + size_n + size_n * b - 3),
        (left * right, (a * size_m + size_n) * (size_n * b - 3)),
        (left - right, a * size_m + size_n - size_n * b + 3),
    ):
        assert size_value(symbolic, sizes) == numeric


@given(st.lists(st.lists(st.integers(1, 3), max_size=4).map(tuple), min_size=1, max_size=4))
def test_broadcasting_is_numpys(shapes):
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ShapeError):
            broadcast(shapes)
    else:
        assert broadcast(shapes) == expected


def test_a_clash_names_the_axis_and_both_sizes():
    with pytest.raises(ShapeError, match=r"cannot add \(3, 4\) and \(4, 3\): axis 1 has size 4 on the left and 3 on the right"):
        broadcast([(3, 4), (4, 3)], "add")


@pytest.mark.parametrize(("left", "right"), [((3, 1), (3,)), ((m, 1), (n,)), ((2, 3, 1), (3,))])
def test_operands_of_different_rank_are_not_both_stretched(left, right):
    with pytest.raises(ShapeError, match="both would be stretched"):
        check_no_mutual_stretch([left, right])


@pytest.mark.parametrize(("left", "right"), [((3, 1), (1, 3)), ((m, n), (n,)), ((1, 1), (3,)), ((2, 3), (1,)), ((), (3,))])
def test_meant_broadcasting_is_allowed(left, right):
    check_no_mutual_stretch([left, right])


@pytest.mark.parametrize("spec", ["m -1", "0", "3.5", "a b!", (0,), (-2,), (True,), ("__import__('os')",), 3.5, None, "9" * 30])
def test_what_is_not_a_shape_is_refused(spec):
    with pytest.raises(ShapeError):
        parse_shape(spec)


def test_shapes_are_shown_as_numpy_shows_them():
    assert [show_shape(parse_shape(spec)) for spec in ("", "n", "m 3")] == ["()", "(n,)", "(m, 3)"]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("n+1", (n + 1,)),
        ("2*n", (2 * n,)),
        ("2*n-1 m*n", (2 * n - 1, m * n)),
        ("n-1,m", (n - 1, m)),
        ("2*3", (6,)),
        ("n+m", (n + m,)),
        ("3-2", (1,)),
    ],
)
def test_sizes_are_made_of_names_and_integers(text, shape):
    assert parse_shape(text) == shape
    assert parse_shape(" ".join(str(size).replace(" ", "") for size in shape)) == shape


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n + 1", "has no spaces: 'n\\+1'"),
        ("n/2", "is not a size"),
        ("n**2", "is not a size"),
        ("+n", "is not a size"),
        ("-n", "is not a size"),
        ("1-n", "cannot have size '1-n'"),
        ("2-3", "cannot have size -1"),
        ("n-n", "cannot have size 0"),
        ("n+", "is not a size"),
        ("n--1", "is not a size"),
        ("2n", "is not a size"),
        ("n+" * 200 + "n", "is not a size"),
    ],
)
def test_what_is_no_size(text, message):
    with pytest.raises(ShapeError, match=message):
        parse_shape(text)
