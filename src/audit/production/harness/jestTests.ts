/** What is used of the tests that jest-circus collects. */
export interface Test {
  type: 'test';
  name: string;
  parent?: { name: string; parent?: Test['parent'] };
  mode?: string | null;
  failing?: boolean;
  fn?: ((...given: unknown[]) => unknown) | null;
  /** What was thrown, alone or with where it was asked for. */
  errors?: unknown[];
}

export interface DescribeBlock {
  type: 'describeBlock';
  children: (Test | DescribeBlock)[];
}

/** The outermost block has a name of jest's own, which no report shows. */
export function fullName(test: Test): string {
  const names = [test.name];
  for (let at = test.parent; at?.parent; at = at.parent) names.unshift(at.name);
  return names.join(' > ');
}

export function visit({ children }: DescribeBlock, see: (test: Test) => void): void {
  for (const child of children) {
    if (child.type === 'test') see(child);
    else visit(child, see);
  }
}
