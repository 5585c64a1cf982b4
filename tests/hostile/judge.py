"""Run hostile input in a process of its own, with limits, and report what came of it.

One process imports symgd and makes a child for every case, so that a case costs milliseconds, and what it does to memory,
time, files and other programs is seen. Requests and reports are lines of JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
CPU_SECONDS, MEGABYTES = 2.0, 500
"""What a case may take, with the import of symgd."""
_HARD_CPU_SECONDS, _HARD_MEGABYTES, _HARD_SECONDS = 20, 3000, 60

_QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Python's own bytecode is nothing that the judged code writes."""
_PROGRAMS = {"os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "pickle.find_class", "socket.connect"}
_CHANGES = {
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "os.utime",
    "shutil.rmtree", "shutil.move", "shutil.copyfile",
}  # fmt: skip
"""Events whose arguments begin with the paths of what is changed."""


class Judge:
    """The process that runs cases.

    Use it as a context.
    """

    def __enter__(self) -> Judge:
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **threads, **_QUIET, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        )
        return self

    def __exit__(self, *error: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def run(self, folder: Path, arguments: list[str] | None = None, python: str | None = None) -> dict[str, Any]:
        """Run a command line, or a piece of Python, in a folder.

        Returns
        -------
        dict
            With ``code``, ``out``, ``err``, ``seconds`` (of CPU), ``megabytes``, ``programs`` (what was started or unpickled) and
            ``written`` (what was opened for writing or changed outside the folder).
        """
        request = {"folder": str(folder), "arguments": arguments, "python": python}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def _serve() -> None:
    import matplotlib
    import numpy as np

    import symgd as sg
    from symgd.tools.cli import main

    matplotlib.get_configdir()  # makes its folder where there is none

    loaded = ("checking", "derivation", "convexity", "taylor", "minimization")
    for name in (*(f"api.{topic}" for topic in loaded), "tools.problem_file", "tools.report"):
        importlib.import_module(f"symgd.{name}")
    sg.derivation("x**2", "x", check=True, code=True)  # loads what every command loads

    started = time.process_time()
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryDirectory() as own:
            streams = [os.path.join(own, name) for name in ("out", "err", "log")]
            child = os.fork()
            if child == 0:
                _run(request, streams, main, {"sg": sg, "np": np})
            _, status, usage = os.wait4(child, 0)
            out, err, log = (_text_of(Path(path)) for path in streams)
        programs, written = [], []
        for entry in log.splitlines():
            kind, _, detail = entry.partition(" ")
            (programs if kind == "program" else written).append(detail)
        report = {
            "code": os.waitstatus_to_exitcode(status),
            "out": out,
            "err": err,
            "seconds": usage.ru_utime + usage.ru_stime + started,
            "megabytes": usage.ru_maxrss / 1024,
            "programs": programs,
            "written": written,
        }
        print(json.dumps(report), flush=True)


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""


def _run(request: dict[str, Any], streams: list[str], main: Any, names: dict[str, Any]) -> None:
    """Run a request in the child, and leave it."""
    code = 70
    try:
        os.chdir(request["folder"])
        for target, path in zip((1, 2), streams, strict=False):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), target)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        log = os.open(streams[2], os.O_WRONLY | os.O_CREAT)
        own = {os.path.dirname(streams[0]), os.path.realpath(request["folder"]), "/dev/null"}
        signal.alarm(_HARD_SECONDS)  # for what waits and does not compute
        resource.setrlimit(resource.RLIMIT_CPU, (_HARD_CPU_SECONDS, _HARD_CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_HARD_MEGABYTES * 2**20,) * 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115

        def watch(event: str, values: tuple[Any, ...]) -> None:
            if event in _PROGRAMS:
                os.write(log, f"program {event}\n".encode())
            elif event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                note(values[:1])
            elif event in _CHANGES:
                note(values[:2])

        def note(paths: tuple[Any, ...]) -> None:
            for given in paths:
                if not isinstance(given, str | bytes | os.PathLike):  # a descriptor, a mode
                    continue
                path = os.path.abspath(os.fsdecode(given))
                if not any(path == folder or path.startswith(folder + os.sep) for folder in own):
                    os.write(log, f"written {path}\n".encode("utf-8", "replace"))

        sys.addaudithook(watch)
        if request["python"] is None:
            sys.argv = ["symgd", *request["arguments"]]
            main()
        else:
            _call(request["python"], {**names, "folder": Path(request["folder"])})
            code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _call(source: str, names: dict[str, Any]) -> None:
    """Evaluate an expression; an error of symgd leaves with 2, as the command line does."""
    from symgd.errors import SymgdError

    try:
        eval(source, names)
    except SymgdError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    _serve()
