import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { TestBrowser } from './support/browser.js';
import { findLeaks } from './support/leaks.js';

const SECRET = 'canary "é/ +\\ü& of the search';
const BYTES = Buffer.from(SECRET);

/** How each place is made to hold a text. */
const PLACES: Readonly<Record<string, (page: Page, text: string) => Promise<unknown>>> = {
  markup: (page, text) => page.evaluate((value) => document.body.append(document.createComment(value)), text),
  inputs: (page, text) => page.locator('input').fill(text),
  localStorage: (page, text) => page.evaluate((value) => localStorage.setItem('key', `x ${value} y`), text),
  sessionStorage: (page, text) => page.evaluate((value) => sessionStorage.setItem(value, 'x'), text),
  history: (page, text) => page.evaluate((value) => history.replaceState({ deep: [value] }, ''), text),
  indexedDB: (page, text) => page.evaluate(keepInDatabase, text),
  caches: (page, text) =>
    page.evaluate(async (value) => (await caches.open('kept')).put('/kept', new Response(value)), text),
  cookies: (page, text) =>
    page.context().addCookies([{ name: 'kept', value: encodeURIComponent(text), url: page.url(), httpOnly: true }]),
  requested: (page, text) => page.evaluate(ask, text),
  console: (page, text) =>
    Promise.all([page.waitForEvent('console'), page.evaluate((value) => console.error(value), text)]),
};

const ENCODINGS: Readonly<Record<string, string>> = {
  raw: SECRET,
  hex: BYTES.toString('hex'),
  base64: Buffer.from(`user:${SECRET}`).toString('base64'),
  base64url: Buffer.from(`user1:${SECRET}`).toString('base64url'),
  url: encodeURIComponent(SECRET),
  form: new URLSearchParams({ secret: 'canary words/with+signs' }).toString(),
  json: JSON.stringify({ secret: SECRET }),
};

let server: Server;
let browser: TestBrowser;
let url: string;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><h1>Nothing</h1><input>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the search for leaks', () => {
  it.each(Object.keys(PLACES))('finds a secret that was put into: %s', async (place) => {
    const visitor = await browser.visitor(url);
    const page = await visitor.open('/');
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await PLACES[place]?.(page, SECRET);
    expect(await findLeaks(visitor, [SECRET])).toEqual([place]);
    await visitor.close();
  });

  it('finds an address that was left by going on', async () => {
    const visitor = await browser.visitor(url);
    await visitor.open(`/first#${encodeURIComponent(SECRET)}`);
    await visitor.open('/second');
    expect(await findLeaks(visitor, [SECRET])).toEqual(['history']);
    await visitor.close();
  });

  it.each(Object.keys(ENCODINGS))('finds a secret as: %s', async (encoding) => {
    const visitor = await browser.visitor(url);
    const page = await visitor.open('/');
    await PLACES['localStorage']?.(page, ENCODINGS[encoding] as string);
    expect(await findLeaks(visitor, [SECRET, 'canary words/with+signs'])).toEqual(['localStorage']);
    await visitor.close();
  });
});

/** Resolves when the browser has noted the request. */
async function ask(text: string): Promise<void> {
  const noted = new Promise((resolve) => new PerformanceObserver(resolve).observe({ type: 'resource' }));
  await (await fetch(`/asked?value=${encodeURIComponent(text)}`)).text();
  await noted;
}

async function keepInDatabase(text: string): Promise<void> {
  const opening = indexedDB.open('kept');
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const writing = opening.result.transaction('rows', 'readwrite');
  writing.objectStore('rows').put({ bytes: new TextEncoder().encode(text), text }, 1);
  await new Promise((resolve) => (writing.oncomplete = resolve));
  opening.result.close();
}
