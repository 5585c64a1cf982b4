"""Views and copies: what a function returns after a change in place is what NumPy returns, or the function is refused.

Every function of NumPy's that symgd knows is called on arrays that lie differently in memory; then the array or the result is
changed in place, in three ways.
"""

from __future__ import annotations

import functools
import inspect
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.primitive import FUNCTIONS
from symgd.readers.numpy.adapters import SPECIAL
from symgd.readers.numpy.asking import ASKING
from symgd.readers.numpy.binding import named

MATRIX = np.random.default_rng(7).normal(size=(4, 4))
INPUT = sg.tensor("A", (4, 4))
LAYOUTS = [np.ascontiguousarray(MATRIX), np.asfortranarray(MATRIX), np.repeat(MATRIX, 2, axis=1)[:, ::2]]

VIEWS = [
    "B.T", "B.transpose()", "np.transpose(B)", "np.permute_dims(B, (1, 0))", "np.swapaxes(B, 0, 1)", "B.swapaxes(0, 1)", "np.moveaxis(B, 0, 1)",
    "np.matrix_transpose(B)", "np.linalg.matrix_transpose(B)", "np.expand_dims(B, 1)", "B[None]", "B[:, None]", "B[1]", "B[1:3]", "B[::-1]",
    "B[:, ::2]", "B[..., 1]", "B[1, 2, ...]", "B[np.int64(1)]", "B[1:2, 2:3].squeeze()", "np.squeeze(B[None])", "B.squeeze()",
    "np.broadcast_to(B, (2, 4, 4))", "np.flip(B)", "np.flip(B, 0)", "np.diagonal(B)", "B.diagonal()", "np.linalg.diagonal(B)", "np.diag(B)",
    "np.einsum('ii->i', B)", "np.einsum('ij->ji', B)", "np.einsum('ij', B)", "np.einsum('ba', B)", "np.real(B)", "np.split(B, 2)[1]",
    "np.split(B, [1, 3], axis=1)[1]", "list(B)[1]", "np.atleast_1d(B)", "np.atleast_2d(B)", "np.atleast_2d(B[0])", "np.diff(B, 0)", "np.diff(B, n=0)",
    "np.fliplr(B)", "np.flipud(B)", "np.rot90(B)", "np.rot90(B, 2)", "np.rot90(B, 0)", "np.array_split(B, 3)[0]", "np.hsplit(B, 2)[0]",
    "np.vsplit(B, 2)[1]", "np.dsplit(B[None], 2)[1]",
    "np.linalg.matrix_power(B, 1)", "B.reshape(4, 1, 4)", "np.reshape(B, (4, 4))", "B[0].reshape(2, 2)", "B[:, 0].reshape(2, 2)",
]  # fmt: skip
"""Views wherever the array lies in memory."""

EITHER = [
    "B.ravel()", "np.ravel(B)", "B.reshape(16)", "np.reshape(B, (2, 8))", "B.reshape(-1)", "B.T.ravel()", "B.T.reshape(16)", "B.T.reshape(2, 8)",
    "B.reshape(16, order='F')", "np.reshape(B, 16, 'F')", "B.ravel('F')", "np.ravel(B, order='F')", "B[:, ::2].reshape(8)", "B[1].ravel()",
    "B[:, 1].ravel()", "B[1:3].reshape(8)", "B[1, 1:3].ravel()", "B.astype(float, copy=False)", "B.astype(np.float64, copy=False)", "B[None].ravel()",
    "np.einsum('ij->ji', B, optimize=True)", "np.meshgrid(B[0], B[1])[0]",
]  # fmt: skip

