import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { UserError, describeError } from '../../base/errors';
import { END_THREAD, leaveThread } from '../../base/threads';
import { analyzeSource } from './analyzeSource';
import { SourceParser } from './parser';
import type { AnalysisReply, AnalysisRequest } from './workerProtocol';

/** Entry of the worker thread: answers one analysis at a time. `workerData` is the directory of the grammars. */
function serve(): void {
  const port = parentPort;
  if (!port) throw new Error('The static worker runs in a worker thread only');
  let parser: Promise<SourceParser> | undefined;
  const answer = async (request: AnalysisRequest): Promise<AnalysisReply> => {
    try {
      parser ??= SourceParser.load(String(workerData));
      const analysis = await analyzeSource(await parser, request.file);
      return { id: request.id, parserBytes: parserBytes(), analysis };
    } catch (error) {
      const expected = error instanceof UserError;
      return {
        id: request.id,
        parserBytes: parserBytes(),
        error: expected ? error.message : describeError(error),
        expected,
      };
    }
  };
  port.on('message', (request: AnalysisRequest | typeof END_THREAD) => {
    if (request === END_THREAD) return leaveThread(port);
    void answer(request).then((reply) => port.postMessage(reply));
  });
}

/** The memory of the parser's program is by far the most of what a thread holds outside of its heap. */
function parserBytes(): number {
  return getHeapStatistics().external_memory;
}

serve();
