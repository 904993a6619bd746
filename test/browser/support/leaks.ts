import { encodingsOf } from '../../support/encodings.js';
import type { Visitor } from './visitor.js';

/** Of the browser; the compiler's library does not know it yet. */
declare const navigation: { entries(): readonly { readonly url: string | null; getState(): unknown }[] };

/**
 * @returns where one of the texts can be found in the window, in any encoding: markup, inputs, storage of each kind,
 * addresses, cookies, console.
 */
export async function findLeaks(visitor: Visitor, secrets: readonly string[]): Promise<string[]> {
  const places = {
    ...(await visitor.page.evaluate(readWindow)),
    indexedDB: (await visitor.page.evaluate(readDatabases)).join('\n'),
    caches: (await visitor.page.evaluate(readCaches)).join('\n'),
    // With those that scripts cannot see.
    cookies: (await visitor.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('\n'),
    console: visitor.complaints.join('\n'),
  };
  const forms = secrets.flatMap(encodingsOf);
  return Object.entries(places)
    .filter(([, text]) => forms.some((form) => text.includes(form)))
    .map(([place]) => place);
}

function readWindow() {
  // Item by item: the storage object does not show those with the name of one of its own methods, e.g. `key`.
  const entries = (storage: Storage) =>
    Array.from({ length: storage.length }, (_, index) => {
      const key = storage.key(index) ?? '';
      return `${key} ${storage.getItem(key)}`;
    }).join('\n');
  return {
    markup: document.documentElement.outerHTML,
    inputs: [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map(({ value }) => value).join('\n'),
    localStorage: entries(localStorage),
    sessionStorage: entries(sessionStorage),
    history: navigation
      .entries()
      .map((entry) => `${entry.url} ${JSON.stringify(entry.getState())}`)
      .concat(JSON.stringify(history.state), window.name)
      .join('\n'),
    address: [location.href, document.referrer].join('\n'),
    requested: performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .join('\n'),
  };
}

/** Every key and value of every store of the origin, bytes as text of one byte a letter. */
async function readDatabases(): Promise<string[]> {
  const settled = <Value>(request: IDBRequest<Value>) =>
    new Promise<Value>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('The database does not answer'));
    });
  const asText = (_key: string, value: unknown): unknown => {
    const isBytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
    if (!isBytes) return value;
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer);
    return [...bytes].map((byte) => String.fromCharCode(byte)).join('');
  };
  const texts: string[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([settled(rows.getAllKeys()), settled(rows.getAll())]);
      texts.push(JSON.stringify([name, store, keys, values], asText));
    }
    database.close();
  }
  return texts;
}

async function readCaches(): Promise<string[]> {
  const texts: string[] = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      texts.push(name, request.url, JSON.stringify([...(answer?.headers ?? [])]), (await answer?.text()) ?? '');
    }
  }
  return texts;
}
