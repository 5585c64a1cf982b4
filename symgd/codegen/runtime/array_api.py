"""What compiled code calls beside the functions of the Python array API standard.

A function here is copied into the sources that call it, as in :mod:`symgd.codegen.runtime.arrays`; its first argument is the
namespace of the arrays. The standard has no assignment through arrays of indices, so places are filled by putting pieces
together; nothing but the checks of arguments looks at values, so that libraries which trace a function can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgd.optional_packages import OptionalPackage

__all__: list[str] = []

Array = Any
DType = Any
Device = Any
Axis = int | tuple[int, ...] | None
Index = Any
Namespace = Any

compat = OptionalPackage("array_api_compat", "backend='array_api'")


# -- arguments ------------------------------------------------------------------------------------------------------


def _library(*values: Array) -> tuple[Namespace, DType, Device]:
    """Return the namespace of the arrays among the arguments, their common type of floats, and the device of the first."""
    arrays = [x for x in values if compat.is_array_api_obj(x)]
    if not arrays:
        raise TypeError("one of the arguments must be an array: its library is the one that computes")
    xp = compat.array_namespace(*arrays)
    device = compat.device(arrays[0])
    dtypes = {x.dtype for x in arrays}
    floats = [dtype for dtype in dtypes if xp.isdtype(dtype, ("real floating", "complex floating"))]
    if len(floats) < len(dtypes):
        floats.append(_widest(xp, device))
    return xp, floats[0] if len(floats) == 1 else xp.result_type(*floats), device


def _widest(xp: Namespace, device: Device) -> DType:
    """Return the type of integers that become floats: float64 where there is one."""
    info = xp.__array_namespace_info__()
    return info.dtypes(kind="real floating", device=device).get("float64", info.default_dtypes(device=device)["real floating"])


def _real(xp: Namespace, x: Array, name: str, dtype: DType, device: Device) -> Array:
    """Return an argument as an array of floats: of its own type, or of the common one where it is a number or has integers."""
    if isinstance(x, (bool, int, float, complex)):
        return xp.asarray(x, dtype=dtype, device=device)
    if hasattr(x, "mask") or not compat.is_array_api_obj(x):
        raise TypeError(f"{name} is not an array of numbers")
    if x.dtype == dtype:
        return x
    if not xp.isdtype(x.dtype, ("bool", "numeric")):
        raise TypeError(f"{name} is not an array of numbers")
    return x if xp.isdtype(x.dtype, ("real floating", "complex floating")) else xp.astype(x, _widest(xp, device))


def _scalar(xp: Namespace, x: Array, name: str, dtype: DType, device: Device) -> Array:
    """Return x as a number: beside tensors, a scalar input takes one value."""
    x = _real(xp, x, name, dtype, device)
    if x.ndim:
        raise ValueError(f"{name} is a scalar, and got an array of shape {tuple(x.shape)}")
    return x


def _common_shape(xp: Namespace, *arrays: Array) -> tuple[int, ...]:
    """Return the common shape of arrays."""
    return tuple(xp.broadcast_arrays(*arrays)[0].shape)


# -- numbers and entries --------------------------------------------------------------------------------------------


def _as(xp: Namespace, x: Array, dtype: DType, device: Device) -> Array:
    """Return a number, or an array of another type, as an array of a type."""
    return xp.astype(x, dtype) if compat.is_array_api_obj(x) else xp.asarray(x, dtype=dtype, device=device)


def _full(xp: Namespace, x: Array, shape: tuple[int, ...], dtype: DType, device: Device) -> Array:
    """Return x, stretched to the common shape of the inputs."""
    return xp.asarray(xp.broadcast_to(_as(xp, x, dtype, device), shape), copy=True)


def _stack(
    xp: Namespace, entries: Sequence[Array], axes: tuple[int, ...], shape: tuple[int, ...], dtype: DType, device: Device
) -> Array:
    """Return scalar entries as a tensor; the common shape of the inputs stands in front."""
    arrays = [xp.broadcast_to(_as(xp, entry, dtype, device), shape) for entry in entries]
    return xp.reshape(xp.stack(arrays, axis=-1), (*shape, *axes))


def _sqrt(xp: Namespace, x: Array) -> Array:
    """Return the square root of an array or of a number of Python."""
    return xp.sqrt(x) if compat.is_array_api_obj(x) else x**0.5


# -- products -------------------------------------------------------------------------------------------------------


def _einsum(xp: Namespace, spec: str, *operands: Array) -> Array:
    """Return a contraction of one or two arrays, by permuting, summing and multiplying their axes."""
    inputs, output = spec.split("->")
    labels = inputs.split(",")
    parts = [_own_axes(xp, labels[k], x, output + "".join(labels[:k] + labels[k + 1 :])) for k, x in enumerate(operands)]
    first, x = parts[0]
    if len(parts) == 1:
        return xp.permute_dims(x, tuple(first.index(label) for label in output))
    second, y = parts[1]
    batch = [label for label in first if label in second and label in output]
    summed = [label for label in first if label in second and label not in output]
    left, right = ([label for label in present if label not in batch and label not in summed] for present in (first, second))
    sizes = {**dict(zip(first, x.shape, strict=True)), **dict(zip(second, y.shape, strict=True))}
    x = xp.permute_dims(x, tuple(first.index(label) for label in [*batch, *left, *summed]))
    y = xp.permute_dims(y, tuple(second.index(label) for label in [*batch, *summed, *right]))
    shape = [sizes[label] for label in batch]
    rows, inner, columns = (_count([sizes[label] for label in group]) for group in (left, summed, right))
    result = xp.matmul(xp.reshape(x, (*shape, rows, inner)), xp.reshape(y, (*shape, inner, columns)))
    result = xp.reshape(result, tuple(sizes[label] for label in [*batch, *left, *right]))
    return xp.permute_dims(result, tuple([*batch, *left, *right].index(label) for label in output))


def _own_axes(xp: Namespace, labels: str, x: Array, others: str) -> tuple[str, Array]:
    """Return an operand with one axis for each label, without those that stand nowhere else."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            x = xp.linalg.diagonal(xp.moveaxis(x, (first, second), (-2, -1)))
            labels = labels[:first] + labels[first + 1 : second] + labels[second + 1 :] + label
    alone = tuple(k for k, label in enumerate(labels) if label not in others)
    return "".join(label for label in labels if label in others), xp.sum(x, axis=alone) if alone else x


