import { describe, expect, it } from '@jest/globals';
import {
  ADDRESSES,
  METADATA_ADDRESSES,
  METADATA_ADDRESSES_V6,
  disguises,
} from '../../../test/egress/address-corpus.js';
import { ScriptedResolver, egressFor, type EgressSetup } from '../../../test/support/egress.js';
import { formsOf, parseAddress } from './address.js';
import { AllowEntryError } from './allow-entry.js';
import { EgressBlockedError } from './egress.errors.js';
import type { EgressPolicy } from './egress-policy.js';
import { targetOfSocket, targetOfUrl, type Target } from './target.js';

const never = new AbortController().signal;

/** Whether a target passes when its name resolves to these addresses (a literal: to itself). */
async function passes(setup: EgressSetup, target: Target, ...resolved: string[]): Promise<boolean> {
  return passesPolicy(egressFor({ resolver: new ScriptedResolver(), ...setup }).policy, target, ...resolved);
}

async function passesPolicy(policy: EgressPolicy, target: Target, ...resolved: string[]): Promise<boolean> {
  const addresses = target.literal !== null ? [target.literal] : resolved.map((text) => parseAddress(text)!);
  try {
    await policy.assertAllowed(target, addresses, never);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(EgressBlockedError);
    return false;
  }
}

const socket = (host: string, port = 443): Target => targetOfSocket({ host, port });
const textsOf = (address: string): string[] => formsOf(parseAddress(address)!).map((form) => form.toString());
const metadata = [...METADATA_ADDRESSES.flatMap(disguises), ...METADATA_ADDRESSES_V6];
const metadataForms = new Set([...METADATA_ADDRESSES, ...METADATA_ADDRESSES_V6].flatMap(textsOf));
const isMetadata = (address: string): boolean => textsOf(address).some((text) => metadataForms.has(text));

