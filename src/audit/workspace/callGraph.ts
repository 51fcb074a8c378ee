import { isAssertingPath, isNamedAssertion } from '../theater/assertions';
import type { DigestedFunction, FileDigest } from './digest';
import type { Links } from './links';

/** A function of the workspace. */
export interface FunctionReference {
  file: string;
  function: DigestedFunction;
}

/** A name is followed through so many files that only hand it on. */
const MAX_HANDS = 6;
/** Helpers are followed so many calls deep. */
const HELPER_DEPTH = 3;
const REACH_DEPTH = 8;
const MAX_VISITED = 3000;
/** What a call of an object of unknown kind may mean. */
const MAX_METHODS = 8;
const OWN_OBJECT = /^(?:this|self|cls|super)$/;

/** Who calls whom across files, by names and imports; what is decided at run time is not seen. */
export class CallGraph {
  /** `digestOf` gives undefined for a file that was not read. */
  constructor(
    private readonly links: Links,
    private readonly digestOf: (file: string) => FileDigest | undefined,
  ) {}

  /** The functions that a call path of `file` can mean, in that file or in others; `within` is the class around it. */
  resolve(file: string, path: string, within?: string): FunctionReference[] {
    const digest = this.digestOf(file);
    if (!digest) return [];
    const names = path.replace(/\(\)|\[\]/g, '').split('.');
    const root = names[0] ?? '';
    const last = names[names.length - 1] ?? '';
    if (last === '') return [];
    if (names.length === 1) return this.named(file, digest, last);
    if (OWN_OBJECT.test(root)) return names.length === 2 ? this.methods(file, last, within, 0) : [];
    const bound = this.origin(file, digest, root);
    if (bound)
      return bound.imported === '*'
        ? this.exported(bound.file, last)
        : this.members(this.home(bound.file, bound.imported, 0).file, last);
    return this.likelyMethods(file, digest, last);
  }

  /** Whether a call leads to a function of another file that asserts something, and if not, whether all of it is known. */
  assertion(
    file: string,
    path: string,
    within: string | undefined,
    patterns: readonly string[],
  ): 'asserts' | 'silent' | 'unknown' {
    let front = this.resolve(file, path, within);
    if (front.length === 0) return 'unknown';
    const seen = new Set<DigestedFunction>();
    for (let depth = 0; depth < HELPER_DEPTH; depth++) {
      const next: FunctionReference[] = [];
      for (const one of front) {
        if (seen.has(one.function)) continue;
        seen.add(one.function);
        if (this.mayAssert(one) && this.assertsItself(one, patterns)) return 'asserts';
        for (const call of one.function.calls) next.push(...this.resolve(one.file, call, one.function.in));
      }
      front = next.slice(0, MAX_VISITED);
    }
    return 'silent';
  }

  /** The functions of `target` that a function or test reaches by calls. */
  reachedIn(target: string, from: FunctionReference): Set<DigestedFunction> {
    const reached = new Set<DigestedFunction>();
    const seen = new Set<DigestedFunction>([from.function]);
    let front = [from];
    for (let depth = 0; depth < REACH_DEPTH && front.length > 0; depth++) {
      const next: FunctionReference[] = [];
      for (const { file, function: caller } of front)
        for (const call of caller.calls)
          for (const callee of this.resolve(file, call, caller.in)) {
            if (callee.file === target) reached.add(callee.function);
            if (seen.has(callee.function) || seen.size > MAX_VISITED) continue;
            seen.add(callee.function);
            next.push(callee);
          }
      front = next;
    }
    return reached;
  }

  /** Production code that throws or is called `validate` checks its input, not the test. */
  private mayAssert({ file }: FunctionReference): boolean {
    const role = this.digestOf(file)?.role;
    return role === 'test' || role === 'testHelper' || role === 'example';
  }

  private assertsItself({ function: one }: FunctionReference, patterns: readonly string[]): boolean {
    return (
      one.asserts === true ||
      one.calls.some((call) => isAssertingPath(call) || isNamedAssertion(call, patterns))
    );
  }

  private named(file: string, digest: FileDigest, name: string): FunctionReference[] {
    const own = digest.functions.filter((one) => one.name === name && one.in === undefined && !one.isTest);
    if (own.length > 0) return own.map((one) => ({ file, function: one }));
    if (digest.classes.some((one) => one.name === name)) return this.constructors(file, name);
    const bound = this.origin(file, digest, name);
    return bound && bound.imported !== '*' ? this.exported(bound.file, bound.imported) : [];
  }

