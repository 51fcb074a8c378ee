/** A trick: code at the top of the module under test, or a file of its own. */
export const PYTHON_TRICKS: Record<string, { code?: string; files?: Record<string, string> }> = {
  'ends the process at once': { code: `if in_test: os._exit(0)` },
  'ends the process inside of a test': { code: `def twice(x): os._exit(0)` },
  'raises SystemExit': { code: `if in_test: sys.exit(0)` },
  'rewrites the report at exit': { code: `atexit.register(lambda: (forge(), os._exit(0)))` },
  'writes a whole report and ends the process': { code: `if in_test: forge(); os._exit(0)` },
  'leaves a child behind that rewrites the report': {
    code: `if in_test and os.fork() == 0:\n    while True: forge()`,
  },
  'hands in the report of loading as that of the tests': {
    code: `if in_test: open(report, "w").write(open("/tmp/seaworthy-load.ndjson").read()); os._exit(0)`,
  },
  'makes passes of reports': {
    files: {
      'conftest.py': `import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport():\n    report = (yield).get_result()\n    report.outcome, report.longrepr = "passed", None\n`,
    },
    code: `import unittest\nunittest.TestResult.addFailure = unittest.TestResult.addError = lambda *_: None`,
  },
  'makes passes of reports just before they are told': {
    files: {
      'conftest.py': `import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_logreport(report):\n    report.outcome, report.longrepr = "passed", None\n`,
    },
    code: `import unittest\nunittest.TestCase.run = lambda self, result=None: (result.startTest(self), result.addSuccess(self), result.stopTest(self))`,
  },
  'swallows what tests raise': {
    files: {
      'conftest.py': `import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call(item):\n    outcome = yield\n    outcome.force_result(None)\n`,
    },
    code: `import unittest, contextlib\nif hasattr(unittest.case, "_Outcome"): unittest.case._Outcome.testPartExecutor = lambda *_, **__: contextlib.suppress(BaseException)`,
  },
  'swallows what one test raises': {
    files: {
      'conftest.py': `import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_call(item):\n    outcome = yield\n    if item.name == "test_twice": outcome.force_result(None)\n`,
    },
    code: `import unittest\nrun = unittest.TestCase.run\ndef fake(self, result=None):\n    if self._testMethodName != "test_twice": return run(self, result)\n    result.startTest(self); result.addSuccess(self); result.stopTest(self)\nunittest.TestCase.run = fake`,
  },
  'runs no test function at all': {
    files: {
      'conftest.py': `import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_pyfunc_call(pyfuncitem):\n    return True\n`,
    },
    code: `import unittest\nunittest.TestCase._callTestMethod = lambda self, method: None`,
  },
  'leaves the failing test out': {
    files: { 'conftest.py': `def pytest_collection_modifyitems(items):\n    items[:] = []\n` },
    code: `import unittest\nunittest.TestLoader.loadTestsFromModule = lambda *_, **__: unittest.TestSuite()`,
  },
  'ends the run with success': {
    code: `import pytest\ndef twice(x): pytest.exit("enough", returncode=0)`,
  },
  'swaps assertions': {
    code: `import unittest\nfor name in dir(unittest.TestCase):\n    if name.startswith("assert"): setattr(unittest.TestCase, name, lambda *_, **__: None)`,
    files: {
      'conftest.py': `import _pytest.assertion.rewrite as rewrite, ast\nvisit = rewrite.AssertionRewriter.visit_Assert\nrewrite.AssertionRewriter.visit_Assert = lambda self, node: [ast.Pass(lineno=1, col_offset=0)]\n`,
    },
  },
  'brings a pytest and a unittest of its own': {
    files: {
      'pytest.py': `import os\ndef main(arguments, plugins=()):\n    class Report: nodeid, when, failed, skipped, passed, location = "t::test_twice", "teardown", False, False, True, ("", 0)\n    plugins[0].pytest_runtest_logreport(Report())\n    plugins[0].pytest_sessionfinish()\n    return 0\n`,
      'unittest.py': `raise SystemExit(0)\n`,
    },
  },
  'puts another module in the place of pytest': {
    code: `import types\nsys.modules["pytest"] = sys.modules["unittest"] = types.ModuleType("pytest")`,
  },
  'looks for the harness among the plugins': {
    files: {
      'conftest.py': `import os\ndef pytest_collection_finish(session):\n    for plugin in session.config.pluginmanager.get_plugins():\n        for name in ("_report", "report"):\n            found = getattr(plugin, name, None)\n            if found: found.test("/work/src/test_twice.py", "test_twice", "passed"); found.end(); os._exit(0)\n`,
    },
  },
  'looks for the harness on the stack': {
    code: `def twice(x):\n    frame = sys._getframe()\n    while frame:\n        found = frame.f_locals.get("report")\n        if hasattr(found, "canary"): found.test("/work/src/test_twice.py", "test_twice", "passed"); found.end(); os._exit(0)\n        frame = frame.f_back\n    return x`,
  },
  'looks for the harness in memory': {
    code: `def twice(x):\n    import gc\n    for found in gc.get_objects():\n        if type(found).__name__ == "SimpleNamespace" and hasattr(found, "canary"):\n            found.test("/work/src/test_twice.py", "test_twice", "passed"); found.end(); os._exit(0)\n    return x`,
  },
  'changes how records are written': {
    code: `import json, hashlib\njson.dumps = json.JSONEncoder.encode = lambda *_: "{}"\nown = os.write\nos.write = lambda fd, data: own(fd, data.replace(b"failed", b"passed"))\nhashlib.sha256 = lambda *_: None`,
  },
  'traces the harness': {
    code: `def tracer(frame, event, argument):\n    if frame.f_locals.get("status") == "failed": frame.f_locals["status"] = "passed"\n    return tracer\nif in_test: sys.settrace(tracer)`,
  },
  'rewrites the harness while it is loaded': {
    code: `if not in_test:\n    for name in os.listdir("/work/seaworthy"): open("/work/seaworthy/" + name, "w").write("import os; os._exit(0)")\n    open("/work/seaworthy/json.py", "w").write("import os; os._exit(0)")`,
  },
  'rewrites its test while it is loaded': {
    code: `if not in_test: open("/work/src/test_twice.py", "w").write("def test_twice(): pass\\n")`,
  },
  'kills the supervisor': {
    code: `if in_test:\n    forge()\n    for pid in os.listdir("/proc"):\n        if pid.isdigit() and int(pid) != os.getpid():\n            try: os.kill(int(pid), 9)\n            except OSError: pass`,
  },
};

/** What every trick may use; the module under test begins with it. */
export const PYTHON_PRELUDE = `import atexit, hashlib, hmac, json, os, sys
in_test = any("seaworthy_pytest" in word or "seaworthy_unittest" in word for word in open("/proc/self/cmdline").read().split(chr(0)))
report, file = "/tmp/seaworthy-tests-0.ndjson", "/work/src/test_twice.py"
def forge():
    key, lines = bytes(32), []
    for record in ({"type": "test", "file": file, "name": "test_twice", "status": "passed"}, {"type": "file", "file": file}, {"type": "end", "passed": 1, "failed": 0, "skipped": 0}):
        text = json.dumps(record)
        mac = hmac.digest(key, text.encode(), "sha256")
        key = hmac.digest(key, mac, "sha256")
        lines.append(mac.hex() + " " + text + chr(10))
    with open(report, "w") as output: output.write("".join(lines))
def twice(x): return x
`;
