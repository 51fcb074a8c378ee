import * as nodeModule from 'node:module';
import { ROOT_VARIABLE } from './environment';

/** Where the module hooks read which generation of the project's modules is wanted. */
export const GENERATION = Symbol.for('seaworthy.generation');

interface Holder {
  [GENERATION]?: { count: number };
}

const generation = (globalThis as Holder)[GENERATION];

/** From here on every module of the project is loaded anew. Returns the number of times that this was asked for. */
export function renewModules(): number {
  const root = `${process.env[ROOT_VARIABLE] ?? ''}/`;
  const cache = nodeModule.createRequire(import.meta.url).cache;
  for (const path of Object.keys(cache)) {
    if (path.startsWith(root) && !path.includes('/node_modules/')) delete cache[path];
  }
  if (!generation) throw new Error('The module hooks know of no generations');
  return ++generation.count;
}
