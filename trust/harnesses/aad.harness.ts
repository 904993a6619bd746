import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Session } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import type { Random } from '../runner/random.js';
import { openSql } from '../support/sql.js';
import { keepTokens, verifyWith, type ReadKind } from './aad/keys-command.js';

const WITHOUT_ADDITIONAL_DATA: Cut = [
  { file: 'src/core/crypto/aead.js', find: 'for (const part of parts) {', replace: 'for (const part of []) {' },
];

/** Where ciphertext is, as the attacker finds it in the database. */
const COLUMNS = [
  ['email_message', 'body'],
  ['email_message', 'envelope'],
  ['ir_connector', 'config'],
  ['ir_connector_oauth_state', 'code_verifier'],
  ['ir_connector_param', 'value'],
  ['ir_connector_token', 'access_token'],
  ['web_idempotency_key', 'answer'],
] as const;
/** Has no built-in service to send by, and the very code of mails: swapped and flipped in `test/keys`. */
const NOT_FILLED = new Set(['messaging_message.body', 'messaging_message.envelope']);
const FILES = 'storage_document files';
const CONNECTORS = 4;

export const harness: Harness = {
  name: 'aad',
  promise: 'A ciphertext that is moved to another row, or in which one bit is another, is read nowhere.',
  cuts: { aad: WITHOUT_ADDITIONAL_DATA },
  async run(context) {
    const home = mkdtempSync(join(tmpdir(), 'ede-trust-'));
    context.atEnd(async () => rmSync(home, { recursive: true, force: true }));
    const attack = await SwapAttack.prepare(context, home);
    await attack.swap();
    for (let round = 0; round < context.size(2, 60); round += 1) await attack.flip();
    const { ciphertexts, tried, opened, failures } = attack;
    return {
      counts: { ciphertexts, tried },
      figure: `${opened} of ${tried} read`,
      failures: [...new Set(failures)],
    };
  },
};

class SwapAttack {
  ciphertexts = 0;
  tried = 0;
  opened = 0;
  readonly failures: string[] = [];

  private constructor(
    private readonly root: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly sql: Client,
    private readonly session: Session,
    private readonly random: Random,
    private readonly files: readonly string[],
    private readonly connectorId: string,
  ) {}

