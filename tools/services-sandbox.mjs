/**
 * Local stand-ins to try OAuth, messages and mail with: `node tools/services-sandbox.mjs [http port] [smtp port]`.
 * One is a Slack with its authorization server, the other a mail server that shows what it gets and delivers nothing.
 * Both listen on loopback.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Consents } from './sandbox/consents.mjs';

export const CLIENT = {
  id: 'sandbox-client',
  secret: 'sandbox-secret',
  scopes: ['chat:write', 'chat:write.public'],
  callback: '/api/connectors/oauth/callback/slack',
};

/** Starts both. @returns their addresses, and `stop`. */
export async function startServices({ httpPort = 0, smtpPort = 0, say = console.log }) {
  const http = createServer(slack(say));
  await listen(http, httpPort);
  const smtp = await mailSink(say);
  await listen(smtp.server, smtpPort);
  const stop = async () => {
    http.closeAllConnections();
    await Promise.all([new Promise((done) => http.close(done)), new Promise((done) => smtp.close(done))]);
  };
  return { http: addressOf('http', http), smtp: addressOf('smtp', smtp.server), stop };
}

function slack(say) {
  const consents = new Consents(CLIENT);
  return serve({
    'GET /oauth/v2/authorize': ({ query }) => {
      const { location, refused } = consents.authorize(query);
      return refused === undefined ? { status: 302, headers: { location } } : { ...failed(refused), status: 400 };
    },
    'POST /api/oauth.v2.access': ({ form }) => {
      const { token, scopes, refused } = consents.exchange(form);
      if (refused !== undefined) return failed(refused);
      const team = { id: 'T1', name: 'Sandbox' };
      return answer({ ok: true, access_token: token, token_type: 'bot', scope: scopes.join(','), team });
    },
    'POST /api/auth.test': ({ authorization }) => {
      const scopes = consents.scopesOf(authorization);
      if (scopes === null) return failed('invalid_auth');
      return { ...answer({ ok: true, team: 'Sandbox' }), headers: { 'x-oauth-scopes': scopes.join(',') } };
    },
    'POST /api/chat.postMessage': ({ text, authorization }) => {
      const scopes = consents.scopesOf(authorization);
      if (scopes === null) return failed('invalid_auth');
      if (!scopes.includes('chat:write')) return failed('missing_scope');
      say(`message: ${text}`);
      return answer({ ok: true, ts: String(Date.now() / 1000) });
    },
  });
}

/** A listener over a route table. */
function serve(routes) {
  return async (request, response) => {
    const url = new URL(request.url, 'http://sandbox');
    let text = '';
    for await (const chunk of request) text += chunk;
    const { authorization } = request.headers;
    const input = { query: url.searchParams, form: new URLSearchParams(text), text, authorization };
    const {
      status = 200,
      headers = {},
      body = '',
    } = routes[`${request.method} ${url.pathname}`]?.(input) ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

function answer(body) {
  return { body: JSON.stringify(body) };
}

function failed(error) {
  return answer({ ok: false, error });
}

async function mailSink(say) {
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onData(stream, session, done) {
      const hash = createHash('sha256');
      let [head, bytes] = ['', 0];
      for await (const chunk of stream) {
        if (head.length < 4096) head += chunk.toString('latin1');
        bytes += chunk.length;
        hash.update(chunk);
      }
      const subject = /^subject: (.*)$/im.exec(head)?.[1]?.trim() ?? '';
      const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
      say(`mail to ${to}: "${subject}", ${bytes} bytes, sha256 ${hash.digest('hex')}`);
      done();
    },
  });
  server.on('error', (error) => say(`mail server: ${error.message}`));
  return server;
}

function listen(server, port) {
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
}

function addressOf(scheme, server) {
  return `${scheme}://127.0.0.1:${server.address().port}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const ports = { httpPort: Number(process.argv[2] ?? 9400), smtpPort: Number(process.argv[3] ?? 9025) };
  const { http, smtp, stop } = await startServices(ports);
  console.log(
    [
      `Slack sandbox: ${http}, client ${CLIENT.id}, secret ${CLIENT.secret}`,
      `               consents come back to http://localhost:<any port>${CLIENT.callback}`,
      `Mail sandbox:  ${smtp}`,
      'Let the server reach them:',
      `  EDE_EGRESS_ALLOW=${new URL(http).host} EDE_ENDPOINT_OVERRIDES='{"https://slack.com":"${http}"}' EDE_SMTP_URL=${smtp} npm start`,
    ].join('\n'),
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop().then(() => process.exit(0)));
}
