import { posix } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Finding } from '../../../audit/finding';
import { failsStage } from '../../../audit/finding';
import type { FileTies } from '../../../audit/workspace/ties';
import { throwIfCancelled } from '../../../base/errors';
import { wordsOf } from '../../../base/words';
import type { ClaimWorkspace } from './claimWorkspace';
import { definitionsIn } from './definitions';
import type { Definition } from './definitions';

/** A definition and the file it is in. */
export interface Place {
  file: string;
  definition: Definition;
}

const DEFINED =
  /\b(?:function\s*\*?|class|interface|type|enum|const|def|func|fn|struct|trait|module)\s+([A-Za-z_$][\w$]*)/g;
const FILES_AT_ONCE = 50;

/** What is asked of a workspace again and again while claims are checked; each thing is found out once. */
export class ClaimContext {
  private readonly defined = new Map<string, Definition[]>();
  private readonly tied = new Map<string, FileTies | undefined>();
  private named: Map<string, Set<string>> | undefined;

  constructor(
    readonly workspace: ClaimWorkspace,
    readonly signal: AbortSignal,
  ) {}

  definitions(file: string): readonly Definition[] {
    const code = this.workspace.code.get(file);
    const known = this.defined.get(file) ?? (code ? definitionsIn(code) : []);
    this.defined.set(file, known);
    return known;
  }

  async ties(file: string): Promise<FileTies | undefined> {
    throwIfCancelled(this.signal);
    if (!this.workspace.code.has(file)) return undefined;
    if (!this.tied.has(file)) this.tied.set(file, await this.workspace.ties(file, this.signal));
    return this.tied.get(file);
  }

  /** Findings that fail the stage of theater. */
  async findings(file: string): Promise<Finding[]> {
    throwIfCancelled(this.signal);
    return (await this.workspace.findings(file, this.signal)).filter(failsStage);
  }

  isTest(file: string): boolean {
    const role = this.workspace.code.get(file)?.role;
    return role === 'test' || role === 'testHelper';
  }

  /** Where a name is defined; `Cart.addItem` is a member of `Cart`. Production comes first. */
  places(name: string): Place[] {
    const parts = name.split('.');
    const last = parts.at(-1) ?? '';
    const owner = parts.length > 1 ? parts.at(-2) : undefined;
    const found: Place[] = [];
    for (const [file, { text }] of this.workspace.code) {
      if (!text.includes(last)) continue;
      for (const definition of this.definitions(file))
        if (definition.name === last) found.push({ file, definition });
    }
    const inOwner = found.filter(({ file, definition }) => {
      const module = posix.basename(file).replace(/\.\w+$/, '');
      return definition.within === owner || (owner !== undefined && sameName(module, owner));
    });
    const fitting = owner === undefined ? found : inOwner.length > 0 ? inOwner : [];
    return fitting.sort((a, b) => Number(this.isTest(a.file)) - Number(this.isTest(b.file)));
  }

  /** The same for what is written otherwise, such as `parse_rows` for `parseRows`. */
  async similarPlaces(name: string): Promise<Place[]> {
    const last = name.split('.').at(-1) ?? '';
    const names = await this.names();
    const similar = [...names.keys()].filter((each) => sameName(each, last) && each !== last);
    return similar.flatMap((each) => this.places(each));
  }

  /** Every name that source code defines, with its files. */
  async names(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    if (this.named) return this.named;
    const names = new Map<string, Set<string>>();
    let read = 0;
    for (const [file, { text }] of this.workspace.code) {
      if (++read % FILES_AT_ONCE === 0) await breathe();
      throwIfCancelled(this.signal);
      for (const [, name = ''] of text.matchAll(DEFINED))
        names.set(name, (names.get(name) ?? new Set()).add(file));
    }
    return (this.named = names);
  }
}

/** Whether two names are made of the same words. */
function sameName(one: string, other: string): boolean {
  return wordsOf(one).join() === wordsOf(other).join();
}
