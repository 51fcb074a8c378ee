import * as vscode from 'vscode';
import type { Logger } from '../base/logger';
import { defaultSettings, NUMBERS, numberOf } from '../settings';
import type { MutantBudget } from '../audit/mutation/proof';
import type { ParsedRuleSettings } from '../audit/parseRuleSettings';
import { parseRuleSettings } from '../audit/parseRuleSettings';
import { defaultTestSettings, RUNNER_CHOICES, TEST_CHOICES } from '../audit/testSettings';
import type { TestSettings } from '../audit/testSettings';
import { RULE_IDS } from '../audit/ruleIds';
import type { Settings } from '../settings';
import { SETTINGS, SETTINGS_SECTION } from './ids';

/** Reads the user's settings, and tells each bad value once, with what is used instead. */
export class SettingsReader {
  private readonly told = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** The user's settings now. */
  read(): Settings {
    const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    const text = (key: string, fallback: string): string => {
      const value = configuration.get<unknown>(key);
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : fallback;
    };
    const number = (key: keyof typeof NUMBERS): number => {
      const name = SETTINGS[key];
      const { value, problem } = numberOf(configuration.get<unknown>(name), NUMBERS[key]);
      if (problem !== undefined)
        this.tell(vscode.l10n.t('The setting {0}.{1} {2}.', SETTINGS_SECTION, name, problem));
      return value;
    };
    const { images, limits } = defaultSettings;
    const list = configuration.get<unknown>(SETTINGS.otherEngines);
    const groupBy = text(SETTINGS.groupBy, defaultSettings.groupBy);
    return {
      engineHost: text(SETTINGS.engineHost, ''),
      otherEngines: Array.isArray(list)
        ? list.filter((each): each is string => typeof each === 'string' && each !== '').slice(0, 20)
        : [],
      groupBy: groupBy === 'engine' || groupBy === 'flat' ? groupBy : 'project',
      alerts: configuration.get<unknown>(SETTINGS.alerts) !== false,
      images: {
        node: text(SETTINGS.nodeImage, images.node),
        python: text(SETTINGS.pythonImage, images.python),
      },
      limits: {
        ...limits,
        timeoutMs: number('timeoutSeconds') * 1000,
        memoryMb: number('memoryMegabytes'),
        cpus: number('cpus'),
        pids: number('processes'),
        outputBytes: Math.round(number('outputMegabytes') * 1e6),
      },
      dependencyBytes: number('dependencyGigabytes') * 1e9,
      keepDays: number('keepDays'),
      modelBudget: {
        rounds: number('modelRounds'),
        tokens: number('modelTokens'),
        minutes: number('modelMinutes'),
      },
    };
  }

  private tell(problem: string): void {
    if (this.told.has(problem)) return;
    this.told.add(problem);
    this.logger.warn(problem);
    void vscode.window
      .showWarningMessage(`Seaworthy: ${problem}`, vscode.l10n.t('Open Settings'))
      .then((chosen) => {
        if (chosen) void vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS_SECTION);
      });
  }
}

/** Files of other tools' findings, relative to the folder, as far as they are texts. */
export function readImportedSarif(resource: vscode.Uri): string[] {
  const value = vscode.workspace
    .getConfiguration(SETTINGS_SECTION, resource)
    .get<unknown>(SETTINGS.importSarif);
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, 20);
}

/** How the rules are weighed for one resource, and what of the settings could not be understood. */
export function readRuleSettings(resource: vscode.Uri): ParsedRuleSettings {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION, resource);
  const value = (key: string): unknown => configuration.get<unknown>(key);
  return parseRuleSettings(
    {
      preset: value(SETTINGS.preset),
      rules: value(SETTINGS.levels),
      overrides: value(SETTINGS.overrides),
      assertFunctions: value(SETTINGS.assertFunctions),
      domainWords: value(SETTINGS.domainWords),
    },
    RULE_IDS,
  );
}

/** How the tests of a resource are found and run, and what of the settings could not be understood. */
export function readTestSettings(resource: vscode.Uri): { settings: TestSettings; problems: string[] } {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION, resource);
  const problems: string[] = [];
  const choice = <T extends string>(key: string, known: readonly T[], fallback: T): T => {
    const value = configuration.get<unknown>(key) ?? fallback;
    const found = known.find((name) => name === value);
    if (found === undefined)
      problems.push(
        vscode.l10n.t(
          '{0}.{1}: is none of {2}; {3} is used',
          SETTINGS_SECTION,
          key,
          known.join(', '),
          fallback,
        ),
      );
    return found ?? fallback;
  };
  const script = configuration.get<unknown>(SETTINGS.testScript);
  const { runner, tests } = defaultTestSettings;
  const settings = {
    runner: choice(SETTINGS.runner, RUNNER_CHOICES, runner),
    tests: choice(SETTINGS.tests, TEST_CHOICES, tests),
    script: typeof script === 'string' ? script : '',
  };
  return { settings, problems };
}

/** How long "Prove with Mutants" may take. */
export function readMutantBudget(): MutantBudget {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.mutants);
  return value === 'deep' ? 'deep' : 'quick';
}
