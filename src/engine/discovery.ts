import { t } from '../base/texts';
import { formatAddress } from './address';
import { engineChoices } from './endpoint';
import type { EngineEnvironment } from './endpoint';
import { describeConnectionFailure } from './errors';
import { askFacts, probe } from './reach';

/** A place where an engine may be, and what was found there. */
export interface FoundEngine {
  /** The address as Docker writes it; for a name that can't be read, the name. */
  address: string;
  /** Who names this place, in words. */
  sources: readonly string[];
  /** What the setting must hold to choose it. */
  setting: string;
  /** Product and version when one answered, else why not. */
  answer: { found: true; description: string } | { found: false; why: string };
}

/** Looks at every place at once, which takes up to 2 s, with `ssh://` among them up to 20 s. */
export async function discoverEngines(
  environment: EngineEnvironment,
  signal: AbortSignal,
): Promise<FoundEngine[]> {
  const choices = await engineChoices(environment);
  const places = new Map<string, { sources: string[]; setting: string; look: () => Promise<Answer> }>();
  for (const choice of choices) {
    const isReadable = 'address' in choice;
    const key = isReadable ? formatAddress(choice.address) : choice.setting;
    const known = places.get(key);
    if (known) known.sources.push(choice.source);
    else {
      const look = async (): Promise<Answer> =>
        isReadable
          ? lookAt(choice.address, environment, signal)
          : { found: false, why: choice.error.message };
      places.set(key, { sources: [choice.source], setting: choice.setting, look });
    }
  }
  return Promise.all(
    [...places].map(async ([address, { sources, setting, look }]) => ({
      address,
      sources,
      setting,
      answer: await look(),
    })),
  );
}

type Answer = FoundEngine['answer'];

async function lookAt(
  address: Parameters<typeof probe>[0],
  { env }: EngineEnvironment,
  signal: AbortSignal,
): Promise<Answer> {
  const reached = await probe(address, env, signal);
  if ('why' in reached) return { found: false, why: reached.why };
  try {
    const { name, version, os } = await askFacts(reached);
    return {
      found: true,
      description: os === 'linux' ? `${name} ${version}` : t('{0} {1}, {2} containers', name, version, os),
    };
  } catch (error) {
    return { found: false, why: describeConnectionFailure(error) };
  } finally {
    reached.transport.close();
  }
}
