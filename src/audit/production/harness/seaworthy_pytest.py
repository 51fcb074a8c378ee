"""Runs test files under pytest: seaworthy_pytest.py REPORT FALLBACK FILE... (FALLBACK `unittest` runs them under unittest without pytest)."""

import os
import re
import shlex
import sys
from types import ModuleType

import seaworthy_coverage
import seaworthy_unittest
from seaworthy_assertions import replaced_assertion
from seaworthy_channel import open_channel
from seaworthy_report import chooser, compared_values, create_report, describe, is_own, shown

# Flags of plugins and options that would change which tests run or where results go.
VALUE_FLAGS = {
    "-n", "--numprocesses", "--dist", "-k", "-m", "--maxfail", "--junitxml", "--junit-xml", "--html", "--cov-config",
    "--deselect", "--ignore", "--ignore-glob",
}  # fmt: skip
DROPPED = re.compile(
    r"^(--cov\b.*|--no-cov.*|-n\d+|-nauto|--numprocesses=.*|--dist=.*|-x|--exitfirst|--maxfail=.*|--lf|--last-failed|--ff"
    r"|--failed-first|--sw|--stepwise|--junit-?xml=.*|--html=.*|--self-contained-html|--deselect=.*|--ignore=.*|--ignore-glob=.*|-k.+|-m.+|--pdb|--co|--collect-only)$"
)


# Of those, the ones that choose tests or stop early; the others only say where results go.
CHOOSES = re.compile(r"^(-k|-m|-x|--exitfirst|--maxfail|--deselect|--ignore|--lf|--last-failed|--sw|--stepwise|--co)")
RERUNS = re.compile(r"^--reruns\b")


def kept_options(text, dropped=None):
    """The options of the project that are followed; the others go to the list `dropped`."""
    dropped = [] if dropped is None else dropped
    kept, words = [], iter(shlex.split(text))
    for word in words:
        if word in VALUE_FLAGS:
            dropped.append(f"{word} {next(words, '')}")
        elif word == "--cov-report" or word == "--cov-fail-under":
            next(words, None)
        elif DROPPED.match(word):
            dropped.append(word)
        else:
            kept.append(word)
    return kept


def tell_options(report):
    """Says what of the project's options would change what the run means, and what was made of it."""
    dropped = []
    kept = kept_options(configured_options(), dropped)
    left = [word for word in dropped if CHOOSES.match(word)]
    if left:
        report.write({"type": "configuration", "message": f"{', '.join(left)[:200]} not followed, so that no test is left out"})
    again = [word for word in kept if RERUNS.match(word)]
    if again:
        report.write({"type": "configuration", "message": f"{', '.join(again)[:200]}: a test that fails is run again, and counts as flaky when it passes then"})


def configured_options():
    """The `addopts` of the project, which pytest itself would read."""
    for name, section in (("pytest.ini", "pytest"), ("pyproject.toml", None), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        try:
            if section is None:
                import tomllib

                with open(name, "rb") as file:
                    options = tomllib.load(file).get("tool", {}).get("pytest", {}).get("ini_options", {})
            else:
                import configparser

                parser = configparser.RawConfigParser()
                parser.read(name, encoding="utf-8")
                if section not in parser:
                    continue
                options = parser[section]
        except (OSError, ValueError, ImportError):
            continue
        if options:
            value = options.get("addopts", "")
            return shlex.join(value) if isinstance(value, list) else value
    return ""


# The cache can't be written to; the others spread tests over processes or measure them, and an image of dependencies may have them.
BLOCKED = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]

# As many of the project's tests get a twin that must fail.
MAX_TWINS = 5


