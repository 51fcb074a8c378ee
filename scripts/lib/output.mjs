const started = Date.now();

/** Prints one plain line about what the script is doing, on stderr, so that stdout stays with the results. */
export function say(message) {
  process.stderr.write(`[${secondsSince(started)}] ${message}\n`);
}

/** Does a slow step, saying when it begins and how long it took. */
export async function step(title, work) {
  say(`${title} ...`);
  const begun = Date.now();
  const result = await work();
  say(`${title}: done in ${secondsSince(begun)}`);
  return result;
}

function secondsSince(time) {
  return `${((Date.now() - time) / 1000).toFixed(1)} s`;
}

/** 1234567 bytes as "1.18 MB". */
export function megabytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}

/** Makes a function whose work is done once, at the first call; later calls get the same promise. */
export function once(work) {
  let promise;
  return () => (promise ??= work());
}
