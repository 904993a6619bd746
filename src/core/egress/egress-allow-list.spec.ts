import { describe, expect, it } from '@jest/globals';
import { egressFor } from '../../../test/support/egress.js';
import { ALLOW_LIST_BOUND_MS, type AllowListSource } from './egress-allow-list.js';
import { EgressBlockedError, EgressFailedError } from './egress.errors.js';
import { parseAddress } from './address.js';
import { targetOfSocket } from './target.js';

const never = new AbortController().signal;

/** A source under the control of a test. */
class ScriptedSource implements AllowListSource {
  reads = 0;
  constructor(public answer: () => Promise<readonly string[]>) {}

  load(): Promise<readonly string[]> {
    this.reads += 1;
    return this.answer();
  }
}

function setUp(answer: () => Promise<readonly string[]>, policy: 'allowlist' | 'strict' | 'off' = 'allowlist') {
  const setup = egressFor({ policy, allow: ['192.168.0.0/16'] });
  const source = new ScriptedSource(answer);
  setup.allowList.readFrom(source);
  const judge = async (address: string) => {
    const target = targetOfSocket({ host: address, port: 443 });
    await setup.policy.assertAllowed(target, [parseAddress(address)!], never);
  };
  return { ...setup, source, judge };
}

describe('the stored allow-list', () => {
  it('is read when it decides, and for nothing else', async () => {
    const { judge, source } = setUp(() => Promise.resolve(['10.0.0.0/8']));
    await judge('8.8.8.8');
    await judge('192.168.1.1');
    await expect(judge('169.254.169.254')).rejects.toBeInstanceOf(EgressBlockedError);
    expect(source.reads).toBe(0);
    await judge('10.0.0.1');
    await expect(judge('172.16.0.1')).rejects.toBeInstanceOf(EgressBlockedError);
    expect(source.reads).toBe(1);
  });

  it.each(['strict', 'off'] as const)('does not count when the policy is %s', async (policy) => {
    const { judge, source } = setUp(() => Promise.resolve(['10.0.0.0/8']), policy);
    const outcome = await judge('10.0.0.1').then(
      () => 'allowed',
      () => 'blocked',
    );
    expect([outcome, source.reads]).toEqual([policy === 'off' ? 'allowed' : 'blocked', 0]);
  });

  it('is read again after its time, and at once when this process changed it', async () => {
    let entries = ['10.0.0.0/8'];
    const { judge, source, allowList } = setUp(() => Promise.resolve(entries));
    await judge('10.0.0.1');
    entries = [];
    await judge('10.0.0.1');
    allowList.forget();
    await expect(judge('10.0.0.1')).rejects.toBeInstanceOf(EgressBlockedError);
    entries = ['10.0.0.0/8'];
    await new Promise((resolve) => setTimeout(resolve, ALLOW_LIST_BOUND_MS));
    await judge('10.0.0.1');
    expect(source.reads).toBe(3);
  });

  it('is read once for many who ask together', async () => {
    const { judge, source } = setUp(() => Promise.resolve(['10.0.0.0/8']));
    await Promise.all(Array.from({ length: 50 }, () => judge('10.0.0.1')));
    expect(source.reads).toBe(1);
  });

  it('allows nothing while it cannot be read, and is asked again the next time', async () => {
    const { judge, source } = setUp(() => Promise.reject(new Error('the database is away')));
    await expect(judge('10.0.0.1')).rejects.toMatchObject({ constructor: EgressFailedError, phase: 'policy' });
    await judge('192.168.1.1');
    source.answer = () => Promise.resolve(['10.0.0.0/8']);
    await judge('10.0.0.1');
    expect(source.reads).toBe(2);
  });

  it('passes over an entry that it does not understand', async () => {
    const { judge } = setUp(() => Promise.resolve(['10.0.0.0/99', 'from the future', '10.0.0.0/8']));
    await judge('10.0.0.1');
    await expect(judge('172.16.0.1')).rejects.toBeInstanceOf(EgressBlockedError);
  });
});
