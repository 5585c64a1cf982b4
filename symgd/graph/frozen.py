"""Records that refuse to be changed, whatever is set."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any, TypeVar

__all__ = ["unchangeable"]

Class = TypeVar("Class", bound=type)


def unchangeable(cls: Class) -> Class:
    """Make a frozen dataclass with slots refuse names that are no fields, too.

    Python (below 3.14) fails on them with an error about ``super``, as a dataclass with slots is another class than the one
    that was written.
    """

    def refuse_setting(self: Any, name: str, value: object) -> None:
        """Refuse to change it."""
        raise FrozenInstanceError(f"{cls.__name__} cannot be changed, so {name!r} cannot be set")

    def refuse_deleting(self: Any, name: str) -> None:
        """Refuse to change it."""
        raise FrozenInstanceError(f"{cls.__name__} cannot be changed, so {name!r} cannot be deleted")

    for name, refuse in (("__setattr__", refuse_setting), ("__delattr__", refuse_deleting)):
        refuse.__name__, refuse.__qualname__ = name, f"{cls.__qualname__}.{name}"
        setattr(cls, name, refuse)
    return cls
