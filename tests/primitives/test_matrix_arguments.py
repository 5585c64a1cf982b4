"""What functions of one square matrix share: the check of the shape, and labels of leading axes."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import ShapeError
from symgd.graph.shape import Dim, parse_shape
from symgd.primitives.matrix_arguments import lead_labels, square


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), ("n", "n"), (Dim.named("n") + 1, Dim.named("n") + 1)])
def test_a_square_shape_is_returned(shape):
    shape = parse_shape(shape)
    assert square("inv", [shape]) == shape
    assert square("solve", [shape, (3,)]) == shape  # only the first argument is a square matrix


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ((), "()"), ((3,), "(3,)"), ((2, 3), "(2, 3)"), ((3, 1), "(3, 1)"), ((2, 3, 3), "(2, 3, 3)"), ((3, 3, 3), "(3, 3, 3)"),
        (("m", "n"), "(m, n)"),
        (("n", 3), "(n, 3)"),
    ],
)  # fmt: skip
def test_any_other_shape_is_refused(shape, shown):
    with pytest.raises(ShapeError) as raised:
        square("logdet", [parse_shape(shape)])
    assert str(raised.value).startswith(f"logdet takes a square matrix, not {shown}")


@pytest.mark.parametrize(
    ("shape", "clash"), [(("m", "n"), ("m", "n")), ((2, 3), ("2", "3")), ((3,), None), ((2, 3, 3), None), ((3, 3, 2), None)]
)
def test_a_refusal_names_the_two_sizes_that_differ(shape, clash):
    with pytest.raises(ShapeError) as raised:
        square("inv", [parse_shape(shape)])
    assert (raised.value.clash and tuple(map(str, raised.value.clash))) == clash


@pytest.mark.parametrize(
    ("adjoint", "node", "count"), [("n n", "n n", 0), ("k n n", "n n", 1), ("p q n n", "n n", 2), ("k", "", 1), ("", "", 0)]
)
def test_each_leading_axis_has_a_label_of_its_own(adjoint, node, count):
    labels = lead_labels(
        sg.tensor("t", adjoint) if adjoint else sg.scalar("t"), sg.tensor("x", node) if node else sg.scalar("x")
    )
    assert len(labels) == len(set(labels)) == count


@pytest.mark.parametrize("name", ["inv", "det", "logdet", "adjugate"])
def test_such_a_function_is_written_as_a_call(name):
    A = sg.tensor("A", "n n")
    assert str(getattr(sg, name)(A @ A.T)) == f"{name}(A @ A.T)"