describe('egress policy', () => {
  it('lets public addresses through and nothing else, as literals and as answers for a name', async () => {
    for (const mode of ['allowlist', 'strict'] as const) {
      const { policy } = egressFor({ policy: mode });
      for (const { address, isPublic } of ADDRESSES) {
        const expected = { address, passes: isPublic && !isMetadata(address) };
        expect({ address, passes: await passesPolicy(policy, socket(address)) }).toEqual(expected);
        expect({ address, passes: await passesPolicy(policy, socket('name.test'), address) }).toEqual(expected);
      }
    }
  });

  it('lets everything through when it is off, except cloud metadata', async () => {
    const { policy } = egressFor({ policy: 'off' });
    for (const { address } of ADDRESSES) {
      const expected = { address, passes: !isMetadata(address) };
      expect({ address, passes: await passesPolicy(policy, socket(address)) }).toEqual(expected);
    }
  });

  it('lets a host pass that the operator set for its own use, in every mode, and nobody else reach it', async () => {
    const mail = targetOfSocket({ host: 'mail.internal', port: 25, isSetByOperator: true });
    for (const mode of ['allowlist', 'strict', 'off'] as const) {
      const setup = { policy: mode, databaseUrl: 'postgres://localhost:25/ede' };
      expect(await passes(setup, mail, '10.1.2.3')).toBe(true);
      expect(await passes(setup, mail, '169.254.169.254')).toBe(false);
    }
    expect(await passes({}, socket('mail.internal', 25), '10.1.2.3')).toBe(false);
    const database = { databaseUrl: 'postgres://10.1.2.3:25/ede' };
    expect(await passes(database, mail, '10.1.2.3')).toBe(false);
  });

  it.each(metadata)('never lets %s through, however it is listed', async (address) => {
    const allow = ['0.0.0.0/0', '::/0', 'metadata.test', ...METADATA_ADDRESSES, ...METADATA_ADDRESSES_V6];
    for (const policy of ['allowlist', 'strict', 'off'] as const) {
      expect(await passes({ policy, allow }, socket(address, 80))).toBe(false);
      expect(await passes({ policy, allow }, socket('metadata.test', 80), address)).toBe(false);
    }
  });

  it('wants every answer of the name service to be allowed', async () => {
    expect(await passes({}, socket('name.test'), '8.8.8.8', '1.1.1.1')).toBe(true);
    expect(await passes({}, socket('name.test'), '8.8.8.8', '10.0.0.1')).toBe(false);
    expect(await passes({}, socket('name.test'), '10.0.0.1', '8.8.8.8')).toBe(false);
  });

  it('allows a listed name whatever it resolves to, on the listed port, and only under that name', async () => {
    const allow = ['minio.internal:9000'];
    expect(await passes({ allow }, socket('minio.internal', 9000), '10.0.0.1')).toBe(true);
    expect(await passes({ allow }, socket('minio.internal', 9001), '10.0.0.1')).toBe(false);
    expect(await passes({ allow }, socket('other.internal', 9000), '10.0.0.1')).toBe(false);
    expect(await passes({ allow }, socket('10.0.0.1', 9000))).toBe(false);
  });

  it('allows a listed network for literals and for names that resolve into it', async () => {
    const allow = ['10.0.0.0/8'];
    expect(await passes({ allow }, socket('10.0.0.1'))).toBe(true);
    expect(await passes({ allow }, socket('name.test'), '10.0.0.1')).toBe(true);
    expect(await passes({ allow }, socket('name.test'), '10.0.0.1', '192.168.0.1')).toBe(false);
  });

  it('ignores the list when it is strict', async () => {
    expect(await passes({ policy: 'strict', allow: ['10.0.0.0/8', 'name.test'] }, socket('10.0.0.1'))).toBe(false);
    expect(
      await passes({ policy: 'strict', allow: ['10.0.0.0/8', 'name.test'] }, socket('name.test'), '10.0.0.1'),
    ).toBe(false);
  });

  it('lets plain http through to listed targets only', async () => {
    const plain = targetOfUrl('http://name.test/');
    expect(await passes({}, plain, '8.8.8.8')).toBe(false);
    expect(await passes({ policy: 'strict', allow: ['name.test'] }, plain, '8.8.8.8')).toBe(false);
    expect(await passes({ allow: ['name.test'] }, plain, '8.8.8.8')).toBe(true);
    expect(await passes({ allow: ['name.test:443'] }, plain, '8.8.8.8')).toBe(false);
    expect(await passes({ allow: ['8.8.8.0/24'] }, plain, '8.8.8.8')).toBe(true);
    expect(await passes({ policy: 'off' }, plain, '8.8.8.8')).toBe(true);
    expect(await passes({}, targetOfUrl('https://name.test/'), '8.8.8.8')).toBe(true);
  });

  describe('for the own database', () => {
    const allow = ['0.0.0.0/0', '::/0', 'db.internal', 'alias.test', 'localhost'];
    const resolver = () =>
      new ScriptedResolver().answer('db.internal', ['10.0.0.7']).answer('localhost', ['127.0.0.1']);
    const setups = (databaseUrl: string) =>
      (['allowlist', 'off'] as const).map((policy) => ({ policy, allow, databaseUrl, resolver: resolver() }));

    it.each(setups('postgres://ede:pw@db.internal:6000/ede'))(
      'blocks name, address and aliases in mode $policy',
      async (setup) => {
        expect(await passes(setup, socket('db.internal', 6000), '10.0.0.7')).toBe(false);
        expect(await passes(setup, socket('10.0.0.7', 6000))).toBe(false);
        expect(await passes(setup, socket('::ffff:10.0.0.7', 6000))).toBe(false);
        expect(await passes(setup, socket('alias.test', 6000), '10.0.0.7')).toBe(false);
        expect(await passes(setup, socket('db.internal', 6001), '10.0.0.7')).toBe(true);
        expect(await passes(setup, socket('10.0.0.8', 6000))).toBe(true);
      },
    );

    it.each(
      [
        'postgres://ede:pw@127.0.0.1/ede',
        'postgres://ede@localhost:5432/ede',
        'postgres://ede@/ede?host=/run/postgresql',
      ].flatMap(setups),
    )('on this machine ($databaseUrl) blocks every address of the machine in mode $policy', async (setup) => {
      for (const host of ['127.0.0.1', '127.0.0.2', '0.0.0.0', '::1', '::ffff:127.0.0.1']) {
        expect(await passes(setup, socket(host, 5432))).toBe(false);
        expect(await passes(setup, socket(host, 5433))).toBe(true);
      }
    });

    it('lets nothing through on its port while its name cannot be looked up', async () => {
      const failing = Object.assign(new ScriptedResolver(), { resolve: () => Promise.reject(new Error('no DNS')) });
      const { policy } = egressFor({ databaseUrl: 'postgres://db.internal:6000/ede', resolver: failing });
      const [target, address] = [socket('8.8.8.8', 6000), parseAddress('8.8.8.8')!];
      await expect(policy.assertAllowed(target, [address], never)).rejects.toThrow('no DNS');
    });
  });

  it('says how an instance admin can allow the target, and the same for every blocked one', async () => {
    const told = async (target: Target): Promise<string> =>
      egressFor({ databaseUrl: 'postgres://127.0.0.1:5432/ede' })
        .policy.assertAllowed(target, [target.literal!], never)
        .then(
          () => 'allowed',
          (error: unknown) => (error as Error).message,
        );
    const messages = await Promise.all(
      [socket('127.0.0.1', 5432), socket('127.0.0.1', 5433), socket('10.0.0.1', 22), socket('169.254.169.254', 80)].map(
        told,
      ),
    );
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain('EDE_EGRESS_ALLOW');
  });

  it('stops the boot for an entry that is not understood', () => {
    expect(() => egressFor({ allow: ['10.0.0.0/8', '10.0.0.0/99'] })).toThrow(AllowEntryError);
  });
});