COPIES = [
    "B.copy()", "np.copy(B)", "B.flatten()", "B.astype(float)", "B * 1", "1 * B", "B + 0", "B / 1", "B ** 1", "+B", "-B", "abs(B)", "np.positive(B)", "np.exp(B)",
    "np.conj(B)", "np.add(B, 0)", "np.maximum(B, B)", "B @ B", "np.matmul(B, B)", "np.dot(B, B)", "B.dot(B)", "np.vdot(B, B)", "np.inner(B, B)", "np.outer(B, B)",
    "np.linalg.outer(B[0], B[1])", "np.kron(B, B)", "np.tensordot(B, B, 0)", "np.linalg.tensordot(B, B)", "np.cross(B[0, :3], B[1, :3])",
    "np.linalg.cross(B[0, :3], B[1, :3])", "np.einsum('ij,jk->ik', B, B)", "np.einsum('ij->i', B)", "np.einsum('ij->', B)", "np.einsum('ii', B)",
    "np.vecdot(B, B)", "np.linalg.vecdot(B, B)", "np.linalg.multi_dot([B, B])", "np.linalg.matrix_power(B, 2)", "np.linalg.matrix_power(B, -1)",
    "np.linalg.inv(B)", "np.linalg.solve(B, B)", "np.linalg.pinv(B)", "np.linalg.det(B)", "np.linalg.slogdet(B)[1]", "np.linalg.norm(B, axis=0)",
    "np.linalg.matrix_norm(B)", "np.linalg.vector_norm(B, axis=0)", "np.linalg.svdvals(B)", "np.linalg.svd(B, compute_uv=False)",
    "np.linalg.cholesky(B @ B.T)", "np.linalg.eigvalsh(B + B.T)", "np.linalg.trace(B)", "np.trace(B)", "np.repeat(B, 1)", "np.repeat(B, 1, axis=0)",
    "np.tile(B, 1)", "np.tile(B, (1, 1))", "np.concatenate([B])", "np.concatenate([B], axis=None)", "np.concat([B])", "np.stack([B])", "np.stack([B])[0]",
    "np.vstack([B])", "np.hstack([B])", "np.column_stack([B])", "np.block([B])", "np.block([[B]])", "np.append(B, B, axis=0)", "np.append(B, B)",
    "np.pad(B, 0)", "np.clip(B, None, None)", "np.clip(B, -9, 9)", "B.clip(-9, 9)", "np.where(True, B, 0)", "np.where(B > 0, B, B)", "np.roll(B, 0, axis=0)",
    "np.roll(B, 1, axis=1)", "np.tril(B)", "np.triu(B)", "np.triu(B, -9)", "np.take(B, [0, 1], axis=0)", "np.take(B, 1, axis=0)", "B.take([0], 0)",
    "np.take_along_axis(B, np.array([[0], [1], [2], [3]]), 1)", "B[[0, 1]]", "B[[0, 1], [1, 2]]", "B[:, [0, 1, 2, 3]]", "B[1, 2]", "B[0, 0]", "np.diag(B[0])",
    "np.sum(B, axis=())", "B.sum(axis=())", "np.sum(B, axis=0)", "np.mean(B, axis=())", "np.prod(B, axis=0)", "np.prod(B, axis=())",
    "np.max(B, axis=0)", "np.min(B, axis=0)", "np.amax(B, axis=0)", "np.amin(B, axis=0)", "np.std(B, axis=0)", "np.var(B, axis=0)",
    "np.ptp(B, axis=0)", "np.average(B, axis=0)", "np.add.reduce(B, axis=())", "np.add.reduce(B)", "np.cumsum(B, axis=0)", "np.cumprod(B, axis=0)",
    "np.cumulative_sum(B, axis=0)", "np.cumulative_prod(B, axis=0)", "np.diff(B)", "np.trapezoid(B)", "np.polyval(B[0], B)", "np.polyval([2.0], B)",
    "np.convolve(B[0], B[1])", "np.correlate(B[0], B[1])", "np.convolve(B[0], [1])", "np.correlate(B[0], [1])", "np.sinc(B)", "np.full_like(B, 2)",
    "np.ones_like(B)", "np.zeros_like(B)", "np.array([B[0, 0], B[1, 1]])", "np.where(B > 0, B, 0)[0, 0]", "copy.copy(B)", "copy.deepcopy(B)",
    "B.copy('F')", "B.copy(order='F')", "np.copy(B, 'F')", "np.add(B, 0, order='F')", "np.matmul(B, B, order='F')", "np.exp(B, order='F')", "B.astype(float, 'F')",
    "B.astype(float, 'K', 'unsafe', True, True)", "np.dot(2, B)", "np.matmul(B[None] * np.ones((4, 1, 1)), B[0])",
    "B.T.copy()", "B.reshape(16).copy()", "np.vander(B[0])", "np.delete(B, 0, 0)", "np.delete(B, [], 0)", "np.insert(B, 0, 1.0, 0)",
    "np.interp(B, [0.0, 1.0], [0.0, 1.0])", "np.select([B > 0], [B], B)", "np.gradient(B)[0]", "np.gradient(B, axis=1)", "np.cov(B)", "np.corrcoef(B)",
    "np.i0(B)", "np.linalg.eigh(B + B.T)[0]", "np.linalg.lstsq(B, B)[0]", "np.fmax(B, B)", "np.copysign(B, B)", "np.piecewise(B, [B > 0], [lambda t: t, 0])",
    "np.round(B)", "np.around(B)", "B.round()", "np.sort(B)", "np.sort(B, axis=0)", "np.argsort(B, axis=0)", "np.median(B, axis=0)", "np.quantile(B, 0.3, axis=1)", "np.percentile(B, 30, axis=0)",
]  # fmt: skip


