import fs from 'node:fs';
import path from 'node:path';
import { bundledPackages } from './bundle.mjs';
import { root } from './paths.mjs';

export const NOTICES_FILE = 'THIRD-PARTY-NOTICES.txt';

/** What is inside packages without being named by them: compiled grammars, and the database under sql.js. */
const INSIDE = {
  '@vscode/tree-sitter-wasm': [
    ['tree-sitter-javascript', 'MIT', 'Copyright (c) 2014 Max Brunsfeld'],
    ['tree-sitter-typescript', 'MIT', 'Copyright (c) 2017 Max Brunsfeld'],
    ['tree-sitter-python', 'MIT', 'Copyright (c) 2016 Max Brunsfeld'],
  ],
  'sql.js': [['SQLite', 'public domain', 'Its authors disclaim copyright.']],
};

/** Notices for what the last build took from others, one after the other by name. */
export function thirdPartyNotices() {
  const parts = bundledPackages().map(noticeOf);
  const head = [
    'Third-party notices',
    '',
    'Seaworthy contains the following works of others, whole or in part. Each is under the terms below its name.',
    'Written by "npm run notices" from what the build really holds.',
  ];
  return `${[head.join('\n'), ...parts].join(`\n\n${'='.repeat(80)}\n\n`)}\n`;
}

function noticeOf(name) {
  const folder = path.join(root, 'node_modules', ...name.split('/'));
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (!manifest.license) throw new Error(`${name} names no license`);
  const inside = (INSIDE[name] ?? []).map(
    ([what, license, whose]) => `It holds ${what} (${license}). ${whose}`,
  );
  const title = `${name} ${manifest.version} (${manifest.license})`;
  return [title, ...inside, '', licenseText(folder) ?? `By ${authorOf(manifest)}.`].join('\n');
}

/** Some packages name their license and do not bring its text. */
function licenseText(folder) {
  const file = fs.readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each));
  if (file === undefined) return undefined;
  return fs.readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
}

function authorOf({ author }) {
  return (typeof author === 'string' ? author : author?.name) ?? 'its contributors';
}
