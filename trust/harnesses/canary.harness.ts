import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cut, Harness } from '../runner/harness.js';
import { HttpSender } from '../support/http.js';
import { ApiDocument } from '../support/openapi.js';
import { openSql } from '../support/sql.js';
import { StandIn } from '../support/stand-in.js';
import { Canaries } from './canary/canaries.js';
import { ECHO_PROVIDER } from './canary/echo-provider.js';
import { Planting } from './canary/planting.js';
import { searchFiles, searchTables } from './canary/places.js';

const MIB = 2 ** 20;
const VENDORS = [
  ...[
    'https://slack.com',
    'https://oauth2.googleapis.com',
    'https://www.googleapis.com',
    'https://accounts.google.com',
  ],
  'https://gmail.googleapis.com',
];

const TEXTS_ARE_LEFT_ALONE: Cut = [
  {
    file: 'src/core/crypto/scrubber.js',
    find: 'export function scrub(text, secrets) {',
    replace: 'export function scrub(text, secrets) {\n    return text;',
  },
];

export const harness: Harness = {
  name: 'canary',
  promise:
    'No secret leaves: not in answers, headers, logs, audit rows, tables or files of the database, in no encoding.',
  cuts: { scrub: TEXTS_ARE_LEFT_ALONE },
  additions: [ECHO_PROVIDER],
  async run(context) {
    const canaries = new Canaries(context.random);
    const echo = await StandIn.start(context, ({ method, url, headers, body }) => ({
      status: 400,
      body: {
        error: headers.authorization ?? 'error',
        error_description: body.toString(),
        method,
        url: url.href,
        headers,
      },
    }));
    const cluster = await context.cluster();
    const dataFolder = mkdtempSync(join(tmpdir(), 'ede-canary-'));
    context.atEnd(async () => rmSync(dataFolder, { recursive: true, force: true }));
    const fleet = context.fleet(cluster.url, {
      EDE_LOG_LEVEL: 'trace',
      EDE_DATA_DIR: dataFolder,
      EDE_EGRESS_ALLOW: echo.host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify(Object.fromEntries(VENDORS.map((vendor) => [vendor, echo.origin]))),
      EDE_SMTP_URL: `smtp://user:${canaries.plain()}@127.0.0.1:9`,
    });
    const server = await fleet.start();
    const { cookie } = await server.signIn();
    const http = new HttpSender(server.url);
    context.atEnd(() => http.close());
    const planting = new Planting(context, http, canaries, cookie, echo.origin);
    await planting.run(await ApiDocument.of(server.url), context.size(60, 500));
    const sql = await openSql(context, cluster.url);
    const tables = await searchTables(sql, canaries);
    await sql.query('CHECKPOINT');
    const files = [cluster.dataDirectory, dataFolder].map((folder) => searchFiles(folder, canaries));
    const inLog = canaries.find(Buffer.from(server.output));
    const failures = [
      ...planting.failures,
      ...(inLog === null ? [] : [`The log holds a secret: ${inLog}`]),
      ...tables.failures,
      ...files.flatMap((found) => found.failures),
    ];
    const bytes = files.reduce((sum, found) => sum + found.bytes, 0);
    return {
      counts: {
        canaries: canaries.count,
        answers: planting.requests,
        rows: tables.rows,
        logBytes: server.output.length,
      },
      figure: `${failures.length} hits in answers, log, tables and ${Math.round(bytes / MIB)} MiB of files`,
      failures,
    };
  },
};
