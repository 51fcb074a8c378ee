import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { isRecord } from './dependencyProject';
import { parseToml } from './toml';

/** What a lockfile of uv or poetry comes to for pip. */
export interface LockedRequirements {
  /** `name==version ; marker --hash=sha256:...`, one package a line. */
  lines: string[];
  /** Indexes named in it. */
  indexes: string[];
  /** Single files that are fetched from elsewhere. */
  addresses: string[];
}

interface Locked {
  name: string;
  version: string;
  hashes: string[];
  /** Conditions, any of which makes it wanted; empty when it is wanted anyway. */
  markers: string[];
  url: string | undefined;
}

const MAX_MARKER = 500;
const TEST_EXTRAS = /^(?:tests?|testing|dev|develop|development)$/i;

/** Rejects with `UserError` when the file can't be read or names what can't be installed without running code. */
export function lockedRequirements(
  kind: 'uv' | 'poetry',
  text: string,
  manifest: string | undefined,
  place: string,
): LockedRequirements {
  const lock = parseToml(text, place);
  const packages = tables(lock['package']);
  return kind === 'uv' ? readUv(packages, place) : readPoetry(packages, manifest, place);
}

function readUv(packages: Record<string, unknown>[], place: string): LockedRequirements {
  const wanted = new Map<string, Set<string>>();
  const queue = packages.filter((entry) => isOwn(sourceOf(entry))).flatMap((entry) => uvNeeds(entry, true));
  const find = (need: UvNeed): Record<string, unknown>[] =>
    packages.filter(
      (entry) =>
        entry['name'] === need.name && (need.version === undefined || entry['version'] === need.version),
    );
  const seen = new Set<string>();
  for (const need of queue) {
    for (const entry of find(need)) {
      if (isOwn(sourceOf(entry))) continue;
      const key = keyOf(entry);
      const marker = need.marker ?? '';
      const markers = wanted.get(key) ?? new Set<string>();
      wanted.set(key, markers.add(marker));
      const visit = `${key}\0${marker}\0${need.extras.join()}`;
      if (seen.has(visit)) continue;
      seen.add(visit);
      queue.push(
        ...uvNeeds(entry, false, need.extras).map((child) => ({
          ...child,
          marker: both(marker, child.marker),
        })),
      );
    }
  }
  const indexes = new Set<string>();
  const locked = packages.flatMap((entry): Locked[] => {
    const markers = wanted.get(keyOf(entry));
    if (!markers) return [];
    const source = sourceOf(entry);
    if (typeof source['registry'] === 'string') indexes.add(`${source['registry'].replace(/\/$/, '')}/`);
    else if (typeof source['url'] !== 'string') throw unfetched(String(entry['name']), place);
    const wheels = tables(entry['wheels']);
    return [
      {
        name: String(entry['name']),
        version: String(entry['version']),
        hashes: [...wheels, ...tables(entry['sdist'])].flatMap(({ hash }) =>
          typeof hash === 'string' ? hash : [],
        ),
        markers: markers.has('') ? [] : [...markers],
        url: typeof source['url'] === 'string' ? source['url'] : undefined,
      },
    ];
  });
  const files = packages.flatMap((entry) =>
    tables(entry['wheels']).map(({ url }) => (typeof url === 'string' ? url : '')),
  );
  return toRequirements(locked, indexes, files);
}

interface UvNeed {
  name: string;
  version: string | undefined;
  marker: string | undefined;
  extras: string[];
}

/** What a package needs; of the project itself also what its development and its tests need. */
function uvNeeds(entry: Record<string, unknown>, isRoot: boolean, extras: readonly string[] = []): UvNeed[] {
  const optional = isRecord(entry['optional-dependencies']) ? entry['optional-dependencies'] : {};
  const groups = isRoot && isRecord(entry['dev-dependencies']) ? entry['dev-dependencies'] : {};
  const lists = [
    entry['dependencies'],
    ...Object.values(groups),
    ...Object.entries(optional).flatMap(([extra, list]) =>
      extras.includes(extra) || (isRoot && TEST_EXTRAS.test(extra)) ? [list] : [],
    ),
  ];
  return lists.flatMap(tables).map(({ name, version, marker, extra }) => ({
    name: String(name),
    version: typeof version === 'string' ? version : undefined,
    marker: typeof marker === 'string' ? marker : undefined,
    extras: (Array.isArray(extra) ? extra : []).filter((one) => typeof one === 'string'),
  }));
}

