/** Marks a container that was made for one run of ours; its value names the process that made it. */
export const OWNER_LABEL = 'dev.seaworthy.owner';

/** A container as the engine lists it. */
export interface EngineContainer {
  id: string;
  /** Without the leading slash; the id's first 12 characters when the engine gives none. */
  name: string;
  image: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  /** The engine's own words, like "Up 3 minutes (healthy)". */
  status: string;
  labels: Readonly<Record<string, string>>;
}

/** A change the engine tells of. `action` can carry a detail after a colon, as `health_status: healthy` does. */
export interface EngineEvent {
  type: string;
  action: string;
  id: string;
  attributes: Readonly<Record<string, string>>;
}

/** Reads one element of the engine's container list; undefined when it isn't one. */
export function readContainer(value: unknown): EngineContainer | undefined {
  const id = text(value, 'Id');
  if (id === '') return undefined;
  const names = property(value, 'Names');
  const first: unknown = Array.isArray(names) ? names[0] : undefined;
  return {
    id,
    name: typeof first === 'string' && first !== '' ? first.replace(/^\//, '') : id.slice(0, 12),
    image: text(value, 'Image'),
    state: text(value, 'State').toLowerCase(),
    status: text(value, 'Status'),
    labels: texts(property(value, 'Labels')),
  };
}

/** Reads one line of the engine's event stream. */
export function readEvent(value: unknown): EngineEvent {
  const actor = property(value, 'Actor');
  return {
    type: text(value, 'Type'),
    action: text(value, 'Action'),
    id: text(actor, 'ID'),
    attributes: texts(property(actor, 'Attributes')),
  };
}

/** A property of what may or may not be an object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A property that should be text; empty when it isn't. */
export function text(value: unknown, name: string): string {
  const found = property(value, name);
  return typeof found === 'string' ? found : '';
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
