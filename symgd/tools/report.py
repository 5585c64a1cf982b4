"""The report of a run: the weights, the history, the compiled source, the loss curve, a page.

What cost the time is written first: a picture that fails costs nothing but itself.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from symgd.errors import DataError, UnsupportedError, printable
from symgd.explain.notation.numbers import show_number
from symgd.explain.printers.html import derivation_sections, page
from symgd.files import reason_of, shown_path, write_file
from symgd.optional_packages import required
from symgd.tools.json_output import to_json
from symgd.tools.pictures import save_picture, title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from symgd.results import Derivation, History, Run

__all__ = ["Report", "run_data"]


def _check(directory: Path, *, force: bool) -> None:
    """Refuse a directory that is in use, unless `force`, and what is no directory or cannot be written to."""
    name = shown_path(directory)
    try:
        if directory.is_symlink() and not directory.exists():
            raise DataError(f"{name} is a link that leads nowhere", hint="remove it, or choose another directory with -o")
        if directory.exists() and not directory.is_dir():
            raise DataError(f"{name} is in use already, by something that is no directory", hint="choose a directory with -o")
        if directory.exists() and any(directory.iterdir()) and not force:
            raise DataError(f"{name} is in use already", hint="choose another directory with -o, or overwrite with --force")
        above = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    except OSError as error:
        raise DataError(f"cannot write to {name}: {reason_of(error)}") from None
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise DataError(
            f"cannot write to {name}: {shown_path(above)} cannot be written to", hint="choose another directory with -o"
        )


def _claim(stem: str, directory: Path | None, *, force: bool) -> tuple[Path, list[Path]]:
    """Make the directory of a report; a name that another process has taken meanwhile gets a number.

    Returns
    -------
    tuple of Path and list of Path
        The directory, and the directories that were made for it, the outermost first.
    """
    number = 1
    while True:
        base = directory if directory is not None else Path(f"{stem}-report")
        path = base if number == 1 else base.with_name(f"{base.name}-{number}")
        try:
            created = [folder for folder in (*reversed(path.parents), path) if not folder.exists()]
            if force and number == 1:
                path.mkdir(parents=True, exist_ok=True)
                return path, created
            if directory is not None and number == 1 and path.is_dir() and not any(path.iterdir()):
                return path, created
            path.mkdir(parents=True)
            return path, created
        except FileExistsError:
            number += 1
        except OSError as error:
            raise DataError(
                f"cannot make the directory {shown_path(path)}: {reason_of(error)}", hint="choose another directory with -o"
            ) from None


class Report:
    """A directory with the results of one run; it is made before anything is computed.

    Used as a context, it leaves nothing behind where an error comes before the first file.

    Parameters
    ----------
    stem : str
        What the directory is called after where no name is given.
    directory : Path or None
        The name that is given.
    force : bool
        Whether files in it are replaced.

    Attributes
    ----------
    directory : Path
    files : list of Path
        What was written.
    remark : str or None
        Why there is no picture, where there is none.

    Raises
    ------
    DataError
        For a directory that is in use, unless `force`, for what is no directory, and for what cannot be written to.
    """

    def __init__(self, stem: str, directory: Path | None, *, force: bool) -> None:
        if directory is not None:
            _check(directory, force=force)
        self.directory, self._created = _claim(stem, directory, force=force)
        self.files: list[Path] = []
        self.remark: str | None = None

    def __enter__(self) -> Report:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None and not self.files:
            with contextlib.suppress(OSError):  # a file of another process in it
                for path in reversed(self._created):
                    path.rmdir()

    def write(self, title: str, derivation: Derivation, run: Run, names: list[str]) -> None:
        """Write everything.

        Parameters
        ----------
        title : str
        derivation : Derivation
            With its check and its source.
        run : Run
        names : list of str
            The variables.

        Raises
        ------
        DataError
            Where a file cannot be written.
        """
        weights = run.x if isinstance(run.x, dict) else {names[0] if len(names) == 1 else "x": np.asarray(run.x)}
        self._add("weights.npz", _archive(weights))
        self._add("history.csv", _table(run.history))
        self._add("run.json", to_json(run_data(derivation, run)) + "\n")
        self._add("gradient.py", derivation.source)
        picture = self._draw(run, title)
        self._add("index.html", _page(title, derivation, run, weights, picture))

    def _add(self, name: str, content: bytes | str) -> None:
        path = self.directory / name
        if path.is_symlink():  # the target of a link in the directory is not changed
            path.unlink()
        write_file(path, content, force=True)
        self.files.append(path)

    def _draw(self, run: Run, title: str) -> Path | None:
        """Draw the loss curve."""
        path = self.directory / "loss.png"

        def draw() -> Axes:
            axes: Axes = run.plot(ax=figure.subplots())
            axes.set_title(title_of(title), parse_math=False)
            return axes

        try:
            figure = required("matplotlib.figure", "it").Figure(figsize=(7, 4), layout="constrained")
            required("matplotlib.backends.backend_agg", "it").FigureCanvasAgg(figure)
        except UnsupportedError as error:
            self.remark = f"there is no picture of the loss: {error.cause} ({error.hint})"
            return None
        if path.is_symlink():
            path.unlink()
        self.remark = save_picture(path, True, draw)
        if self.remark is not None:
            return None
        self.files.append(path)
        return path


def _archive(arrays: Mapping[str, object]) -> bytes:
    """Return arrays as an ``.npz``; ``numpy.savez`` has parameters of its own, whose names no variable could have."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, value in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(value), allow_pickle=False)
    return stream.getvalue()


def _table(history: History) -> str:
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(["epoch", "loss", "gradient_norm", "learning_rate", "updates"])
    columns = (history.value, history.gradient_norm, history.learning_rate, history.updates)
    table.writerows(zip(range(len(history)), *columns, strict=True))
    return stream.getvalue()


def run_data(derivation: Derivation, run: Run) -> dict[str, object]:
    """Return derivation and run as plain data."""
    return {
        "version": 1,
        "derivation": derivation.to_dict(),
        "run": {
            "value": run.value,
            "outcome": run.outcome.name,
            "message": run.message,
            "epochs": run.epochs,
            "updates": run.updates,
            "x": {name: np.asarray(value).tolist() for name, value in run.x.items()}
            if isinstance(run.x, dict)
            else np.asarray(run.x).tolist(),
        },
    }


def _page(title: str, derivation: Derivation, run: Run, weights: Mapping[str, object], picture: Path | None) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(show_number(np.asarray(value)))}</td></tr>" for name, value in weights.items()
    )
    curve = f'<p><img src="{picture.name}" alt="loss against epochs"></p>' if picture else ""
    run_section = (
        f"<h2>Descent</h2>\n<p>{escape(str(run))}</p>\n{curve}\n<table><tr><th>variable</th><th>value</th></tr>{rows}</table>"
    )
    return page(printable(title), f"{run_section}\n<h2>Formula</h2>\n{derivation_sections(derivation, None)}")
