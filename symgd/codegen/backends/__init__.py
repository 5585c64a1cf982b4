"""The array libraries that code is written for, one class in one file each.

A file of this folder declares a subclass of :class:`~symgd.codegen.backends.base.Backend`; the class enters itself under
its name. A backend of another package is such a class too, see :mod:`symgd.extend`.
"""

from __future__ import annotations

import importlib
import pkgutil

from symgd.codegen.backends.base import BACKENDS, Backend

__all__ = ["BACKENDS", "Backend"]

for _module in sorted(pkgutil.iter_modules(__path__), key=lambda info: (info.name != "numpy", info.name)):
    importlib.import_module(f"{__name__}.{_module.name}")
