import type { Visitor } from './visitor.js';

/** @returns where one of the texts can be found in the window: markup, inputs, storage, address, console. */
export async function findLeaks(visitor: Visitor, secrets: readonly string[]): Promise<string[]> {
  const places = await visitor.page.evaluate(() => ({
    markup: document.documentElement.outerHTML,
    inputs: [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map(({ value }) => value).join('\n'),
    storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]),
    address: location.href,
    cookies: document.cookie,
  }));
  const searched = { ...places, console: visitor.complaints.join('\n') };
  return Object.entries(searched)
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) => place);
}
