import { describe, expect, it } from '@jest/globals';
import { METADATA_ADDRESSES, METADATA_ADDRESSES_V6, disguises } from '../../../test/egress/address-corpus.js';
import { ScriptedResolver, egressFor } from '../../../test/support/egress.js';
import { parseAllowEntry } from './allow-entry.js';

const never = new AbortController().signal;
const resolver = () =>
  new ScriptedResolver()
    .answer('db.internal', ['10.0.0.7'])
    .answer('alias.internal', ['10.0.0.7'])
    .answer('two.internal', ['10.0.0.7', '10.0.0.8'])
    .answer('creds.internal', ['169.254.169.254']);
const { review } = egressFor({ databaseUrl: 'postgres://db.internal:6000/ede', resolver: resolver() });

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);
const metadata = [...METADATA_ADDRESSES.flatMap(disguises), ...METADATA_ADDRESSES_V6].filter(
  (address) => !/^::ffff:/i.test(address) && !/^(0:){5}ffff:/i.test(address),
);

describe('entries that would open nothing', () => {
  it.each(metadata)('%s, with a port and without', async (address) => {
    for (const entry of [bracketed(address), `${bracketed(address)}:80`]) {
      expect(await review.neverOpens(parseAllowEntry(entry), never)).toBe('cloud_metadata');
    }
  });

  it.each(['169.254.170.0/24', '169.254.170.0/25:80', 'fd00:ec2::/32', 'fd00:ec2:1::/48'])(
    'the metadata network %s',
    async (entry) => expect(await review.neverOpens(parseAllowEntry(entry), never)).toBe('cloud_metadata'),
  );

  it.each(['metadata.google.internal', 'Metadata.Google.Internal.:80', 'creds.internal', 'creds.internal:80'])(
    'the metadata name %s',
    async (entry) => expect(await review.neverOpens(parseAllowEntry(entry), never)).toBe('cloud_metadata'),
  );

  it.each(['db.internal:6000', 'alias.internal:6000', '10.0.0.7:6000', '10.0.0.7/32:6000'])(
    'the own database by %s',
    async (entry) => expect(await review.neverOpens(parseAllowEntry(entry), never)).toBe('own_database'),
  );

  it.each([
    '169.254.0.0/16',
    '10.0.0.0/8',
    '10.0.0.0/8:6000',
    '10.0.0.7',
    'db.internal',
    'db.internal:6001',
    'two.internal:6000',
    'unknown.internal:6000',
  ])('not %s, which opens something else', async (entry) => {
    expect(await review.neverOpens(parseAllowEntry(entry), never)).toBeNull();
  });

  it.each([
    ['0.0.0.0/0', true],
    ['::/0', true],
    ['0.0.0.0/1:443', true],
    ['fc00::/7', true],
    ['10.0.0.0/8', false],
    ['fd00::/8', false],
    ['minio.internal', false],
  ])('%s is too wide: %s', (entry, isTooWide) => {
    expect(review.isTooWide(parseAllowEntry(entry))).toBe(isTooWide);
  });
});