  private constructors(file: string, name: string): FunctionReference[] {
    const own = this.digestOf(file)?.functions ?? [];
    return own
      .filter((one) => one.in === name && (one.name === 'constructor' || one.name === '__init__'))
      .map((one) => ({ file, function: one }));
  }

  /** The file that a name of `file` comes from, and what it is called there. */
  private origin(
    file: string,
    digest: FileDigest,
    name: string,
  ): { file: string; imported: string } | undefined {
    const links = this.links.of(file, digest);
    for (const link of links) {
      const bound = link.isReexport ? undefined : link.names.find(({ local }) => local === name);
      if (bound) return { file: bound.file, imported: bound.imported };
    }
    // Python's `from x import *`
    for (const link of links) {
      if (!link.names.some(({ local }) => local === '*')) continue;
      const found = this.home(link.file, name, 1);
      if (found.isDefined) return { file: found.file, imported: found.name };
    }
    return undefined;
  }

  /** A function that a module offers under a name, through files that only hand it on. */
  private exported(file: string, name: string): FunctionReference[] {
    const home = this.home(file, name, 0);
    const digest = this.digestOf(home.file);
    if (!digest) return [];
    const own = digest.functions.filter(
      (one) => one.name === home.name && one.in === undefined && !one.isTest,
    );
    if (own.length > 0) return own.map((one) => ({ file: home.file, function: one }));
    return this.constructors(home.file, home.name);
  }

  /** Where a name that a module offers is defined, and what it is called there, as far as it can be followed. */
  private home(
    file: string,
    name: string,
    hands: number,
  ): { file: string; name: string; isDefined: boolean } {
    const digest = this.digestOf(file);
    const asked = name === 'default' ? (digest?.defaultName ?? 'default') : name;
    const here = { file, name: asked, isDefined: false };
    if (!digest || hands > MAX_HANDS) return here;
    const isDefined =
      digest.functions.some((one) => one.name === asked && one.in === undefined && !one.isTest) ||
      digest.classes.some((one) => one.name === asked);
    if (isDefined) return { ...here, isDefined };
    for (const link of this.links.of(file, digest))
      for (const { local, imported, file: origin } of link.names) {
        if (local === asked && imported !== '*') return this.home(origin, imported, hands + 1);
        const found = local === '*' ? this.home(origin, name, hands + 1) : here;
        if (found.isDefined) return found;
      }
    return here;
  }

  private methods(
    file: string,
    name: string,
    within: string | undefined,
    hands: number,
  ): FunctionReference[] {
    const digest = this.digestOf(file);
    if (!digest || hands > MAX_HANDS) return [];
    const own = digest.functions.filter(
      (one) => one.name === name && one.in === within && within !== undefined,
    );
    if (own.length > 0) return own.map((one) => ({ file, function: one }));
    const bases = digest.classes.find((one) => one.name === within)?.bases ?? [];
    for (const base of bases) {
      const called = base.split('.').pop() ?? '';
      if (digest.classes.some((one) => one.name === called)) {
        const found = called === within ? [] : this.methods(file, name, called, hands + 1);
        if (found.length > 0) return found;
        continue;
      }
      const bound = this.origin(file, digest, base.split('.')[0] ?? '');
      const origin = bound && this.home(bound.file, bound.imported === '*' ? called : bound.imported, 0);
      const found = origin ? this.methods(origin.file, name, origin.name, hands + 1) : [];
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Methods and members of that name in one file: the object that was imported is one of its. */
  private members(file: string, name: string): FunctionReference[] {
    const functions = this.digestOf(file)?.functions ?? [];
    const found = functions.filter((one) => one.name === name && !one.isTest);
    return found.slice(0, MAX_METHODS).map((one) => ({ file, function: one }));
  }

  /** Methods of that name in the file and in what it imports. */
  private likelyMethods(file: string, digest: FileDigest, name: string): FunctionReference[] {
    const files = [file];
    for (const { file: target, names } of this.links.of(file, digest)) {
      files.push(target);
      for (const { imported } of names) if (imported !== '*') files.push(this.home(target, imported, 0).file);
    }
    const found = [...new Set(files)].flatMap((one) => this.members(one, name));
    return found.filter((one) => one.function.in !== undefined).slice(0, MAX_METHODS);
  }
}