def create_plugin(pytest, report, word, runs_under):
    """
    Reports every test once, after its last phase, and every file that could not be collected. What it knows is out of reach
    of other plugins, which are the project's own code.
    """
    from _pytest.runner import runtestprotocol
    from _pytest.unittest import TestCaseFunction

    plugin = ModuleType("seaworthy")
    failed, skipped, raised, files, finished, broken = {}, {}, {}, {}, set(), set()
    expected, tries, compared, durations = set(), {}, {}, {}
    is_chosen = chooser()

    def pytest_collectstart(collector):
        path = str(getattr(collector, "path", ""))
        if path.endswith(".py"):
            os.environ["SEAWORTHY_TEST_FILE"] = path
            runs_under(path)

    def pytest_exception_interact(node, call):
        path = str(getattr(node, "path", ""))
        if isinstance(node, pytest.Item) or path in broken:
            return
        broken.add(path)
        error = call.excinfo.value
        details = describe(error.__cause__ or error, path)
        line = details.get("line") if details.get("file") == path else None
        report.file_error(path, f"{details['name']}: {details['message']}", line, details.get("missing"))

    def pytest_collectreport(report):
        collected(report)

    def collected(outcome):
        if outcome.skipped and outcome.nodeid.endswith(".py"):
            file = os.path.join(ROOTDIR[0], outcome.nodeid)
            report.test(file, "the whole file", "skipped", reason_of(outcome))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(config, items):
        if is_chosen:
            items[:] = [item for item in items if is_chosen(item.nodeid.split("::", 1)[-1].replace("::", " "))]
        ROOTDIR[0] = str(config.rootpath)
        files.clear()
        files.update({item.nodeid: str(item.path) for item in items})

    def pytest_runtest_logstart(nodeid, location):
        os.environ["SEAWORTHY_TEST_FILE"] = files.get(nodeid, "")
        runs_under(files.get(nodeid, ""))
        compared.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_assertrepr_compare(op, left, right):
        if op != "==":
            return None
        try:
            compared["values"] = {"actual": shown(left), "expected": shown(right)}
        except Exception:
            compared.clear()

    def pytest_runtest_makereport(item, call):
        if call.excinfo is not None:
            raised[item.nodeid, call.when] = call.excinfo.exconly()
            if not call.excinfo.errisinstance(AssertionError):
                compared.clear()
            elif isinstance(item, TestCaseFunction) and (values := compared_values(call.excinfo.value)):
                compared["values"] = values

    def pytest_runtest_logreport(report):
        phase_ended(report)

    def phase_ended(phase):
        file = files.get(phase.nodeid, "")
        error = raised.pop((phase.nodeid, phase.when), None)
        if phase.when == "call":
            durations[phase.nodeid] = {"durationMs": int(phase.duration * 1000)}
        if phase.outcome == "rerun":
            tries[phase.nodeid] = tries.get(phase.nodeid, 1) + 1
        elif phase.failed:
            failed.setdefault(phase.nodeid, failure_of(phase, file))
        elif phase.skipped or hasattr(phase, "wasxfail"):
            skipped[phase.nodeid] = reason_of(phase)
            if phase.skipped and hasattr(phase, "wasxfail"):
                expected.add(phase.nodeid)
            elif phase.passed:
                skipped[phase.nodeid] = f"it passed although it is expected to fail: {reason_of(phase)}"
        elif phase.passed and error is not None:
            # A hook of the project's own has made a pass of it.
            failed.setdefault(phase.nodeid, (error, None))
        if phase.when == "teardown":
            finish(phase.nodeid, file, (phase.location[1] or 0) + 1)

    def finish(nodeid, file, start):
        finished.add(nodeid)
        name = nodeid.split("::", 1)[-1].replace("::", " > ")
        if nodeid in failed:
            message, line = failed[nodeid]
            report.test(file, name, "failed", message, line or start, **compared.get("values", {}), **durations.get(nodeid, {}))
        else:
            status = "skipped" if nodeid in skipped else "passed"
            more = {"kind": "expected failure"} if nodeid in expected else {}
            if status == "passed" and nodeid in tries:
                more["tries"] = tries[nodeid]
            report.test(file, name, status, skipped.get(nodeid, ""), start, **more, **durations.get(nodeid, {}))

    def run_canary(parent, name, must_fail):
        reason = word("reason")
        item = pytest.Function.from_parent(parent, name=name, callobj=rewritten_test(reason, must_fail))
        # No fixture of the project's is any of its business.
        item.fixturenames = []
        phases = runtestprotocol(item, log=False, nextitem=None)
        failure = next((phase for phase in phases if phase.failed), None)
        report.canary(name, failure and str(failure.longrepr)[-1000:])

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtestloop(session):
        outcome = yield
        if outcome.excinfo is not None or not session.items:
            return
        first = session.items[0]
        module = next(filter(None, (item.getparent(pytest.Module) for item in session.items)), None) or pytest.Module.from_parent(
            session, path=first.path
        )
        run_canary(module, word("pass"), False)
        # A choice of tests by their names would leave twins out that are not chosen themselves.
        names = {item.name: item for item in session.items if item.nodeid not in skipped and not is_chosen}
        for name, item in list(names.items())[:MAX_TWINS]:
            if isinstance(item, TestCaseFunction):
                # Pytest has the TestCase run itself.
                seaworthy_unittest.run_canary(report, word("reason"), name, item.cls.__name__, True)
            else:
                run_canary(item.getparent(pytest.Module) or module, name, True)
        run_canary(module, word("fail"), True)

    def pytest_sessionfinish():
        report.distrust(replaced_assertion() or replaced_raises(pytest))
        unfinished = {file for nodeid, file in files.items() if nodeid not in finished}
        for file in sorted(set(files.values()) - unfinished):
            report.write({"type": "file", "file": file})
        report.end()

    for name, value in list(locals().items()):
        if name.startswith("pytest_"):
            setattr(plugin, name, value)
    return plugin


