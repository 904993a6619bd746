import type { FastifyRequest } from 'fastify';

type Headers = Pick<FastifyRequest, 'headers'>;

/** Whether the answer is shown to a person rather than read by a program: `text/html` is named, not just any type. */
export function acceptsHtml({ headers }: Headers): boolean {
  return (weightsOf(headers.accept).get('text/html') ?? 0) > 0;
}

/**
 * Which of the content codings the client takes most gladly.
 * @param offered by our own preference, which decides where the client has none.
 * @returns `null` when it takes none of them.
 */
export function preferredEncoding<Name extends string>({ headers }: Headers, offered: readonly Name[]): Name | null {
  const weights = weightsOf([headers['accept-encoding'] ?? []].flat().join());
  const weightOf = (name: Name) => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = offered.filter((name) => weightOf(name) > 0).sort((a, b) => weightOf(b) - weightOf(a));
  return best ?? null;
}

/** What an `Accept` header of any kind names, in lower case, with its weight; other parameters are of no interest. */
function weightsOf(header = ''): Map<string, number> {
  const entries = header.split(',').map((part): [string, number] => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return [name, weight === undefined ? 1 : Number(weight) || 0];
  });
  return new Map(entries);
}
