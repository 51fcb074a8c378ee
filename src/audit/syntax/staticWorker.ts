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
      return { id: request.id, analysis: await analyzeSource(await parser, request.file) };
    } catch (error) {
      const expected = error instanceof UserError;
      return { id: request.id, error: expected ? error.message : describeError(error), expected };
    }
  };
  port.on('message', (request: AnalysisRequest | typeof END_THREAD) => {
    if (request === END_THREAD) return leaveThread(port);
    void answer(request).then((reply) => port.postMessage(reply));
  });
}

serve();
