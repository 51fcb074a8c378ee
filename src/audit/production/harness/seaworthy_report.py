"""Writes what happens in a Python test run as records, one signed JSON object a line. The host reads them as hostile data."""

import os
import re
import sys
import traceback
from types import SimpleNamespace

ROOT = os.environ.get("SEAWORTHY_ROOT", os.getcwd())
TARGET = os.environ.get("SEAWORTHY_TARGET", "")
MAX_MESSAGE = 2000
MAX_VALUE = 1500


def create_report(path, write_signed):
    """Functions that report; whoever has none of them can't report. What they share is theirs alone."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}

    def write(record):
        write_signed(path, record)

    def test(file, name, status, message="", line=None, **more):
        counts[status] += 1
        record = {"type": "test", "file": file, "name": name, "status": status, **more}
        if message:
            record["message"] = str(message)[:MAX_MESSAGE]
        if line is not None:
            record["line"] = line
        write(record)

    def file_error(file, error_text, line=None, missing=None):
        record = {"type": "file-error", "file": file, "message": error_text[:MAX_MESSAGE]}
        if line is not None:
            record["line"] = line
        if missing is not None:
            record["missing"] = missing
        write(record)

    def distrust(reason):
        """Notes that results say nothing, unless `reason` is empty."""
        if reason:
            write({"type": "distrust", "message": reason})

    def canary(name, failure):
        status = "passed" if failure is None else "failed"
        write({"type": "canary", "name": name, "status": status, "message": str(failure or "")[:MAX_MESSAGE]})

    def end():
        write({"type": "end", **counts})

    def watch(event, _):
        # No test needs to; what looks for the channel among all objects has to.
        if event in ("gc.get_objects", "gc.get_referrers", "gc.get_referents"):
            distrust(f"the code searches the memory of its own process ({event})")

    sys.addaudithook(watch)
    return SimpleNamespace(write=write, test=test, file_error=file_error, distrust=distrust, canary=canary, end=end)


def chooser():
    """Whether a test of this name, its parts joined by spaces, is to be run; None when all are."""
    only = os.environ.get("SEAWORTHY_ONLY")
    return only and re.compile(only).search


def shown(value):
    """A value that was compared, as text; the code's own functions may be called for it, and may fail."""
    text = value if type(value) is str else repr(value)
    return text[:MAX_VALUE] + "…" if len(text) > MAX_VALUE else text


# Of unittest's assertions, those whose first two arguments ought to be the same.
COMPARING = {f"assert{kind}" for kind in ("Equal", "AlmostEqual", "CountEqual", "MultiLineEqual", "SequenceEqual", "ListEqual", "TupleEqual", "SetEqual", "DictEqual", "Is")}


def compared_values(error):
    """What an assertion of unittest compared, as text, the first for the actual value; empty where another one failed."""
    if not isinstance(error, AssertionError):
        return {}
    try:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            code = frame.f_code
            if code.co_name in COMPARING and "__unittest" in frame.f_globals:
                actual, expected = (frame.f_locals[name] for name in code.co_varnames[1:3])
                return {"actual": shown(actual), "expected": shown(expected)}
    except Exception:
        # The values are the code's own, and so is how they are shown.
        pass
    return {}


def is_own(path):
    """Whether a path is one of the project's own files."""
    return path.startswith(ROOT + os.sep) and "site-packages" not in path


def describe(error, wanted):
    """Name, message and place of an exception: the last frame in the file `wanted`, else the last in the project's own files."""
    description = {"name": type(error).__name__, "message": str(error)[:MAX_MESSAGE]}
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        description["message"] = str(error.msg)[:MAX_MESSAGE]
        frames.append((error.filename, error.lineno or 1))
    own = [frame for frame in frames if is_own(os.path.abspath(frame[0]))]
    wanted_frames = [frame for frame in own if os.path.abspath(frame[0]) == wanted]
    if own:
        file, line = (wanted_frames or own)[-1]
        description["file"], description["line"] = os.path.abspath(file), line
    if isinstance(error, ModuleNotFoundError) and error.name:
        description["missing"] = error.name
    return description