def _count(sizes: Sequence[int]) -> int:
    """Return how many entries axes have."""
    total = 1
    for size in sizes:
        total *= size
    return total


def _kron(xp: Namespace, x: Array, y: Array) -> Array:
    """Return the Kronecker product of matrices."""
    blocks = x[:, None, :, None] * y[None, :, None, :]
    return xp.reshape(blocks, (x.shape[0] * y.shape[0], x.shape[1] * y.shape[1]))


def _cross(xp: Namespace, x: Array, y: Array) -> Array:
    """Return the cross product along the last axis."""
    return xp.linalg.cross(*xp.broadcast_arrays(x, y), axis=-1)


# -- places ---------------------------------------------------------------------------------------------------------


def _padded(xp: Namespace, x: Array, before: int, after: int, axis: int) -> Array:
    """Return x between zeros along an axis."""
    parts = [x]
    for count, place in ((before, 0), (after, len(parts) + 1)):
        if count:
            shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
            parts.insert(place, xp.zeros(shape, dtype=x.dtype, device=compat.device(x)))
    return xp.concat(parts, axis=axis) if len(parts) > 1 else x


def _scatter(xp: Namespace, x: Array, index: tuple[Index, ...], shape: tuple[int, ...], dtype: DType, device: Device) -> Array:
    """Return zeros of a shape with x at an index."""
    x = _as(xp, x, dtype, device)
    for axis, (item, size) in enumerate(zip(index, shape, strict=True)):
        if isinstance(item, int):
            x = _padded(xp, xp.expand_dims(x, axis=axis), item % size, size - 1 - item % size, axis)
            continue
        start, stop, step = item.indices(size)
        places = range(start, stop, step)
        if step < 0:
            x, places = xp.flip(x, axis=axis), places[::-1]
        if not len(places):
            x = xp.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), dtype=dtype, device=device)
            continue
        if places.step > 1:  # each entry is followed by zeros
            count = x.shape[axis]
            spread = _padded(xp, xp.expand_dims(x, axis=axis + 1), 0, places.step - 1, axis + 1)
            x = xp.reshape(spread, (*x.shape[:axis], count * places.step, *x.shape[axis + 1 :]))
            x = x[(slice(None),) * axis + (slice(0, places[-1] - places[0] + 1), ...)]
        x = _padded(xp, x, places[0], size - 1 - places[-1], axis)
    return x


