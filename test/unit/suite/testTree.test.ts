import assert from 'node:assert/strict';
import { isChosen } from '../../../src/audit/production/suite/chosenTests';
import type { TestOutline } from '../../../src/audit/testOutline';
import { TestTree } from '../../../src/vscode/testing/testTree';
import type { TreeItem } from '../../../src/vscode/testing/testTree';

class Item implements TreeItem<Item> {
  readonly children = new Children();
  line = 0;

  constructor(
    readonly id: string,
    readonly label: string,
  ) {}
}

class Children {
  private readonly items = new Map<string, Item>();

  get size(): number {
    return this.items.size;
  }
  get(id: string): Item | undefined {
    return this.items.get(id);
  }
  add(item: Item): void {
    this.items.set(item.id, item);
  }
  delete(id: string): void {
    this.items.delete(id);
  }
  forEach(visit: (item: Item) => unknown): void {
    for (const item of this.items.values()) visit(item);
  }
}

function outline(
  name: string,
  startLine: number,
  children: TestOutline[] = [],
  isTemplate = false,
): TestOutline {
  return { name, isSuite: children.length > 0, isTemplate, startLine, endLine: startLine, children };
}

function shown(item: Item): unknown {
  const below: unknown[] = [];
  item.children.forEach((child) => below.push(shown(child)));
  return below.length > 0 ? [item.label, below] : item.label;
}

describe('the tree of tests', () => {
  let tree: TestTree<Item>;
  let file: Item;
  beforeEach(() => {
    tree = new TestTree<Item>({
      create: (id, label) => new Item(id, label),
      isChosen,
      place: (item, { startLine }) => {
        item.line = startLine;
      },
    });
    file = new Item('file', 'cart.test.js');
  });

  it('is what the text shows, and keeps the items of tests that have only moved', () => {
    tree.sync(file, [outline('cart', 1, [outline('adds', 2), outline('removes', 3)])]);
    const adds = tree.itemFor(file, 'cart > adds');
    tree.sync(file, [outline('cart', 1, [outline('adds', 7)]), outline('alone', 9)]);
    assert.deepEqual(shown(file), ['cart.test.js', [['cart', ['adds']], 'alone']]);
    assert.equal(tree.itemFor(file, 'cart > adds'), adds);
    assert.equal(adds.line, 7);
  });

  it('takes in what a run finds, suites around it, and gives it its place when the text is read', () => {
    const found = tree.itemFor(file, 'cart > total > of none');
    assert.deepEqual(shown(file), ['cart.test.js', [['cart', [['total', ['of none']]]]]]);
    assert.deepEqual(tree.chosen(found), {
      name: 'cart > total > of none',
      isSuite: false,
      isTemplate: false,
    });
    tree.sync(file, [outline('cart', 1, [outline('total', 2, [outline('of none', 3)])])]);
    assert.equal(tree.itemFor(file, 'cart > total > of none'), found);
    assert.equal(found.line, 3);
    tree.sync(file, []);
    assert.equal(file.children.size, 0);
  });

  it('puts tests with parameters below the one in the text, and keeps them there', () => {
    const texts = [outline('adds %i', 1, [], true), outline('test_total', 5)];
    tree.sync(file, texts);
    for (const name of ['adds 1', 'adds 2', 'test_total[x]']) tree.itemFor(file, name);
    const whole = [
      ['adds %i', ['adds 1', 'adds 2']],
      ['test_total', ['test_total[x]']],
    ];
    assert.deepEqual(shown(file), ['cart.test.js', whole]);
    tree.sync(file, texts);
    assert.deepEqual(shown(file), ['cart.test.js', whole]);
  });

  it('finds tests whose names hold what joins names', () => {
    tree.sync(file, [outline('a > b', 1), outline('a', 2, [outline('c > d', 3)])]);
    assert.equal(tree.itemFor(file, 'a > b').line, 1);
    assert.equal(tree.itemFor(file, 'a > c > d').line, 3);
  });
});
