"""Writes what happens in a Python test run as records, one JSON object a line. The host reads them as hostile data."""

import json
import os
import sys
import traceback

ROOT = os.environ.get("SEAWORTHY_ROOT", os.getcwd())
TARGET = os.environ.get("SEAWORTHY_TARGET", "")
MAX_MESSAGE = 2000


class Report:
    """An append-only report file. Every record reaches the disk at once, so that a report cut short can be told."""

    def __init__(self, path):
        self._path = path
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def write(self, record):
        with open(self._path, "a", encoding="utf-8", errors="replace") as report:
            report.write(json.dumps(record) + "\n")

    def test(self, file, name, status, message="", line=None):
        self.counts[status] += 1
        record = {"type": "test", "file": file, "name": name, "status": status}
        if message:
            record["message"] = message[:MAX_MESSAGE]
        if line is not None:
            record["line"] = line
        self.write(record)

    def file_error(self, file, error_text, line=None, missing=None):
        record = {"type": "file-error", "file": file, "message": error_text[:MAX_MESSAGE]}
        if line is not None:
            record["line"] = line
        if missing is not None:
            record["missing"] = missing
        self.write(record)

    def distrust(self, reason):
        """Notes that results say nothing, unless `reason` is empty."""
        if reason:
            self.write({"type": "distrust", "message": reason})

    def end(self):
        self.write({"type": "end", **self.counts})


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
