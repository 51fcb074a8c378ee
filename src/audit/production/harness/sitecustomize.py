"""
Runs at the start of every Python process of an audit: makes the project and its packages importable, and notes when the
audited file's own code is executed.
"""

import json
import os
import sys


def _extend_path():
    # Behind the standard library: a project's `types.py` must not take the place of Python's own.
    added = [folder for folder in os.environ.get("SEAWORTHY_PATH", "").split(os.pathsep) if folder]
    installed = [index for index, folder in enumerate(sys.path) if folder.endswith(("site-packages", "dist-packages"))]
    at = installed[0] if installed else len(sys.path)
    sys.path[at:at] = [folder for folder in added if folder not in sys.path]


def _watch():
    target = os.environ.get("SEAWORTHY_TARGET")
    report = os.environ.get("SEAWORTHY_LOADED")
    if not target or not report:
        return
    seen = set()

    def hook(event, arguments):
        if event != "exec":
            return
        code = arguments[0]
        file = getattr(code, "co_filename", None)
        if getattr(code, "co_name", None) != "<module>" or not file or os.path.abspath(file) != target:
            return
        by = os.environ.get("SEAWORTHY_TEST_FILE", "")
        if by in seen:
            return
        seen.add(by)
        with open(report, "a", encoding="utf-8") as lines:
            lines.write(json.dumps({"type": "loaded", "file": target, "by": by}) + "\n")

    sys.addaudithook(hook)


_extend_path()
_watch()