def _backwards(xp: Namespace, x: Array, index: tuple[Index, ...]) -> Array:
    """Return x at an index that runs backwards along some axes, which not every library takes."""
    items: list[Index] = []
    turned = []
    for item, size in zip(index, x.shape, strict=True):
        places = range(*item.indices(size)) if isinstance(item, slice) else range(0)
        if places.step < 0 and len(places):
            turned.append(sum(isinstance(entry, slice) for entry in items))
            item = slice(places[-1], places[0] + 1, -places.step)
        elif places.step < 0:
            item = slice(0, 0)
        items.append(item)
    x = x[tuple(items)]
    return xp.flip(x, axis=tuple(turned)) if turned else x


def _whole(xp: Namespace, x: Array, size: int) -> Array:
    """Return x as row numbers of an axis, checked."""
    rows = xp.astype(x, xp.int64)
    if bool(xp.any((xp.astype(rows, x.dtype) != x) | (rows < 0) | (rows >= size))):
        raise ValueError(f"row numbers are whole numbers from 0 to {size - 1}")
    return rows


def _take(xp: Namespace, x: Array, rows: Array, axis: int) -> Array:
    """Return the rows of an axis."""
    entries = xp.take(x, xp.reshape(rows, (-1,)), axis=axis)
    return xp.reshape(entries, (*x.shape[:axis], *rows.shape, *x.shape[axis + 1 :]))


def _put(xp: Namespace, x: Array, rows: Array, size: int, axis: int) -> Array:
    """Return zeros with x added at rows of an axis, counted from the end: x times the unit vectors of the rows."""
    end = x.ndim + axis + 1
    source = xp.moveaxis(x, tuple(range(end - rows.ndim, end)), tuple(range(rows.ndim)))
    flat = xp.reshape(source, (_count(rows.shape), -1))
    marks = _one_hot(xp, xp.reshape(rows, (-1,)), size, x.dtype)
    return xp.moveaxis(xp.reshape(marks.T @ flat, (size, *source.shape[rows.ndim :])), 0, axis)


def _one_hot(xp: Namespace, rows: Array, size: int, dtype: DType) -> Array:
    """Return the unit vectors of rows."""
    return xp.astype(rows[..., None] == xp.arange(size, dtype=rows.dtype, device=compat.device(rows)), dtype)


def _windows(xp: Namespace, x: Array, width: int, axis: int) -> Array:
    """Return the windows of an axis, along a new last axis."""
    axis %= x.ndim
    count = x.shape[axis] - width + 1
    return xp.stack([x[(slice(None),) * axis + (slice(k, k + count), ...)] for k in range(width)], axis=-1)


def _overlap_add(xp: Namespace, x: Array, axis: int) -> Array:
    """Return windows put back on their places along an axis and added up."""
    axis, width = x.ndim - 1 + axis, x.shape[-1]
    parts = [_padded(xp, x[..., k], k, width - 1 - k, axis) for k in range(width)]
    return xp.sum(xp.stack(parts), axis=0)


# -- along an axis --------------------------------------------------------------------------------------------------


def _cumulated(xp: Namespace, x: Array, axis: int, is_reversed: bool) -> Array:
    """Return running sums, from the end where they are reversed."""
    if not is_reversed:
        return xp.cumulative_sum(x, axis=axis)
    return xp.flip(xp.cumulative_sum(xp.flip(x, axis=axis), axis=axis), axis=axis)


def _max_weights(xp: Namespace, x: Array, axis: Axis) -> Array:
    """Return the share of each entry in the maximum along axes."""
    marks = xp.astype(x == xp.max(x, axis=axis, keepdims=True), x.dtype)
    return marks / xp.sum(marks, axis=axis, keepdims=True)


def _min_weights(xp: Namespace, x: Array, axis: Axis) -> Array:
    """Return the share of each entry in the minimum along axes."""
    return _max_weights(xp, -x, axis)


def _sort_by(xp: Namespace, x: Array, keys: Array, axis: int, is_back: bool) -> Array:
    """Return entries in the order in which keys ascend, or put back from it."""
    order = xp.argsort(keys, axis=axis)
    if is_back:
        order = xp.argsort(order, axis=axis)
    entries, order = (xp.moveaxis(part, axis, -1) for part in (x, xp.broadcast_to(order, x.shape)))
    places = xp.reshape(order, (-1, order.shape[-1]))
    starts = order.shape[-1] * xp.arange(places.shape[0], dtype=places.dtype, device=compat.device(x))
    taken = xp.take(xp.reshape(entries, (-1,)), xp.reshape(places + starts[:, None], (-1,)), axis=0)
    return xp.moveaxis(xp.reshape(taken, entries.shape), -1, axis)


