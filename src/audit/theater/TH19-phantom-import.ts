import type { FileFacts } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors } from '../syntax/values';

/** Resolvers and loaders are tested with imports that lead nowhere. */
const FIXTURE = /(?:^|\/)(?:__fixtures__|fixtures?|testdata|test-data|snapshots?|templates?)\//i;

export const phantomImport: Rule = {
  id: 'TH19',
  name: 'phantom-import',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['production', 'example', 'test', 'testHelper'],
  explanation: 'A module or package is imported that is neither there, nor declared, nor installed.',
  bad: [
    {
      grammar: 'typescript',
      path: 'src/app.ts',
      code: `
»import pad from 'left-padx';
»import { parse } from './parser/fast';
export const run = (text: string) => pad(parse(text));`,
      others: [
        { path: 'package.json', code: '{ "name": "app", "dependencies": { "left-pad": "1.3.0" } }' },
        { path: 'src/parser/slow.ts', code: 'export const parse = (text: string) => text;' },
      ],
    },
    {
      grammar: 'python',
      path: 'shop/cart.py',
      code: `
»from .discounts import apply

def total(items):
    return apply(sum(items))
`,
      others: [
        { path: 'shop/__init__.py', code: '' },
        { path: 'shop/discount.py', code: 'def apply(total):\n    return total\n' },
      ],
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'src/app.ts',
      code: `
import fs from 'node:fs';
import pad from 'left-pad/index';
import { parse } from './parser/fast.js';
import { made } from '../dist/made';
import { alias } from '@/alias';
import type { Shape } from 'shapes-of-nowhere';
let optional;
try { optional = require('native-extra'); } catch (error) { optional = fallback(error); }
export const run = (text: string, shape: Shape) => pad(parse(text), made, alias, fs, optional, shape);`,
      others: [
        { path: 'package.json', code: '{ "name": "app", "dependencies": { "left-pad": "1.3.0" } }' },
        { path: 'src/parser/fast.ts', code: 'export const parse = (text: string) => text;' },
      ],
    },
    {
      grammar: 'python',
      path: 'shop/cart.py',
      code: `
import json
import yaml
from .discount import apply
try:
    import ujson
except ImportError:
    ujson = json

def total(items):
    return apply(sum(items)), yaml, ujson
`,
      others: [
        { path: 'requirements.txt', code: 'PyYAML==6.0\n' },
        { path: 'shop/__init__.py', code: '' },
        { path: 'shop/discount.py', code: 'def apply(total):\n    return total\n' },
      ],
    },
  ],
  *check(facts) {
    if (FIXTURE.test(facts.path)) return;
    for (const { specifier, why, certain } of facts.workspace?.phantoms ?? []) {
      const node = importOf(specifier, facts);
      if (!node || isOptional(node, facts)) continue;
      yield {
        range: node,
        message: `${quoted(specifier)} leads nowhere: ${why}.`,
        ...(certain ? {} : { severity: 'info', confidence: 'low' }),
      };
    }
  },
};

function quoted(specifier: string): string {
  return `The import "${specifier.slice(0, 100)}"`;
}

function importOf(specifier: string, facts: FileFacts): SyntaxNode | undefined {
  const exact = facts.imports.find(({ module }) => module === specifier);
  if (exact) return exact.node;
  // A re-export, or one of several modules of one statement of Python.
  return facts.tree.root.children.find(
    ({ kind, text }) => (kind === 'export' || kind === 'import') && text.includes(specifier),
  );
}

/** Types are gone before anything runs, and what is tried, or decided on, may be missing. */
function isOptional(node: SyntaxNode, { family }: FileFacts): boolean {
  if (/^(?:import|export)\s+type\b/.test(node.text.slice(0, 20))) return true;
  for (const { kind, text } of ancestors(node)) {
    if (kind === 'try' || (kind === 'if' && family === 'python')) return true;
    if (kind === 'call' && /\.catch\s*\(/.test(text.slice(0, 2000))) return true;
  }
  return false;
}
