import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { tarChunks, tarSize } from '../../../src/sandbox/tar';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('tarChunks', () => {
  const folder = temporaryFolder('tar');

  it('makes an archive that tar unpacks, of the size foretold', () => {
    const files = [
      { path: 'empty', content: Buffer.alloc(0) },
      { path: 'a/ü/日本.txt', content: Buffer.from('text') },
      { path: `${'long/'.repeat(40)}${'n'.repeat(200)}`, content: Buffer.alloc(513, 1) },
      { path: 'x'.repeat(100), content: Buffer.alloc(512, 2) },
      { path: `${'y'.repeat(99)}é`, content: Buffer.from('name cut inside a letter') },
      { path: 'run.sh', content: Buffer.from('#!/bin/sh'), executable: true },
      { path: 'big', content: Buffer.alloc(1_000_000, 3) },
    ];
    const links = ['a/link', 'l'.repeat(150)].map((name) => ({
      path: name,
      content: Buffer.alloc(0),
      link: `../${'t'.repeat(name.length)}`,
    }));
    const archive = Buffer.concat([...tarChunks([...files, ...links])]);
    assert.equal(archive.length, tarSize([...files, ...links]));
    execFileSync('tar', ['-xf', '-', '-C', folder], { input: archive });
    for (const { path: name, link } of links) assert.equal(fs.readlinkSync(path.join(folder, name)), link);
    for (const { path: name, content, executable } of files) {
      const file = path.join(folder, name);
      assert.ok(fs.readFileSync(file).equals(content), name);
      assert.equal((fs.statSync(file).mode & 0o100) !== 0, executable === true, name);
    }
  });
});
