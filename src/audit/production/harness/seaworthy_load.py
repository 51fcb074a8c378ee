"""Imports the audited file in a process of its own: seaworthy_load.py FILE MODULE REPORT"""

import importlib
import importlib.util
import os
import sys

from seaworthy_channel import open_channel
from seaworthy_report import describe


def main():
    file, module, report = sys.argv[1:4]
    write, _ = open_channel()
    sys.argv = [file]
    settled = []

    def settle(status, **details):
        if settled:
            return
        settled.append(status)
        write(report, {"type": "load", "status": status, **details})
        if status in ("loaded", "exited"):
            open(report + ".ok", "w").close()

    try:
        if all(part.isidentifier() for part in module.split(".")):
            loaded = importlib.import_module(module)
            if os.path.realpath(getattr(loaded, "__file__", None) or "") != os.path.realpath(file):
                # Another module has the name, one of the standard library perhaps: take the file itself.
                load_by_path(file)
        else:
            load_by_path(file)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
        settle("exited", exitCode=code)
    except BaseException as error:
        settle("failed", **describe(error, file))
        leave(1)
    settle("loaded")
    leave(0)


def load_by_path(file):
    name = "_seaworthy_" + os.path.basename(file).split(".")[0].replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def leave(code):
    """Ends at once: threads and exit handlers of the audited code must not keep the process."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


main()
