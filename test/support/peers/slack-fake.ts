import type { AuthTestResponse, ChatPostMessageResponse } from '@slack/web-api';
import { ContractFake } from './contract-fake.js';

/** What each route answers, by Slack's own types. */
interface SlackRoutes {
  'POST /api/auth.test': AuthTestResponse;
  'POST /api/chat.postMessage': ChatPostMessageResponse;
}

/** The part of Slack's Web API that our provider uses, as its documentation tells it. */
export class SlackFake {
  static readonly TOKEN = 'xoxb-valid-token';
  /** Scopes of the token. */
  scopes = 'chat:write,chat:write.public';

  private constructor(readonly http: ContractFake<SlackRoutes>) {}

  static async start(): Promise<SlackFake> {
    const http = await ContractFake.start<SlackRoutes>(({ headers }) =>
      headers.authorization === `Bearer ${SlackFake.TOKEN}`
        ? null
        : { body: { ok: false, error: 'invalid_auth' } satisfies AuthTestResponse },
    );
    const slack = new SlackFake(http);
    slack.serve();
    return slack;
  }

  get origin(): string {
    return this.http.origin;
  }

  stop(): Promise<void> {
    return this.http.stop();
  }

  private serve(): void {
    this.http
      .on('POST /api/auth.test', (_request, reply) => {
        const headers = { 'x-oauth-scopes': this.scopes };
        return reply({ ok: true, team: 'Acme', user: 'ede', team_id: 'T1', user_id: 'U1' }, { headers });
      })
      .on('POST /api/chat.postMessage', async (request, reply) => {
        const { channel } = await request.json<{ channel: string }>();
        return channel === '#gone'
          ? reply({ ok: false, error: 'channel_not_found' })
          : reply({ ok: true, ts: '1700.42', channel });
      });
  }
}
