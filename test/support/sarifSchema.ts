import Ajv from 'ajv';
import * as fs from 'node:fs';
import assert from 'node:assert/strict';

/** Fails unless the log is valid by the published schema of SARIF 2.1.0. */
export function assertValidSarif(log: unknown): void {
  // JSON, as a reader gets it: what is undefined is left out.
  const written: unknown = JSON.parse(JSON.stringify(log));
  const valid = validator()(written);
  assert.ok(valid, JSON.stringify(validator().errors, undefined, 2));
}

let compiled: Ajv.ValidateFunction | undefined;

function validator(): Ajv.ValidateFunction {
  if (compiled) return compiled;
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true });
  ajv.addMetaSchema(readJson(require.resolve('ajv/lib/refs/json-schema-draft-04.json')));
  compiled = ajv.compile(
    readJson(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')),
  );
  return compiled;
}

function readJson(file: string): object {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as object;
}
