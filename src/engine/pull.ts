import { EngineError } from './errors';
import { jsonLines } from './jsonLines';

/** Follows a pull to its end, telling its progress in words. Throws `EngineError` when the pull fails. */
export async function followPull(
  stream: AsyncIterable<Buffer | string>,
  onProgress: (message: string) => void,
): Promise<void> {
  const layers = new Map<string, Layer>();
  let told = '';
  for await (const line of jsonLines(stream)) {
    const failure = errorOf(line);
    if (failure !== undefined) throw new EngineError(failure, 500);
    if (!noteLayer(layers, line)) continue;
    const message = describe(layers);
    if (message !== told) onProgress((told = message));
  }
}

interface Layer {
  done: boolean;
  current: number;
  total: number;
}

const DONE = new Set(['Pull complete', 'Already exists']);
const LAYER_STATUS =
  /^(Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting)$/;

function noteLayer(layers: Map<string, Layer>, line: Record<string, unknown>): boolean {
  const { id, status, progressDetail } = line;
  if (typeof id !== 'string' || typeof status !== 'string') return false;
  const done = DONE.has(status);
  if (!done && !LAYER_STATUS.test(status)) return false;
  const layer = layers.get(id) ?? { done: false, current: 0, total: 0 };
  layer.done = done;
  if (status === 'Downloading' && typeof progressDetail === 'object' && progressDetail !== null) {
    const { current, total } = progressDetail as Record<string, unknown>;
    if (typeof current === 'number') layer.current = current;
    if (typeof total === 'number') layer.total = total;
  }
  if (status === 'Download complete') layer.current = layer.total;
  layers.set(id, layer);
  return true;
}

function describe(layers: Map<string, Layer>): string {
  const all = [...layers.values()];
  const count = `${all.filter((layer) => layer.done).length} of ${all.length} layers`;
  const total = all.reduce((sum, layer) => sum + layer.total, 0);
  if (total === 0) return count;
  const current = all.reduce((sum, layer) => sum + Math.min(layer.current, layer.total), 0);
  return `${Math.floor((current / total) * 100)}% of ${megabytes(total)} MB known so far, ${count}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function errorOf(line: Record<string, unknown>): string | undefined {
  const { error, errorDetail } = line;
  if (typeof error === 'string') return error;
  if (typeof errorDetail !== 'object' || errorDetail === null) return undefined;
  const { message } = errorDetail as Record<string, unknown>;
  return typeof message === 'string' ? message : 'unknown failure';
}
