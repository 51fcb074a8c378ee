import { silentLogger } from '../../../src/base/logger';
import type { ContainerSpec, EngineConnection } from '../../../src/engine/connection';
import { Engine } from '../../../src/engine/engine';
import { DockerSandbox } from '../../../src/sandbox/dockerSandbox';
import { owner, realEnvironment } from '../realEngine';
import type { Weakness } from './probe';

type HostConfig = Record<string, unknown>;
export type Change = (host: HostConfig, spec: ContainerSpec) => void;

/** Parts of the lock, taken off. Nothing here lets a probe do more than look at what it could have done. */
export const OFF: Record<Weakness, Change> = {
  filter: (host) => {
    host['SecurityOpt'] = ['no-new-privileges:true', 'seccomp=unconfined'];
  },
  network: (host, spec) => {
    host['NetworkMode'] = 'bridge';
    delete spec['NetworkDisabled'];
  },
  user: (host, spec) => {
    spec['User'] = '0:0';
    host['CapDrop'] = [];
    host['ReadonlyRootfs'] = false;
  },
  limits: (host) => {
    host['Ulimits'] = [];
    host['PidsLimit'] = 1000;
    host['Tmpfs'] = { '/tmp': 'rw,exec', '/work': 'rw,exec,mode=1777' };
  },
};

/** The product's own sandbox on the real engine, whose containers are made from a changed specification. */
export function sandboxWith(change: Change): DockerSandbox {
  return new DockerSandbox(new ChangingEngine(change), { owner, logger: silentLogger });
}

class ChangingEngine extends Engine {
  constructor(private readonly change: Change) {
    super({ environment: realEnvironment, logger: silentLogger });
  }

  override async connect(signal?: AbortSignal): Promise<EngineConnection> {
    const connection = await super.connect(signal);
    const create = (name: string, spec: ContainerSpec): Promise<string> => {
      const changed = structuredClone(spec);
      this.change(changed['HostConfig'] as HostConfig, changed);
      return connection.createContainer(name, changed);
    };
    return new Proxy(connection, {
      get: (target, property) => {
        if (property === 'createContainer') return create;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }
}

/** Lets the supervisor go on where it would refuse, so that a probe can run in a sandbox that is not locked. */
export function blind(spec: ContainerSpec): void {
  const [shell, flag, script, ...rest] = spec['Entrypoint'] as string[];
  spec['Entrypoint'] = [shell, flag, script?.replace('refuse() {', 'refuse() { return 0;'), ...rest];
}
