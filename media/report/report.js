// @ts-check
/**
 * The page of a report: turns what is clicked into messages. The words for them are in src/vscode/reportProtocol.ts.
 * @typedef {import('../../src/vscode/reportProtocol').FromPage} FromPage
 * @typedef {import('../../src/vscode/reportProtocol').ToPage} ToPage
 */
(() => {
  // @ts-expect-error The editor gives this to its pages.
  const editor = acquireVsCodeApi();

  /** @param {DOMStringMap} data @returns {unknown} */
  const messageOf = ({ ask, stage, index, line, id, format }) => ({
    type: ask,
    ...(stage === undefined ? {} : { stage }),
    ...(index === undefined ? {} : { index: Number(index) }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(id === undefined ? {} : { id }),
    ...(format === undefined ? {} : { format }),
  });

  document.addEventListener('click', (event) => {
    const asked = event.target instanceof Element ? event.target.closest('[data-ask]') : null;
    if (!(asked instanceof HTMLElement)) return;
    event.preventDefault();
    editor.postMessage(messageOf(asked.dataset));
  });

  window.addEventListener('message', (event) => {
    const message = /** @type {ToPage} */ (event.data);
    const answer = document.getElementById('answer');
    if (!answer || (message.type !== 'failed' && message.type !== 'done')) return;
    answer.textContent = message.message;
    answer.className = message.type;
  });

  // The report and the place on its page outlive the page being hidden, and the editor being loaded again.
  const state = /** @type {{ report?: string, top?: number } | undefined} */ (editor.getState());
  const report = document.body.dataset.report;
  const top = state?.report === report ? (state?.top ?? 0) : 0;
  editor.setState({ report, top });
  window.scrollTo(0, top);
  let waiting = 0;
  window.addEventListener('scroll', () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => editor.setState({ report, top: window.scrollY }));
  });
})();