def is_in_this_version(operation):
    """Whether the installed NumPy runs a line of a table: some of its functions are younger than the oldest that is supported."""
    try:
        eval(operation, {"np": np, "copy": __import__("copy"), "B": MATRIX.copy()})
    except (AttributeError, ValueError):
        return False
    return True


VIEWS, EITHER, COPIES = (list(filter(is_in_this_version, table)) for table in (VIEWS, EITHER, COPIES))

MADE = ["A * 2", "(A * 2).copy()", "A @ A", "(A * 2).T.copy()", "np.copy(A.T)", "np.concatenate([A, A])[:4] * 1.0"]
CHANGES = ["{} += 1", "{}[...] = 1", "{}[0] = 1", "{}[0] += 1", "{} *= {}"]


def program(made, operations, change):
    """Return a function that makes B, then d by operations, and changes an array; and returns both."""
    lines = ["def function(A):", f"    B = {made}", "    d = B"]
    lines += [f"    d = {re.sub(r'(?<![A-Za-z_])B(?![A-Za-z_])', 'd', operation)}" for operation in operations]
    lines += [f"    {change}", "    return B, d"]
    scope = {"np": np, "copy": __import__("copy")}
    exec("\n".join(lines), scope)
    return scope["function"]


@functools.cache
def compiled(formula):
    return sg.lambdify([INPUT], formula)


def compare(function):
    """Return whether a function is traced, having compared the formulas of its two arrays with NumPy's arrays."""
    try:
        formulas = [sg.formula(lambda A, part=part: function(A)[part] * 1.0, INPUT) for part in (0, 1)]
    except SymgdError:
        return False
    for matrix in LAYOUTS:
        expected = function(matrix.copy(order="K") if matrix.flags.forc else matrix)
        for formula, values in zip(formulas, expected, strict=True):
            got = np.asarray(compiled(formula)(matrix), dtype=float)
            assert got.shape == np.shape(values)
            np.testing.assert_allclose(got, np.asarray(values, dtype=float), rtol=1e-9, atol=1e-11)
    return True


@pytest.mark.parametrize("operation", VIEWS + EITHER + COPIES)
def test_after_a_change_in_place_a_formula_has_the_values_of_numpy_or_is_refused(operation):
    for made in MADE:
        for change in CHANGES:
            for array in "Bd":
                compare(program(made, [operation], change.format(*[array] * 2)))


@pytest.mark.parametrize("operation", VIEWS + COPIES)
def test_views_and_copies_are_traced_through_a_change_of_their_array(operation):
    assert compare(program("A * 2", [operation], "B += 1"))


@pytest.mark.parametrize("operation", [text for text in COPIES if text not in ("B[1, 2]", "B[0, 0]", "np.stack([B])[0]")])
def test_copies_may_be_changed_in_place(operation):
    function = program("A * 2", [operation], "d *= 2")
    assert compare(function) or function(MATRIX)[1].dtype != float


@pytest.mark.parametrize(
    "operations",
    [["B.ravel()"], ["B.reshape(2, 8)"], ["B[1]", "B.ravel()"], ["B[1:3]", "B.reshape(8)"], ["B.reshape(2, 8)", "B.ravel()"], ["B[None]", "B.ravel()"]],
)  # fmt: skip
@pytest.mark.parametrize("made", ["(A * 2).copy()", "A @ A", "A.copy() * 2 + 1", "A @ A + A[0].copy()"])
def test_where_the_rows_are_known_to_follow_each_other_a_reshape_is_a_view(operations, made):
    assert compare(program(made, operations, "B += 1"))


@pytest.mark.parametrize("operation", EITHER[:8])
def test_what_may_be_a_view_or_a_copy_is_used_until_its_array_changes(operation):
    assert compare(program("A * 2", [operation, "B * 2"], "B += 1"))
    with pytest.raises(
        UnsupportedError, match=r"is a view or a copy, as the array lies in memory[\s\S]*write \.copy\(\) behind r"
    ):
        sg.formula(lambda A: program("A * 2", [operation], "B += 1")(A)[1], INPUT)
    assert compare(program("A * 2", [operation + ".copy()"], "B += 1"))


