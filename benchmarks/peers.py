"""Which peers are installed; each is imported once, with one thread and float64."""

from __future__ import annotations

import importlib.util
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def has(name: str) -> bool:
    """Whether a peer is installed."""
    return importlib.util.find_spec(name) is not None


def jax():
    """JAX with float64, or None."""
    if not has("jax"):
        return None
    import jax as module

    module.config.update("jax_enable_x64", True)
    return module


def torch():
    """Return PyTorch with one thread and float64, or None."""
    if not has("torch"):
        return None
    import torch as module

    module.set_num_threads(1)
    module.set_default_dtype(module.float64)
    return module


def casadi():
    """CasADi, or None."""
    if not has("casadi"):
        return None
    import casadi as module

    return module