function readPoetry(
  packages: Record<string, unknown>[],
  manifest: string | undefined,
  place: string,
): LockedRequirements {
  const indexes = new Set<string>();
  const roots = manifest === undefined ? {} : poetryRoots(parseToml(manifest, 'pyproject.toml'));
  const locked = packages.flatMap((entry): Locked[] => {
    const name = String(entry['name']);
    if (entry['optional'] === true) return [];
    const source = sourceOf(entry);
    const { type, url } = source;
    if (type === 'git' || type === 'directory' || type === 'file') throw unfetched(name, place);
    if (typeof url === 'string' && type !== 'url') indexes.add(`${url.replace(/\/$/, '')}/`);
    const { markers } = entry;
    const own =
      typeof markers === 'string' ? [markers] : isRecord(markers) ? Object.values(markers).map(String) : [];
    return [
      {
        name,
        version: String(entry['version']),
        hashes: tables(entry['files']).flatMap(({ hash }) => (typeof hash === 'string' ? hash : [])),
        markers: own.length > 0 ? own : poetryMarkers(name, packages, roots),
        url: type === 'url' && typeof url === 'string' ? url : undefined,
      },
    ];
  });
  return toRequirements(locked, indexes, []);
}

/** Older lockfiles keep the conditions of a package with those that need it. */
function poetryMarkers(
  name: string,
  packages: readonly Record<string, unknown>[],
  roots: Readonly<Record<string, unknown>>,
): string[] {
  const needs = [
    roots,
    ...packages.map((entry) => (isRecord(entry['dependencies']) ? entry['dependencies'] : {})),
  ]
    .flatMap((table) => Object.entries(table))
    .filter(([needed]) => normalName(needed) === normalName(name))
    .flatMap(([, need]): unknown[] => (Array.isArray(need) ? need : [need]));
  const markers = needs.map((need) =>
    isRecord(need) && typeof need['markers'] === 'string' ? need['markers'] : '',
  );
  return markers.length === 0 || markers.includes('') ? [] : [...new Set(markers)];
}

function poetryRoots(manifest: Record<string, unknown>): Record<string, unknown> {
  const tool = isRecord(manifest['tool']) ? manifest['tool'] : {};
  const poetry = isRecord(tool['poetry']) ? tool['poetry'] : {};
  const groups = isRecord(poetry['group']) ? Object.values(poetry['group']) : [];
  const all = [poetry, ...groups.filter(isRecord)].flatMap((table) => [
    table['dependencies'],
    table['dev-dependencies'],
  ]);
  return Object.assign({}, ...all.filter(isRecord)) as Record<string, unknown>;
}

function toRequirements(
  locked: readonly Locked[],
  indexes: Set<string>,
  files: readonly string[],
): LockedRequirements {
  const lines = locked.map(({ name, version, hashes, markers, url }) => {
    const valid = hashes.filter((hash) => /^sha\d+:[0-9a-f]+$/.test(hash)).map((hash) => ` --hash=${hash}`);
    const condition = markers.map((marker) => `(${oneLine(marker)})`).join(' or ');
    return `${plain(name)}${url === undefined ? `==${plain(version)}` : ` @ ${plain(url)}`}${condition && ` ; ${condition}`}${valid.join('')}`;
  });
  const urls = locked.flatMap(({ url }) => url ?? []);
  const fileHosts = new Set(files.filter((file) => URL.canParse(file)).map((file) => new URL(file).origin));
  return {
    lines,
    indexes: [...indexes].filter((index) => URL.canParse(index)),
    addresses: [...urls, ...fileHosts],
  };
}

function both(outer: string, inner: string | undefined): string {
  if (outer === '') return inner ?? '';
  if (inner === undefined || inner === '' || inner === outer || outer.includes(`(${inner})`)) return outer;
  // Installing a package too many does no harm; packages that need one another in a circle would make this endless.
  return outer.length + inner.length > MAX_MARKER ? inner : `(${outer}) and (${inner})`;
}

function unfetched(name: string, place: string): UserError {
  return new UserError(
    t('{0} takes {1} from a repository or a folder, which is not fetched for a sandbox', place, name),
    t('Depend on a published version, or install into .venv: its packages are sent along where they fit.'),
  );
}

function isOwn(source: Record<string, unknown>): boolean {
  return (
    source['virtual'] !== undefined || source['editable'] !== undefined || source['directory'] !== undefined
  );
}

function sourceOf(entry: Record<string, unknown>): Record<string, unknown> {
  return isRecord(entry['source']) ? entry['source'] : {};
}

function keyOf(entry: Record<string, unknown>): string {
  return `${String(entry['name'])}\0${String(entry['version'])}`;
}

function tables(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** What a lockfile says must not become an option of pip. */
function plain(text: string): string {
  return text.replace(/[\s;'"\\]/g, '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll(' --', '');
}
