import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { languageOf } from '../../src/audit/language';
import type { MutantBudget } from '../../src/audit/mutation/proof';
import type { SharedProofs } from '../../src/audit/mutation/sharedProofs';
import { ImagePlatforms } from '../../src/audit/production/dependencies/imagePlatform';
import { ProductionStage } from '../../src/audit/production/production';
import { analyzeSource } from '../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../src/audit/syntax/parser';
import { defaultTestSettings } from '../../src/audit/testSettings';
import type { TestSettings } from '../../src/audit/testSettings';
import type { StageResult } from '../../src/audit/report';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import type { FindDependencies, Sandbox, SandboxLimits } from '../../src/sandbox/sandbox';
import { takeSnapshot } from '../../src/sandbox/workspaceSnapshot';

let parser: Promise<SourceParser> | undefined;
const root = path.resolve(__dirname, '../..');

/** A project of the fixtures, by its folder. */
export function fixture(name: string): string {
  return path.join(root, 'test', 'fixtures', 'projects', name);
}

/** Runs stage 2 over one file of a workspace with the harness of the build; `unsaved` text takes the place of the file's. */
export function runStage(
  sandbox: Sandbox,
  workspace: string,
  file: string,
  options: {
    unsaved?: string;
    limits?: Partial<SandboxLimits>;
    signal?: AbortSignal;
    harnessDirectory?: string;
    mutants?: MutantBudget;
    sharedProofs?: SharedProofs;
    findDependencies?: FindDependencies;
    testing?: Partial<TestSettings>;
  } = {},
): Promise<{ result: StageResult; notes: string[] }> {
  const stage = new ProductionStage({
    sandbox,
    takeSnapshot,
    images: { node: 'node:24-slim', python: 'python:3.11-slim' },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    platforms: new ImagePlatforms(sandbox),
    ...(options.findDependencies && { findDependencies: options.findDependencies }),
    coverable: async (file) => {
      parser ??= SourceParser.load(path.join(root, 'dist'));
      return (await analyzeSource(await parser, { ...file, measures: true })).coverable;
    },
    mutate: async (file, switchName) => {
      parser ??= SourceParser.load(path.join(root, 'dist'));
      return (await analyzeSource(await parser, { ...file, switchName })).mutated;
    },
    harnessDirectory: options.harnessDirectory ?? path.join(root, 'dist', 'harness'),
  });
  const text = options.unsaved ?? readFileSync(path.join(workspace, file), 'utf8');
  const language = languageOf(file)?.language ?? 'javascript';
  return stage.run(
    {
      workspace,
      file: { path: file, text, language, unsaved: options.unsaved !== undefined },
      overlays: new Map(),
      testing: { ...defaultTestSettings, ...options.testing },
      ...(options.mutants ? { mutants: options.mutants } : {}),
      ...(options.sharedProofs ? { sharedProofs: options.sharedProofs } : {}),
    },
    options.signal ? { signal: options.signal } : {},
  );
}
