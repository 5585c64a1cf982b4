"""Every array library that code is written for, by its name."""

from __future__ import annotations

from symgd.codegen.backends.base import BACKENDS, Backend
from symgd.modules import import_all

__all__ = ["BACKENDS", "Backend"]

import_all("symgd.codegen.backends", first=("numpy",))
