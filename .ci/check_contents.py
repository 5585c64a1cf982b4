"""Compare the files of a wheel and an sdist with those that Git knows: python check_contents.py FOLDER."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PARTS_OF_THE_SDIST = ("symgd/", "tests/", "docs/", "examples/", "benchmarks/", "changelog.d/", ".ci/")
ROOT = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Leave with what is missing, and with what does not belong there."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    with tarfile.open(sdist) as archive:
        in_sdist = {one.name.partition("/")[2] for one in archive.getmembers() if one.isfile()}
    package = {name for name in tracked if name.startswith("symgd/")}
    source = {name for name in tracked if name.startswith(PARTS_OF_THE_SDIST)}
    failures = [f"the wheel has no {name}" for name in sorted(package - in_wheel)]
    failures += [
        f"the wheel has {name}" for name in sorted(in_wheel - package) if ".dist-info/" not in name.partition("/")[0] + "/"
    ]
    failures += [f"the sdist has no {name}" for name in sorted(source - in_sdist)]
    failures += [f"the wheel has no {name}" for name in ("symgd/py.typed", "symgd/__init__.pyi") if name not in in_wheel]
    print("\n".join(failures) or f"{wheel.name}: {len(in_wheel)} files, {sdist.name}: {len(in_sdist)} files")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
