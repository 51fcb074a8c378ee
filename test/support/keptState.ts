import type { Page } from 'playwright-core';

/** Whether the editor has kept a text that fits `pattern`: in a browser it writes into its database, some seconds later. */
export function isKept(page: Page, pattern: string): Promise<boolean> {
  return page.evaluate(LOOK.replace('PATTERN', JSON.stringify(pattern)));
}

/** As text: what runs in the page knows types that these tests have not. */
const LOOK = `(async () => {
  const pattern = new RegExp(PATTERN);
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    try {
      for (const store of database.objectStoreNames) {
        const values = await done(database.transaction(store).objectStore(store).getAll());
        if (values.some((value) => pattern.test(String(value)))) return true;
      }
    } finally {
      database.close();
    }
  }
  return false;
})()`;
