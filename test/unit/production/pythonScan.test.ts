import assert from 'node:assert/strict';
import { scanPython } from '../../../src/audit/production/discovery/pythonScan';

function imports(text: string): string[] {
  return scanPython(text).imports.map(
    ({ level, module, names }) =>
      `${'.'.repeat(level)}${module}${names.length > 0 ? `: ${names.join(' ')}` : ''}`,
  );
}

describe('imports of Python', () => {
  it('finds every form', () => {
    const text = `import os, a.b.c as d; import e
from f import g
from .h import (i, j as k,
    l)  # comment
from .. import m
from ...n.o import *
if True: import p
    from q import r
module = importlib.import_module("s.t")
other = __import__('u')
lib = pytest.importorskip("v")
from w import x, \\
    y
`;
    assert.deepEqual(imports(text), [
      'os',
      'a.b.c',
      'e',
      'f: g',
      '.h: i j l',
      '..: m',
      '...n.o: *',
      'p',
      'q: r',
      's.t',
      'u',
      'v',
      'w: x y',
    ]);
  });

  it('sees nothing in comments and strings of any kind', () => {
    const text = `# import a
x = "import b"
y = '''
import c
from d import e
'''
z = r"\\"; w = f"""import {g}
import h"""
s = 'it\\'s'
important = 1
from_here = important
`;
    assert.deepEqual(imports(text), []);
  });

  it('goes on after an unclosed string and an unclosed bracket of an earlier line', () => {
    assert.deepEqual(imports("x = 'open\nimport a\n"), ['a']);
  });

  it('tells the kinds of tests apart', () => {
    const kinds = (text: string) => {
      const { hasTests, hasTestFunction, hasTestCase, hasPlainTestClass } = scanPython(text);
      return [hasTests, hasTestFunction, hasTestCase, hasPlainTestClass];
    };
    assert.deepEqual(kinds('def test_a(): pass'), [true, true, false, false]);
    assert.deepEqual(kinds('async def test_a(): pass'), [true, true, false, false]);
    assert.deepEqual(kinds('class A(unittest.TestCase):\n    def test_a(self): pass'), [
      true,
      false,
      true,
      false,
    ]);
    assert.deepEqual(kinds('class TestA:\n    def test_a(self): pass'), [true, false, false, true]);
    assert.deepEqual(kinds('def helper(): pass'), [false, false, false, false]);
  });
});
