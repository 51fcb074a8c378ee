import type { ChosenTest } from '../../audit/production/suite/chosenTests';
import type { TestOutline } from '../../audit/testOutline';

/** What is used of the editor's test items, which this file knows by no other name so that it needs no editor. */
export interface TreeItem<T> {
  readonly id: string;
  readonly label: string;
  readonly children: {
    readonly size: number;
    get(id: string): T | undefined;
    add(item: T): void;
    delete(id: string): void;
    forEach(visit: (item: T) => unknown): void;
  };
}

interface TreeHost<T> {
  create(id: string, label: string, file: T): T;
  /** Whether a name is one of those chosen; see `chosenTests.ts`. */
  isChosen(name: string, chosen: readonly ChosenTest[]): boolean;
  /** Lines are 1-based and inclusive. */
  place(item: T, lines: { startLine: number; endLine: number }): void;
}

interface KnownTest extends ChosenTest {
  /** A run has found it; the text does not show it. */
  isFound: boolean;
}

const SEPARATOR = ' > ';

/** The tests below the items of test files: what the text shows, and what runs found besides. */
export class TestTree<T extends TreeItem<T>> {
  private readonly known = new WeakMap<T, KnownTest>();

  constructor(private readonly host: TreeHost<T>) {}

  /** Makes the items of a file those of its outline; items that stay keep their results. */
  sync(file: T, outline: readonly TestOutline[]): void {
    this.syncChildren(file, file, outline);
  }

  /** The item of a test by the name that a report gives it; one is made where there is none. */
  itemFor(file: T, name: string): T {
    let parent = file;
    let rest = name;
    for (;;) {
      const next = this.stepDown(parent, rest);
      if (!next) return this.addFound(file, parent, name, rest);
      if (next.rest === '') return next.item;
      parent = next.item;
      rest = next.rest;
      if (next.isPlaceholder) return this.addFound(file, parent, name, rest);
    }
  }

  /** What is to be run for an item; undefined for the item of a file, which stands for all of it. */
  chosen(item: T): ChosenTest | undefined {
    const known = this.known.get(item);
    return known && { name: known.name, isSuite: known.isSuite, isTemplate: known.isTemplate };
  }

  /** The items at the ends of the branches; the item itself where nothing is below it. */
  leaves(item: T): T[] {
    if (item.children.size === 0) return [item];
    const found: T[] = [];
    item.children.forEach((child) => found.push(...this.leaves(child)));
    return found;
  }

  private syncChildren(file: T, parent: T, outline: readonly TestOutline[]): void {
    const around = this.known.get(parent);
    const wanted = new Set<string>();
    for (const node of outline) {
      const name = around ? around.name + SEPARATOR + node.name : node.name;
      const item = this.child(file, parent, node.name, name);
      // Runners can't tell tests of one name apart either; the first stands for all.
      if (wanted.has(item.id)) continue;
      wanted.add(item.id);
      this.known.set(item, {
        name,
        isSuite: node.isSuite || node.children.length > 0,
        isTemplate: node.isTemplate || (around?.isTemplate ?? false),
        isFound: false,
      });
      this.host.place(item, node);
      this.syncChildren(file, item, node.children);
    }
    const keepsFound = around !== undefined && (around.isTemplate || !around.isSuite);
    const gone: string[] = [];
    parent.children.forEach((child) => {
      if (!wanted.has(child.id) && !(keepsFound && this.known.get(child)?.isFound)) gone.push(child.id);
    });
    for (const id of gone) parent.children.delete(id);
  }

  private child(file: T, parent: T, label: string, name: string): T {
    const id = `${file.id}#${name}`;
    const known = parent.children.get(id);
    if (known) return known;
    const made = this.host.create(id, label, file);
    parent.children.add(made);
    return made;
  }

  /** The child that a name leads to, and what is left of the name below it. */
  private stepDown(parent: T, rest: string): { item: T; rest: string; isPlaceholder?: true } | undefined {
    let best: { item: T; rest: string; isPlaceholder?: true } | undefined;
    parent.children.forEach((item) => {
      const { label } = item;
      if (rest === label) best = { item, rest: '' };
      else if (best?.rest !== '' && rest.startsWith(label + SEPARATOR) && !best)
        best = { item, rest: rest.slice(label.length + SEPARATOR.length) };
    });
    if (best) return best;
    parent.children.forEach((item) => {
      if (!best && this.fillsIn(item, rest)) best = { item, rest, isPlaceholder: true };
    });
    return best;
  }

  /** Whether a name is one that a test has whose parameters are filled in. */
  private fillsIn(item: T, rest: string): boolean {
    const known = this.known.get(item);
    if (!known || known.isFound) return false;
    const own = { name: item.label, isSuite: known.isSuite, isTemplate: known.isTemplate };
    return (known.isTemplate || rest.startsWith(`${item.label}[`)) && this.host.isChosen(rest, [own]);
  }

  private addFound(file: T, parent: T, name: string, rest: string): T {
    const parts = rest.split(SEPARATOR);
    const before = name.slice(0, name.length - rest.length);
    let item = parent;
    parts.forEach((label, index) => {
      const full = before + parts.slice(0, index + 1).join(SEPARATOR);
      item = this.child(file, item, label, full);
      if (!this.known.has(item))
        this.known.set(item, {
          name: full,
          isSuite: index < parts.length - 1,
          isTemplate: false,
          isFound: true,
        });
    });
    return item;
  }
}
