import type { Client } from 'pg';
import type { Send } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import type { Cut, Harness } from '../runner/harness.js';
import { openSql } from '../support/sql.js';
import { Intruder } from './audit/intruder.js';
import { TAMPERINGS } from './audit/tampering.js';

const VERIFIER = 'src/foundation/audit/chain/chain-verifier.js';

const NOTHING_IS_HASHED: Cut = [
  {
    file: VERIFIER,
    find: 'const isSame = hash !== null && hashOf(previous, row).equals(hash);',
    replace: 'const isSame = true;',
  },
];
const NO_SIGNATURES: Cut = [
  {
    file: 'src/foundation/audit/chain/chain-signer.js',
    find: 'return timingSafeEqual(this.macOf(part, point), mac);',
    replace: 'return true;',
  },
];
const ANY_BEGINNING: Cut = [{ file: VERIFIER, find: 'if (!isUntouched && !isSigned)', replace: 'if (false)' }];
const FAILS_OPEN: Cut = [
  {
    file: 'src/foundation/audit/audit-writer.js',
    find: 'tx.beforeCommit(() => {',
    replace:
      "tx.beforeCommit(async () => { await tx.query('SAVEPOINT audit'); await this.appender.append(tx, rows).catch(() => tx.query('ROLLBACK TO audit')); return;",
  },
];
const NO_WALL: Cut = [
  {
    file: 'src/persistence/migrations/1764000000950-audit-chain.js',
    find: 'CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event\n      FOR EACH ROW EXECUTE FUNCTION audit_event_refuse_loss()',
    replace: 'SELECT 1',
  },
];

interface Found {
  readonly outcome: string;
  readonly broken: { readonly sequence: number } | null;
}

export const harness: Harness = {
  name: 'audit',
  promise: 'Whatever is done to the audit trail is noticed, and a change that cannot be audited is not made.',
  cuts: {
    audit: NOTHING_IS_HASHED,
    'audit-signature': NO_SIGNATURES,
    'audit-base': ANY_BEGINNING,
    'audit-open': FAILS_OPEN,
    'audit-wall': NO_WALL,
  },
  async run(context) {
    const fleet = context.fleet(await context.database());
    const { send } = await (await fleet.start()).signIn();
    const sql = await openSql(context, fleet.databaseUrl);
    const changes = context.size(12, 200);
    const { body: session } = await send<{ organization_id: string }>('GET', '/api/auth/session');
    const { body: other } = await send<{ id: string }>('POST', '/api/organizations', { name: 'Other' });
    const organizationId = session.organization_id;
    for (const id of [organizationId, other.id]) await fill(send, id, changes);
    const failures = [...(await pastTheApplication(sql)), ...(await withoutAudit(send, sql, organizationId))];
    const rounds = context.size(1, 40);
    const intruder = await Intruder.on(sql, organizationId, other.id);
    const missed = await tamper(context, { send, intruder, rounds });
    return {
      counts: { tamperings: TAMPERINGS.length * rounds, ways: TAMPERINGS.length },
      figure: `${missed.length} tamperings not noticed`,
      failures: [...failures, ...missed],
    };
  },
};

/** Makes some history. */
async function fill(send: Send, organizationId: string, changes: number): Promise<void> {
  for (let change = 0; change < changes; change++) {
    await expectStatus(send('PUT', `/api/organizations/${organizationId}`, { name: `Name ${change}` }), 200);
  }
}

/** The database itself refuses to lose a row, as long as nobody takes its triggers away. */
async function pastTheApplication(sql: Client): Promise<string[]> {
  const failures: string[] = [];
  for (const statement of [
    `UPDATE audit_event SET action = 'forged'`,
    'DELETE FROM audit_event WHERE chain_seq = 1',
    `SET ede.audit_retention = 'on'; DELETE FROM audit_event WHERE chain_seq = 1; RESET ede.audit_retention`,
    'DELETE FROM audit_chain',
    'UPDATE audit_chain SET seq = 0',
    'TRUNCATE audit_event',
  ]) {
    await sql.query('BEGIN');
    const isRefused = await sql.query(statement).then(
      () => false,
      () => true,
    );
    await sql.query('ROLLBACK');
    if (!isRefused) failures.push(`The database took: ${statement}`);
  }
  return failures;
}

/** A disk that is full for the audit alone. */
async function withoutAudit(send: Send, sql: Client, organizationId: string): Promise<string[]> {
  await sql.query(
    `ALTER TABLE audit_event ADD CONSTRAINT audit_is_full CHECK (action <> 'organization.updated') NOT VALID`,
  );
  const { status } = await send('PUT', `/api/organizations/${organizationId}`, { name: 'Unseen' });
  await sql.query('ALTER TABLE audit_event DROP CONSTRAINT audit_is_full');
  const { body } = await send<{ name: string }>('GET', `/api/organizations/${organizationId}`);
  const isMade = status < 300 || body.name === 'Unseen';
  return isMade ? ['A change was made that could not be audited'] : [];
}

async function tamper(
  context: HarnessContext,
  { send, intruder, rounds }: { send: Send; intruder: Intruder; rounds: number },
): Promise<string[]> {
  const rows = (await intruder.rows()).length;
  const missed: string[] = [];
  if ((await verify(send)).outcome !== 'intact') missed.push('A trail that nobody touched is not intact');
  for (let round = 0; round < rounds; round++) {
    for (const { name, apply } of TAMPERINGS) {
      await apply(intruder, rows, context.random);
      const { outcome } = await verify(send);
      if (outcome === 'intact') missed.push(`Not noticed: ${name}`);
      await intruder.restore();
    }
  }
  if ((await verify(send)).outcome !== 'intact') throw new Error('The trail was not put back as it was');
  return missed;
}

async function verify(send: Send): Promise<Found> {
  const { status, body } = await send<Found>('GET', '/api/audit/verification');
  if (status !== 200) throw new Error(`The verification answered ${status}`);
  return body;
}

async function expectStatus(answer: Promise<{ readonly status: number }>, wanted: number): Promise<void> {
  const { status } = await answer;
  if (status !== wanted) throw new Error(`Answered ${status} instead of ${wanted}`);
}
