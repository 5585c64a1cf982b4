"""JSON that every reader accepts: numbers that are not finite become words, because JSON has none for them."""

from __future__ import annotations

import json
import math

__all__ = ["to_json"]


def to_json(data: object, indent: int | None = 2) -> str:
    """Return data as JSON.

    >>> from symgd.tools.json_output import to_json
    >>> to_json({"loss": float("nan"), "bound": float("-inf"), "count": 2}, indent=None)
    '{"loss": "nan", "bound": "-inf", "count": 2}'
    """
    return json.dumps(_plain(data), indent=indent, allow_nan=False)


def _plain(data: object) -> object:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(float(data))
    return data
