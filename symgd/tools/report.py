"""The report of a run: a page, the loss curve, the compiled source, the weights, the history."""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from symgd.errors import DataError
from symgd.explain.html import derivation_sections, page
from symgd.explain.numbers import show_number
from symgd.tools.plain_json import to_json

__all__ = ["choose_directory", "write_report"]


def choose_directory(stem: str, given: Path | None, force: bool) -> Path:
    """Return the directory to write to; one that has something in it is not overwritten unless `force`.

    Raises
    ------
    DataError
        Where the named directory is in use.
    """
    if given is not None:
        if given.exists() and (not given.is_dir() or any(given.iterdir())) and not force:
            raise DataError(f"{given} is in use already", hint="choose another directory with -o, or overwrite with --force")
        return given
    number = 1
    while True:
        path = Path(f"{stem}-report" if number == 1 else f"{stem}-report-{number}")
        if not path.exists():
            return path
        number += 1


def write_report(directory: Path, title: str, derivation: Any, run: Any, names: list[str]) -> list[Path]:
    """Write everything; return the files.

    Parameters
    ----------
    directory : Path
    title : str
    derivation : Derivation
        With its check and its source.
    run : Run
    names : list of str
        The variables.
    """
    directory.mkdir(parents=True, exist_ok=True)
    weights = run.x if isinstance(run.x, dict) else {names[0] if len(names) == 1 else "x": np.asarray(run.x)}
    files = [directory / name for name in ("index.html", "gradient.py", "weights.npz", "history.csv", "run.json")]
    picture = _draw(directory / "loss.png", run, title)
    files[1].write_text(derivation.source, encoding="utf-8")
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in weights.items()}
    np.savez(files[2], **arrays)
    with open(files[3], "w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["epoch", "loss", "gradient_norm", "learning_rate", "updates"])
        history = run.history
        table.writerows(
            zip(range(len(history)), history.value, history.gradient_norm, history.learning_rate, history.updates, strict=True)
        )
    files[4].write_text(to_json(run_data(derivation, run)) + "\n", encoding="utf-8")
    files[0].write_text(_page(title, derivation, run, weights, picture), encoding="utf-8")
    return [*files, *([picture] if picture else [])]


def run_data(derivation: Any, run: Any) -> dict[str, Any]:
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


def _draw(path: Path, run: Any, title: str) -> Path | None:
    """Draw the loss curve; without matplotlib there is none."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = run.plot(ax=figure.subplots())
    axes.set_title(title)
    figure.savefig(path, dpi=120)
    return path


def _page(title: str, derivation: Any, run: Any, weights: dict[str, Any], picture: Path | None) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(show_number(np.asarray(value)))}</td></tr>" for name, value in weights.items()
    )
    curve = f'<p><img src="{picture.name}" alt="loss against epochs"></p>' if picture else ""
    run_section = (
        f"<h2>Descent</h2>\n<p>{escape(str(run))}</p>\n{curve}\n<table><tr><th>variable</th><th>value</th></tr>{rows}</table>"
    )
    return page(title, f"{run_section}\n<h2>Formula</h2>\n{derivation_sections(derivation, None)}")
