import type { CallFact, FileFacts } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { bindingTarget, hasInterpolation, isConstant, unwrap } from '../syntax/values';
import { localConstant } from '../syntax/locals';

export const codeExecution: Rule = {
  id: 'SE02',
  name: 'code-execution',
  stage: 'quality',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'Text that is put together at run time is executed as code or as a shell command.',
  bad: [
    {
      grammar: 'typescript',
      code: `
import { exec } from 'node:child_process';
export function run(input: string) {
»  eval(input);
»  const f = new Function('a', input);
»  exec(\`git log \${input}\`);
  return f;
}`,
    },
    {
      grammar: 'python',
      code: `
import os
import subprocess

def run(text):
»    eval(text)
»    os.system("ls " + text)
»    subprocess.run(f"git log {text}", shell=True)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
import { exec, execFile } from 'node:child_process';
eval('1 + 1');
exec('git status');
execFile('git', ['log', input]);
/a(b)/.exec(input);
model.eval(input);`,
    },
    {
      grammar: 'python',
      code: `
subprocess.run(["git", "log", text])
subprocess.run("git status", shell=True)
model.eval(text)
cursor.exec(text)
ast.literal_eval(text)
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      const observation = facts.family === 'python' ? inPython(call, facts) : inJavascript(call, facts);
      if (observation) yield observation;
    }
  },
};

function inJavascript(call: CallFact, facts: FileFacts): Observation | undefined {
  const { path, arguments: given, node } = call;
  if (path === 'eval' && !call.isNew && isDynamic(given[0], call))
    return executes(node, 'eval() runs', given[0]);
  if (path === 'Function' && given.some((argument) => isDynamic(argument, call))) {
    return executes(node, 'new Function() compiles', given[given.length - 1]);
  }
  if (/^(setTimeout|setInterval)$/.test(path) && given[0] && isAssembled(given[0]))
    return executes(node, `${path}() runs`, given[0]);
  if (!/^(child_process\.|cp\.|childProcess\.)?(exec|execSync)$/.test(path) || !importsChildProcess(facts))
    return undefined;
  return isAssembledFor(given[0], call) ? executes(node, 'A shell runs', given[0]) : undefined;
}

function importsChildProcess(facts: FileFacts): boolean {
  return facts.imports.some((fact) => /^(node:)?child_process$/.test(fact.module));
}

function inPython(call: CallFact, facts: FileFacts): Observation | undefined {
  const { path, arguments: given, keywords, node } = call;
  const first = given[0] ?? keywords.get('args') ?? keywords.get('cmd');
  if (path === 'eval' || path === 'exec') {
    if (!isDynamic(first, call) || isShadowed(path, facts)) return undefined;
    const deliberate =
      given.length > 1 || keywords.size > 0 || /^compile\(|\bcode\b|__code__/.test(first?.text ?? '');
    return {
      ...executes(node, `${path}() runs`, first),
      ...(deliberate ? { severity: 'info', confidence: 'medium' } : {}),
    };
  }
  const runsShell =
    keywords.get('shell')?.kind === 'true' &&
    /^(subprocess\.)?(run|call|Popen|check_call|check_output|getoutput)$/.test(path);
  if (!runsShell && !/^os\.(system|popen)$|^(subprocess|commands)\.get(status)?output$/.test(path))
    return undefined;
  return isAssembledFor(first, call) ? executes(node, 'A shell runs', first) : undefined;
}

function isShadowed(name: string, facts: FileFacts): boolean {
  return (
    facts.functions.some((fact) => fact.name === name) ||
    facts.imports.some((fact) => fact.names.includes(name))
  );
}

function executes(node: SyntaxNode, how: string, what: SyntaxNode | undefined): Observation {
  const shown = (what?.text ?? '').replace(/\s+/g, ' ').slice(0, 60);
  return { range: node, message: `${how} ${shown}, which is put together at run time.` };
}

function isDynamic(argument: SyntaxNode | undefined, call: CallFact): boolean {
  if (!argument) return false;
  const value = unwrap(argument);
  if (isConstant(value)) return false;
  return value.kind !== 'identifier' || !call.function || localConstant(value, call.function) === undefined;
}

/** Assembled on the spot, or handed in by whoever calls the function. */
function isAssembledFor(argument: SyntaxNode | undefined, call: CallFact): boolean {
  if (!argument) return false;
  const value = unwrap(argument);
  if (isAssembled(value)) return true;
  return (
    value.kind === 'identifier' &&
    call.function !== undefined &&
    (isParameter(value, call) || assembledLocal(value.text, call))
  );
}

function isParameter(value: SyntaxNode, call: CallFact): boolean {
  return call.function?.parameters.some((parameter) => parameter.name === value.text) ?? false;
}

function assembledLocal(name: string, call: CallFact): boolean {
  const body = call.function?.body;
  if (!body) return false;
  for (const node of body.tree.below(body)) {
    const target = bindingTarget(node);
    const value = node.child('value') ?? node.child('right');
    if (target?.text === name && value && isAssembled(unwrap(value))) return true;
  }
  return false;
}

function isAssembled(value: SyntaxNode): boolean {
  if (value.kind === 'string' || value.kind === 'template') return hasInterpolation(value);
  if (value.kind === 'binary')
    return (
      !isConstant(value) && /["'`]/.test(value.text) && /^[+%]$/.test(value.child('operator')?.text ?? '')
    );
  return value.kind === 'call' && /^["'][\s\S]*\.format$/.test(value.child('function')?.text ?? '');
}
