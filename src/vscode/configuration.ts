import * as vscode from 'vscode';
import type { Settings } from '../settings';
import { defaultSettings } from '../settings';
import { SETTINGS, SETTINGS_SECTION } from './ids';

/** The user's settings now. Values out of range, which settings.json allows, fall back to the nearest allowed one. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const text = (key: string, fallback: string): string => {
    const value = configuration.get<unknown>(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : fallback;
  };
  const number = (key: string, fallback: number, low: number, high: number): number => {
    const value = configuration.get<unknown>(key);
    return typeof value === 'number' && Number.isFinite(value)
      ? Math.min(Math.max(value, low), high)
      : fallback;
  };
  const { images, limits, dependencyBytes, keepDays } = defaultSettings;
  return {
    engineHost: text(SETTINGS.engineHost, ''),
    images: {
      node: text(SETTINGS.nodeImage, images.node),
      python: text(SETTINGS.pythonImage, images.python),
    },
    limits: {
      ...limits,
      timeoutMs: number(SETTINGS.timeoutSeconds, limits.timeoutMs / 1000, 1, 3600) * 1000,
      memoryMb: number(SETTINGS.memoryMegabytes, limits.memoryMb, 64, 65_536),
      cpus: number(SETTINGS.cpus, limits.cpus, 0.1, 64),
    },
    dependencyBytes: number(SETTINGS.dependencyGigabytes, dependencyBytes / 1e9, 0, 1000) * 1e9,
    keepDays: number(SETTINGS.keepDays, keepDays, 1, 3650),
  };
}
