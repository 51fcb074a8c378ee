import { t } from '../base/texts';
import type Docker from 'dockerode';
import type { EngineAddress } from './address';
import type { EngineEnvironment } from './endpoint';
import { describeConnectionFailure } from './errors';
import { readFacts } from './facts';
import type { EngineFacts } from './facts';
import { openTransport } from './transport';
import type { Transport } from './transport';

/** How long a candidate may take to say that it is there, in milliseconds; with `ssh` it has to log in first. */
const PING_LIMITS: Record<EngineAddress['kind'], number> = { socket: 1500, tcp: 4000, ssh: 20_000 };
/** How long an engine that is there may take to describe itself, in milliseconds. */
const FACTS_LIMIT = 10_000;

/** The library's typings leave out that these take a signal. */
type Describing = Record<
  'ping' | 'version' | 'info',
  (options: { abortSignal: AbortSignal }) => Promise<unknown>
>;

/** A client of this address alone: what is left out here, the library would take from `DOCKER_HOST` and its kin. */
function clientOf(Client: typeof Docker, { address, agent }: Transport): Docker {
  const fromUs = {
    agent,
    timeout: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    pathPrefix: '/',
  };
  switch (address.kind) {
    case 'socket':
      return new Client({
        ...fromUs,
        host: undefined,
        port: undefined,
        protocol: 'http',
        socketPath: address.path,
      });
    case 'tcp': {
      const { host, port, tls } = address;
      return new Client({ ...fromUs, host, port, protocol: tls ? 'https' : 'http' });
    }
    case 'ssh':
      // The name means nothing: the agent knows the way.
      return new Client({ ...fromUs, host: 'docker', port: 80, protocol: 'http' });
  }
}

/** An engine that answered. */
export interface Reached {
  docker: Docker;
  transport: Transport;
}

export interface Refusal {
  /** In words. */
  why: string;
  isSilent: boolean;
}

/**
 * Asks whether an engine answers at an address; resolves to why not when none does or `enough` aborts. It may take
 * `patience` times as long as usual to answer.
 */
export async function probe(
  address: EngineAddress,
  env: EngineEnvironment['env'],
  enough: AbortSignal,
  patience = 1,
): Promise<Reached | Refusal> {
  // Before the clock starts: loading the library is not the engine's fault.
  const { default: Client } = await import('dockerode');
  const milliseconds = PING_LIMITS[address.kind] * patience;
  const limit = AbortSignal.timeout(milliseconds);
  const transport = openTransport(address, env);
  const silent: Refusal = { why: t('no answer within {0} s', milliseconds / 1000), isSilent: true };
  let refusal: Refusal;
  try {
    const docker = clientOf(Client, transport);
    const answer = await Promise.race([
      (docker as unknown as Describing).ping({ abortSignal: AbortSignal.any([limit, enough]) }),
      new Promise<undefined>((resolve) =>
        limit.addEventListener('abort', () => resolve(undefined), { once: true }),
      ),
    ]);
    if (isGreeting(answer)) return { docker, transport };
    refusal =
      answer === undefined
        ? silent
        : { why: t('what answers there is not a container engine'), isSilent: false };
  } catch (error) {
    refusal = limit.aborted ? silent : { why: describeConnectionFailure(error), isSilent: false };
  }
  transport.close();
  return refusal;
}

/** What the engine says about itself; rejects with the client's own errors. */
export async function askFacts({ docker }: Reached): Promise<EngineFacts> {
  const asked = docker as unknown as Describing;
  const abortSignal = AbortSignal.timeout(FACTS_LIMIT);
  const [version, info] = await Promise.all([asked.version({ abortSignal }), asked.info({ abortSignal })]);
  return readFacts(version, info);
}

/** The library gives text as a buffer, and an object where the text happens to be JSON. */
function isGreeting(answer: unknown): boolean {
  return Buffer.isBuffer(answer) && answer.toString().trim() === 'OK';
}
