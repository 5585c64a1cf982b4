"""What the code of a declaration needs of the printer that writes code, which is in a folder above this one."""

from __future__ import annotations

from typing import Protocol

from symgd.graph.shape import Shape, Size
from symgd.graph.text_printer import Written

__all__ = ["CodeWriter"]


class CodeWriter(Protocol):
    """Writes sizes, shapes and names of the library as code."""

    def size(self, size: Size, /) -> Written:
        """Return a size as code."""

    def shape_text(self, shape: Shape, /) -> str:
        """Return a shape as a tuple of code."""

    def library(self, name: str, /) -> str:
        """Return a name of the library as code."""