def rewritten_test(reason, must_fail):
    """A test function whose assertion pytest has rewritten as it does those of the project."""
    import ast

    from _pytest.assertion.rewrite import rewrite_asserts

    source = f"def check():\n    assert {reason!r} == {'' if must_fail else reason!r}\n"
    tree = ast.parse(source)
    rewrite_asserts(tree, source.encode())
    space = {"__name__": "seaworthy_check"}
    exec(compile(tree, "<check>", "exec"), space)
    return space["check"]


def replaced_raises(pytest):
    """A sentence when `pytest.raises` lets code through that raises nothing; empty otherwise."""
    try:
        with pytest.raises(LookupError):
            pass
    except BaseException:
        return ""
    return "the code replaces pytest.raises"


# Node ids are relative to the folder that pytest takes for the project's.
ROOTDIR = [os.getcwd()]


def reason_of(report):
    """Why a test was skipped; empty where nothing says so."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
    return str(reason).removeprefix("Skipped: ")


def failure_of(report, file):
    """The message of a failed phase and the last line of the test file in its traceback."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = getattr(crash, "message", None) or str(report.longrepr or "failed")
    line = None
    for entry in getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", None) or []:
        place = getattr(entry, "reprfileloc", None)
        if place is not None and os.path.abspath(str(place.path)) == file:
            line = place.lineno
    return message, line


def import_pytest():
    """Pytest of the image or of the virtual environment; what has its name in the project itself is none."""
    try:
        import pytest
    except ImportError:
        return None
    packages = {"pytest", "_pytest", "pluggy", "iniconfig"}
    own = [name for name, module in sys.modules.items() if name.split(".")[0] in packages and is_own(getattr(module, "__file__", None) or "")]
    return None if own else pytest


def pytest_arguments(files):
    """What pytest is started with for test files: the project's own options but for those that change which tests run."""
    return [*BLOCKED, "--continue-on-collection-errors", "-o", "addopts=", *kept_options(configured_options()), *files]


def main():
    report_path, fallback, *files = sys.argv[1:]
    write, word = open_channel()
    report = create_report(report_path, write)
    pytest = import_pytest()
    if pytest is None:
        if fallback == "unittest":
            sys.exit(seaworthy_unittest.run(report, word, files))
        report.write({"type": "unavailable", "message": "pytest is not installed"})
        sys.exit(1)
    tell_options(report)
    finish, runs_under = seaworthy_coverage.start()
    plugin = create_plugin(pytest, report, word, runs_under)
    # What stands in this frame can be read by every function that is called from here.
    del write, word, report
    code = int(pytest.main(pytest_arguments(files), plugins=[plugin]))
    finish()
    sys.exit(code)


if __name__ == "__main__":
    main()