@pytest.mark.parametrize("operation", [text for text in COPIES if "F'" in text or "dot(2" in text or "[None]" in text])
@pytest.mark.parametrize("made", MADE)
def test_where_the_order_in_memory_is_another_one_a_reshape_is_not_taken_for_a_view(made, operation):
    for flat in ("B.ravel()", "B.T.ravel()", "B.reshape(2, 8)"):
        compare(changed_between(made, operation, flat))


def changed_between(made, operation, flat):
    """Return a function that changes an array after a reshape of it."""
    scope = {"np": np}
    exec(f"def function(A):\n    B = {made}\n    B = {operation}\n    d = {flat}\n    B += 1\n    return B, d", scope)
    return scope["function"]


SQUARE = [
    "B.T", "B[::-1]", "B[:, ::-1]", "np.flip(B, 1)", "np.squeeze(B[None])", "B[None][0]", "B[:, None][:, 0]", "np.swapaxes(B, 0, 1)", "np.einsum('ij->ji', B)",
    "B.reshape(16).reshape(4, 4)", "B.ravel().reshape(4, 4)", "B.reshape(4, 4, order='F')", "B.ravel('F').reshape(4, 4)", "B.reshape(2, 8).reshape(4, 4)", "B.copy()",
    "np.copy(B)", "B * 2", "B.astype(float, copy=False)", "np.tile(B, 1)", "np.concatenate([B])", "np.sum(B, axis=())", "np.split(B[None], 1)[0][0]", "np.real(B)", "B[[3, 2, 1, 0]]",
    "np.broadcast_to(B, (2, 4, 4))[1]", "np.where(True, B, 0)", "np.moveaxis(B, 0, 1)", "np.diff(B, 0)", "B[0:4]", "np.roll(B, 1, axis=0)", "B @ B", "np.atleast_2d(B)",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(MADE),
    st.lists(st.sampled_from(SQUARE), min_size=2, max_size=3),
    st.sampled_from(CHANGES),
    st.sampled_from("Bd"),
)
def test_several_operations_and_a_change_in_place(made, operations, change, array):
    compare(program(made, operations, change.format(*[array] * 2)))


def test_numbers_are_replaced_and_arrays_without_axes_are_changed_in_place():
    def total_of_an_array(A):
        total = np.where(A[0, 0] > 0, A[0, 0], 1.0)
        total += A[1, 1]
        total *= 2
        return total, np.array([total, A[0, 0]])

    def two_names_of_a_number(A):
        number = A[0, 0] + A[1, 1]
        other = number
        number += 1
        return number * other, other

    assert compare(total_of_an_array)
    assert compare(two_names_of_a_number)
    assert compare(copied_into_an_array)


def two_names(A):
    z = np.where(A[0, 0] > 0, A[0, 0], 1.0)
    other = z
    z += 1
    return z * other, z


def held_by_an_array_of_objects(A):
    z, entries = np.where(A[0, 0] > 0, A[0, 0], 1.0), np.empty(1, dtype=object)
    entries[0] = z
    z += 1
    return entries * z, z


def copied_into_an_array(A):
    B = A * 2
    entries = np.array([B[0, 0, ...]])
    B += 1
    return entries * 1.0, B


@pytest.mark.parametrize("function", [two_names, held_by_an_array_of_objects])
def test_an_array_without_axes_that_is_used_under_another_name_is_refused(function):
    assert not compare(function)


NUMBERS_ONLY = {"arange", "array", "asarray", "eye", "full", "identity", "ones", "zeros"}
"""They take no arrays."""

NO_ARRAY = {"iscomplexobj", "ndim", "shape", "size", *ASKING, "diag_indices_from", "tril_indices_from", "triu_indices_from"}

WARNING = {name for name in SPECIAL if name.startswith("nan")} | {"partition", "argpartition"}
"""They warn that they are followed as other functions."""


def test_every_function_of_numpy_that_is_known_is_in_the_tables():
    tables = "\n".join(VIEWS + EITHER + COPIES)
    refused = {name for name, build in SPECIAL.items() if build.__qualname__.startswith("no_branch")}
    for module in (np, np.linalg, np.lib.stride_tricks):
        for name, function in inspect.getmembers(module, callable):
            if (
                name.startswith("_")
                or isinstance(function, type | np.ufunc)
                or name in refused | NUMBERS_ONLY | NO_ARRAY | WARNING
            ):
                continue
            if name in SPECIAL or (name in FUNCTIONS and named(name) is not None):
                assert re.search(rf"\.{name}\(", tables), name