  static async prepare(context: HarnessContext, home: string): Promise<SwapAttack> {
    const keys = {
      EDE_MASTER_KEY: randomBytes(32).toString('base64'),
      EDE_DATA_DIR: join(home, 'data'),
      EDE_SMTP_URL: 'smtp://127.0.0.1:9',
    };
    const fleet = context.fleet(await context.database(), keys);
    const server = await fleet.start();
    const session = await server.signIn();
    const sql = await openSql(context, fleet.databaseUrl);
    const env = { ...keys, DATABASE_URL: fleet.databaseUrl };
    const ids = await fill(session, server.url);
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM res_organization');
    await keepTokens(context.build.root, env, rows[0]?.id ?? '', ids);
    const storage = join(home, 'data', 'storage');
    const files = readdirSync(storage, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bin'));
    const paths = files.map((name) => join(storage, name));
    const { root } = context.build;
    const attack = new SwapAttack(root, env, sql, session, context.random, paths, ids[0] ?? '');
    await attack.assertWhole();
    return attack;
  }

  /** Each row gets the ciphertext of the next one of its column. */
  async swap(): Promise<void> {
    await this.changed((bytes) => [...bytes.slice(1), bytes[0] as Buffer], 'moved to another row');
  }

  /** One bit of each ciphertext: of its version, key id, nonce, tag or text. */
  async flip(): Promise<void> {
    const flipped = (bytes: Buffer): Buffer => {
      const copy = Buffer.from(bytes);
      const bit = this.random.below(bytes.length * 8);
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return copy;
    };
    await this.changed((all) => all.map(flipped), 'with one bit changed');
  }

  /** Before anything is changed all of it is there and readable: otherwise nothing would be shown. */
  private async assertWhole(): Promise<void> {
    for (const { kind, seen, unreadable } of await this.verify()) {
      if (unreadable > 0) throw new Error(`${kind} is unreadable before the attack`);
      if (seen < 2 && !NOT_FILLED.has(kind)) throw new Error(`There are no two of ${kind} to attack`);
      this.ciphertexts += seen;
    }
  }

  private async changed(change: (bytes: readonly Buffer[]) => Buffer[], how: string): Promise<void> {
    const undo: (() => Promise<unknown>)[] = [];
    for (const [table, column] of COLUMNS) undo.push(await this.changeColumn(table, column, change));
    const before = this.files.map((path) => readFileSync(path));
    change(before).forEach((bytes, index) => writeFileSync(this.files[index] as string, bytes));
    for (const { kind, seen, unreadable } of await this.verify()) {
      this.tried += seen;
      this.opened += seen - unreadable;
      if (unreadable < seen) this.failures.push(`${kind}: ${seen - unreadable} of ${seen} were read, ${how}`);
    }
    await this.useConnector(how);
    for (const step of undo) await step();
    before.forEach((bytes, index) => writeFileSync(this.files[index] as string, bytes));
  }

  /** @returns puts everything back. */
  private async changeColumn(
    table: string,
    column: string,
    change: (bytes: readonly Buffer[]) => Buffer[],
  ): Promise<() => Promise<unknown>> {
    const { rows } = await this.sql.query<{ bytes: Buffer }>(
      `SELECT ${column} AS bytes FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${column}`,
    );
    const olds = rows.map(({ bytes }) => bytes);
    const news = change(olds);
    const put = (from: Buffer[], to: Buffer[]): Promise<unknown> =>
      this.sql.query(
        `UPDATE ${table} SET ${column} = v.fresh FROM unnest($1::bytea[], $2::bytea[]) AS v (old, fresh)
         WHERE ${table}.${column} = v.old`,
        [from, to],
      );
    await put(olds, news);
    return () => put(news, olds);
  }

  private async verify(): Promise<ReadKind[]> {
    return verifyWith(this.root, this.env);
  }

  /** In use it is refused as well, and says what is to be done. */
  private async useConnector(how: string): Promise<void> {
    const { body } = await this.session.send('POST', `/api/connectors/${this.connectorId}/test`);
    const record = await this.session.send('GET', `/api/connectors/${this.connectorId}`);
    const { status, status_message: message } = record.body;
    if (body['success'] === true) this.failures.push(`A connector was tested with a secret ${how}`);
    if (status !== 'error' || !String(message).includes('secret_unreadable')) {
      this.failures.push(`A connector with a secret ${how} is ${String(status)}: ${String(message)}`);
    }
  }
}

/** At least two ciphertexts in every column, of one organization. @returns ids of connectors. */
async function fill({ send, cookie }: Session, url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < CONNECTORS; number += 1) {
    const { body } = await send<{ id: string }>('POST', '/api/connectors', {
      name: `Swapped ${number}`,
      category: 'storage',
      provider_type: 'google_drive',
      param_ids: ['client_id', 'client_secret'].map((key) => ({ key, value: `${key} ${number}` })),
    });
    ids.push(body.id);
    const consent = await send('POST', `/api/connectors/${body.id}/oauth/authorize`);
    if (consent.status !== 200) throw new Error(`No consent: ${JSON.stringify(consent.body)}`);
    await send('POST', '/api/connectors', {
      name: `Legacy ${number}`,
      category: 'storage',
      provider_type: 's3_compatible',
      config: { bucket: `bucket ${number}` },
    });
    await send('POST', '/api/email/messages', { to: ['ada@example.com'], subject: `Mail ${number}`, text: 'Hello' });
    await fillBeside(url, cookie, number);
  }
  return ids;
}

/** A document for configuration, and an answer that is kept. */
async function fillBeside(url: string, cookie: string, number: number): Promise<void> {
  const form = new FormData();
  form.set('purpose', 'config');
  form.set('file', new Blob([`certificate ${number}`]), 'ca.pem');
  const document = await fetch(`${url}/api/storage/documents`, { method: 'POST', headers: { cookie }, body: form });
  if (document.status !== 201) throw new Error(`No ${FILES}: ${await document.text()}`);
  const kept = await fetch(`${url}/api/connectors`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ name: `Kept ${number}`, category: 'storage', provider_type: 's3_compatible' }),
  });
  if (kept.status !== 201) throw new Error(`No answer to keep: ${await kept.text()}`);
}
