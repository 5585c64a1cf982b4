"""What compiled code for NumPy, and for libraries that are called like NumPy, calls beside the library itself.

A function here is copied into the sources that call it, with the functions that it calls, without its annotations, and with the
library's own alias for ``np`` (:mod:`symgd.codegen.runtime.copying`). So it may use ``np``, its neighbours and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__: list[str] = []

Array = Any
DType = Any
Axis = int | tuple[int, ...] | None
Index = Any


def _real(x: Array, name: str) -> Array:
    """Return an argument as an array of floats."""
    if type(x) is np.ndarray and x.dtype.kind in "fc":
        return x
    if isinstance(x, float):
        return np.asarray(x)
    return _read(x, name)


def _read(x: Array, name: str) -> Array:
    """Return data as an array of floats: integers would overflow silently, and masks, dates or texts be taken for numbers."""
    if type(x) is np.ndarray or isinstance(x, (int, np.number)):
        array = np.asarray(x)
        kind = array.dtype.kind
        if kind in "fciub":
            return array if kind in "fc" else array.astype(float)
    try:
        from symgd.arrays import read_float_array
    except ImportError:
        array = np.asarray(x)
        if array.dtype.kind not in "fciub" or hasattr(x, "mask"):
            raise TypeError(f"{name} is not an array of numbers") from None
        return array.astype(float)
    return np.asarray(read_float_array(x, f"the value of {name}"))


def _scalar(x: Array, name: str) -> Array:
    """Return x as a number: beside tensors, a scalar input takes one value."""
    x = _real(x, name)
    if x.ndim:
        raise ValueError(f"{name} is a scalar, and got an array of shape {x.shape}")
    return x[()]


def _full(x: Array, shape: tuple[int, ...], dtype: DType) -> Array:
    """Return x, stretched to the common shape of the inputs."""
    return np.broadcast_to(np.asarray(x, dtype), shape).copy()[()]


def _stack(entries: Sequence[Array], axes: tuple[int, ...], shape: tuple[int, ...], dtype: DType) -> Array:
    """Return scalar entries as a tensor; the common shape of the inputs stands in front."""
    out = np.empty((*shape, len(entries)), dtype)
    for k, entry in enumerate(entries):
        out[..., k] = entry
    return out.reshape(*shape, *axes)


def _scatter(x: Array, index: tuple[Index, ...], shape: tuple[int, ...], dtype: DType) -> Array:
    """Return zeros of a shape with x at an index."""
    out = np.zeros(shape, dtype)
    out[index] = x
    return out


def _whole(x: Array, size: int) -> Array:
    """Return x as row numbers of an axis, checked."""
    x = np.asarray(x)
    if not ((x >= 0) & (x < size)).all() or (x.astype(int) != x).any():  # NaN is not cast
        raise ValueError(f"row numbers are whole numbers from 0 to {size - 1}")
    return x.astype(int)


def _put(x: Array, rows: Array, size: int, axis: int) -> Array:
    """Return zeros with x added at rows of an axis, counted from the end."""
    end = x.ndim + axis + 1
    source = np.moveaxis(x, tuple(range(end - rows.ndim, end)), tuple(range(rows.ndim)))
    out = np.zeros((size, *source.shape[rows.ndim :]), x.dtype)
    np.add.at(out, rows, source)
    return np.moveaxis(out, 0, axis)


def _one_hot(rows: Array, size: int, dtype: DType) -> Array:
    """Return the unit vectors of rows."""
    return (rows[..., None] == np.arange(size)).astype(dtype)


def _symmetric_part(x: Array) -> Array:
    """Return (x + xᵀ)/2."""
    return (x + x.T) / 2


def _windows(x: Array, width: int, axis: int) -> Array:
    """Return the windows of an axis, along a new last axis."""
    return np.lib.stride_tricks.sliding_window_view(x, width, axis=axis)


def _overlap_add(x: Array, axis: int) -> Array:
    """Return windows put back on their places along an axis and added up."""
    source = np.moveaxis(x, (-1, axis - 1), (0, 1))
    width, count = source.shape[:2]
    out = np.zeros((count + width - 1, *source.shape[2:]), x.dtype)
    for k in range(width):
        out[k : k + count] += source[k]
    return np.moveaxis(out, 0, axis)


def _max_weights(x: Array, axis: Axis) -> Array:
    """Return the share of each entry in the maximum along axes."""
    marks = (x == x.max(axis, keepdims=True)).astype(x.dtype)
    return marks / marks.sum(axis, keepdims=True)


def _min_weights(x: Array, axis: Axis) -> Array:
    """Return the share of each entry in the minimum along axes."""
    marks = (x == x.min(axis, keepdims=True)).astype(x.dtype)
    return marks / marks.sum(axis, keepdims=True)


def _sort_by(x: Array, keys: Array, axis: int, is_back: bool) -> Array:
    """Return entries in the order in which keys ascend, or put back from it."""
    order = np.argsort(keys, axis=axis, kind="stable")
    if is_back:
        order = np.argsort(order, axis=axis)
    return np.take_along_axis(x, order.reshape((1,) * (x.ndim - order.ndim) + order.shape), axis)


def _recurrence(factors: Array, terms: Array, start: Array, axis: int, is_reversed: bool) -> Array:
    """Return s with s[0] = start and s[k + 1] = factors[k]*s[k] + terms[k] along an axis."""
    out = np.empty(terms.shape, np.result_type(factors, terms))
    order = -1 if is_reversed else 1
    a = np.moveaxis(np.broadcast_to(factors, terms.shape), axis, 0)[::order]
    b, s = (np.moveaxis(x, axis, 0)[::order] for x in (terms, out))
    state = np.full(s.shape[1:], start, out.dtype)
    for k in range(len(s)):
        s[k] = state
        state = a[k] * state + b[k]
    return out


def _adjugate(x: Array) -> Array:
    """Return det(x)·x⁻¹; of a singular matrix from its singular values, where no inverse exists."""
    front = np.linalg.det(x)
    if front != 0:
        return front * np.linalg.inv(x)
    u, s, v = np.linalg.svd(x)
    return np.linalg.det(u) * np.linalg.det(v) * (v.T * _prod_others(s, 0)) @ u.T


def _prod_others(x: Array, axis: int) -> Array:
    """Return for each entry the product of all others along an axis; no division, so that an entry may be 0."""
    x = np.moveaxis(x, axis, 0)
    unit = np.ones_like(x[:1])
    before = np.cumprod(np.concatenate([unit, x[:-1]]), axis=0)
    after = np.cumprod(np.concatenate([unit, x[:0:-1]]), axis=0)[::-1]
    return np.moveaxis(before * after, 0, axis)


def _logsumexp(x: Array, axis: Axis) -> Array:
    """Return log(sum(exp(x))) along an axis, without overflow."""
    top = x.max(axis, keepdims=True)
    top = np.where(np.isfinite(top), top, np.zeros_like(top))
    powers = np.exp(x - top)
    total = powers.sum(axis, keepdims=True)
    if not ((np.abs(top) < 1) & (total < 1.1)).any():
        return (np.log(total) + top).sum(axis)
    largest = (powers == 1).astype(x.dtype)  # the largest, taken out so that the others keep their digits beside it
    others = (powers - largest).sum(axis, keepdims=True) + (largest.sum(axis, keepdims=True) - 1)
    return (np.log1p(others) + top).sum(axis)


def _sech(x: Array) -> Array:
    """Return 1/cosh(x), without overflow."""
    e = np.exp(-np.abs(x))
    return 2 * e / (1 + e * e)


def _norm(x: Array, axis: Axis = None) -> Array:
    """Return the Euclidean norm; very large and very small entries are scaled first, because squares leave the range."""
    top = np.abs(x).max(axis, keepdims=True)
    least = np.finfo(x.dtype).tiny ** 0.45
    if ((top > least) & (top < 1 / least)).all():
        return np.linalg.norm(x, axis=axis)
    scale = np.where((top > 0) & (top < np.inf), top, np.ones_like(top))
    return np.linalg.norm(x / scale, axis=axis) * (scale[0] if axis is None else scale.squeeze(axis))


def _softmax(x: Array, axis: Axis) -> Array:
    """Return exp(x)/sum(exp(x)) along an axis, without overflow."""
    powers = np.exp(x - x.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)
