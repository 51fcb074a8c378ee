import autocannon from 'autocannon';

/** What a tool that makes requests all the time saw. */
export interface Load {
  answered: number;
  /** Requests without an answer, and answers of an error. */
  failed: number;
  /** The longest time in milliseconds between two good answers with a failure between them. */
  gapMs: number;
}

/** Makes requests over some connections while `work` goes on. */
export async function underLoad<T>(
  url: string,
  work: () => Promise<T>,
  connections = 4,
): Promise<{ load: Load; result: T }> {
  const load: Load = { answered: 0, failed: 0, gapMs: 0 };
  let last = performance.now();
  let isDown = false;
  const failed = (): void => {
    load.failed += 1;
    isDown = true;
  };
  const options = { url, connections, duration: 600, timeout: 10, bailout: 1_000_000 };
  let tell: (error: Error | null) => void = () => undefined;
  const ended = new Promise<void>(
    (resolve, reject) => (tell = (error) => (error ? reject(error) : resolve())),
  );
  // With a function to call, it gives what tells of each request.
  const instance = autocannon(options, (error) => tell(error as Error | null));
  instance.on('response', (_client, statusCode) => {
    if (statusCode >= 400) return failed();
    if (isDown) load.gapMs = Math.max(load.gapMs, performance.now() - last);
    load.answered += 1;
    isDown = false;
    last = performance.now();
  });
  instance.on('reqError', failed);
  try {
    const result = await work();
    return { load, result };
  } finally {
    instance.stop();
    await ended;
  }
}
