"""Read every text of the table in this process, under an audit hook; print what became of each as JSON.

Run by test_hostile_texts in a process of its own, so that time, memory and everything that is executed or opened can be counted.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

import symgd as sg
from tests.hostile.texts import READ, REFUSED

events: list[str] = []
is_listening = False
_WATCHED = {"exec", "compile", "open", "os.system", "subprocess.Popen", "os.exec", "os.fork", "socket.connect", "ctypes.dlopen"}


def listen(event: str, arguments: tuple[object, ...]) -> None:
    if is_listening and event in _WATCHED:
        events.append(f"{event} {str(arguments)[:80]}")


def outcome(text: str) -> dict[str, object]:
    start = time.process_time()
    try:
        result = {"read": str(sg.formula(text))}
    except sg.SymgdError as error:
        result = {"refused": type(error).__name__, "message": str(error), "shown": len(str(error))}
    except BaseException as error:
        result = {"escaped": type(error).__name__}
    return result | {"seconds": time.process_time() - start}


def largest_memory() -> float:
    """Return the megabytes this program has needed at most; what its parent needed before it counts for `ru_maxrss` too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def main() -> None:
    global is_listening
    sys.addaudithook(listen)
    texts = [*REFUSED, *READ]
    first = [outcome(text) for text in texts]  # opens what is opened once: rooms, spelling suggestions
    is_listening = True
    for text in texts:
        outcome(text)
    is_listening = False
    memory = largest_memory()
    print(json.dumps({"outcomes": first, "events": events, "megabytes": memory}))


if __name__ == "__main__":
    main()
