import { json, type HttpAnswer, type HttpRequest, type HttpSender } from '../../support/http.js';
import type { Search } from './search.js';

type Headers = Readonly<Record<string, string>>;

/** Sends requests, and looks for secrets in each answer but those whose purpose is to hold one. */
export class WatchedClient {
  requests = 0;

  constructor(
    private readonly http: HttpSender,
    private readonly search: Search,
    private readonly cookie: string,
  ) {}

  post(path: string, body: object = {}, headers: Headers = {}): Promise<HttpAnswer> {
    const request = json(body);
    return this.send({ method: 'POST', path, ...request, headers: { ...request.headers, ...headers } });
  }

  /** In the session. @param place what the answer is for the search. */
  send(request: HttpRequest, place = 'answers'): Promise<HttpAnswer> {
    return this.sendAs({ cookie: this.cookie }, request, place);
  }

  /** @param credentials the header that says who asks. */
  async sendAs(credentials: Headers, request: HttpRequest, place = 'answers'): Promise<HttpAnswer> {
    const answer = await this.http.send({ ...request, headers: { ...request.headers, ...credentials } });
    const { status, headers, text } = answer;
    const what = `the answer ${status} of ${request.method} ${request.path.split('?')[0]}`;
    this.requests++;
    this.search.look(place, Buffer.from(`${JSON.stringify(headers)}\n${text}`), what);
    return answer;
  }

  /** For an answer that has to hold a secret. @throws when it is not 2xx. */
  async unwatched(
    { headers, ...request }: HttpRequest,
    credentials: Headers = { cookie: this.cookie },
  ): Promise<string> {
    return (await must(this.http.send({ ...request, headers: { ...headers, ...credentials } }))).text;
  }
}

/** @throws when the answer is not 2xx. */
export async function must(sending: Promise<HttpAnswer>): Promise<HttpAnswer> {
  const answer = await sending;
  if (answer.status >= 300) throw new Error(`Answered ${answer.status}: ${answer.text}`);
  return answer;
}