def _recurrence(xp: Namespace, factors: Array, terms: Array, start: Array, axis: int, is_reversed: bool) -> Array:
    """Return s with s[0] = start and s[k + 1] = factors[k]*s[k] + terms[k] along an axis."""
    a, b = (xp.moveaxis(x, axis, 0) for x in xp.broadcast_arrays(factors, terms))
    count = b.shape[0]
    state = xp.zeros_like(b[0, ...]) + start
    states = []
    for k in range(count - 1, -1, -1) if is_reversed else range(count):
        states.append(state)
        state = a[k, ...] * state + b[k, ...]
    return xp.moveaxis(xp.stack(states[::-1] if is_reversed else states), 0, axis)


def _prod_others(xp: Namespace, x: Array, axis: int) -> Array:
    """Return for each entry the product of all others along an axis; no division, so that an entry may be 0."""
    x = xp.moveaxis(x, axis, 0)
    unit = xp.ones_like(x[:1, ...])
    before = xp.cumulative_prod(xp.concat([unit, x[:-1, ...]], axis=0), axis=0)
    after = xp.flip(xp.cumulative_prod(xp.concat([unit, xp.flip(x[1:, ...], axis=0)], axis=0), axis=0), axis=0)
    return xp.moveaxis(before * after, 0, axis)


def _logsumexp(xp: Namespace, x: Array, axis: Axis) -> Array:
    """Return log(sum(exp(x))) along an axis, without overflow, and with the digits of a small sum beside its largest part."""
    top = xp.max(x, axis=axis, keepdims=True)
    top = xp.where(xp.isfinite(top), top, xp.zeros_like(top))
    powers = xp.exp(x - top)
    largest = xp.astype(powers == 1, x.dtype)
    others = xp.sum(powers - largest, axis=axis, keepdims=True) + (xp.sum(largest, axis=axis, keepdims=True) - 1)
    return xp.sum(xp.log1p(others) + top, axis=axis)


def _softmax(xp: Namespace, x: Array, axis: Axis) -> Array:
    """Return exp(x)/sum(exp(x)) along an axis, without overflow."""
    powers = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def _norm(xp: Namespace, x: Array, axis: Axis = None) -> Array:
    """Return the Euclidean norm; entries are scaled first, because squares of very large and small ones leave the range."""
    top = xp.max(xp.abs(x), axis=axis, keepdims=True)
    scale = xp.where((top > 0) & xp.isfinite(top), top, xp.ones_like(top))
    squares = xp.abs(x / scale) ** 2
    return xp.sum(xp.sqrt(xp.sum(squares, axis=axis, keepdims=True)) * scale, axis=axis)


# -- matrices -------------------------------------------------------------------------------------------------------


def _symmetric_part(xp: Namespace, x: Array) -> Array:
    """Return (x + xᵀ)/2."""
    return (x + x.T) / 2


def _adjugate(xp: Namespace, x: Array) -> Array:
    """Return det(x)·x⁻¹, from the singular values: a singular matrix has one, too; NaN where an entry is not finite."""
    is_finite = xp.isfinite(x)
    u, s, vh = xp.linalg.svd(xp.where(is_finite, x, xp.zeros_like(x)))
    value = xp.linalg.det(u) * xp.linalg.det(vh) * (vh.T * _prod_others(xp, s, 0)) @ u.T
    return xp.where(xp.all(is_finite), value, xp.full_like(x, xp.nan))


def _expm(xp: Namespace, x: Array) -> Array:
    """Return the matrix exponential, by Padé's approximation of degree 13 and squaring (Higham 2005)."""
    squarings = 0
    norm = float(xp.max(xp.sum(xp.abs(x), axis=0)))
    while norm > 5.371920351148152 * 2**squarings and squarings < 1100:
        squarings += 1
    x = x / 2.0**squarings
    b = (64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
         670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1)  # fmt: skip
    identity = xp.eye(x.shape[0], dtype=x.dtype, device=compat.device(x))
    x2 = x @ x
    x4 = x2 @ x2
    x6 = x4 @ x2
    odd = x6 @ (b[13] * x6 + b[11] * x4 + b[9] * x2) + b[7] * x6 + b[5] * x4 + b[3] * x2 + b[1] * identity
    even = x6 @ (b[12] * x6 + b[10] * x4 + b[8] * x2) + b[6] * x6 + b[4] * x4 + b[2] * x2 + b[0] * identity
    u = x @ odd
    result = xp.linalg.solve(even - u, even + u)
    for _ in range(squarings):
        result = result @ result
    return result
