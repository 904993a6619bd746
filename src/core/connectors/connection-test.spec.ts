import { describe, expect, it } from '@jest/globals';
import { ConnectionTest, testResult, TestStepFailure } from './connection-test.js';

const newTest = () => new ConnectionTest(new AbortController().signal);
const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('ConnectionTest', () => {
  it('records passing steps in order and hands on what they return', async () => {
    const test = newTest();
    test.record({ name: 'connect', ok: true, ms: 3 });
    expect(await test.step('auth', async () => 'session')).toBe('session');
    expect(test.steps).toEqual([
      { name: 'connect', ok: true, ms: 3 },
      { name: 'auth', ok: true, ms: expect.any(Number) },
    ]);
  });

  it('turns what a step throws into a failure without its text', async () => {
    const test = newTest();
    const cause = new Error('canary');
    const error = await thrownBy(test.step('auth', () => Promise.reject(cause)));
    expect(error).toBeInstanceOf(TestStepFailure);
    expect(error).toMatchObject({ step: 'auth', message: 'The step auth failed', cause });
    expect(test.steps).toEqual([{ name: 'auth', ok: false, ms: expect.any(Number) }]);
  });

  it('takes message and hint from the explanation', async () => {
    const test = newTest();
    const explain = () => ({ message: 'The key is wrong', hint: 'Enter it again' });
    const error = await thrownBy(test.step('auth', () => Promise.reject(new Error('x')), explain));
    expect(error).toMatchObject({ message: 'The key is wrong', hint: 'Enter it again' });
    expect(test.steps).toMatchObject([{ name: 'auth', ok: false, hint: 'Enter it again' }]);
  });

  it('hands on a failure that a step throws itself', async () => {
    const test = newTest();
    const failure = new TestStepFailure('access', 'No such bucket', 'Check the name');
    expect(await thrownBy(test.step('access', () => Promise.reject(failure)))).toBe(failure);
    expect(test.steps).toMatchObject([{ name: 'access', ok: false, hint: 'Check the name' }]);
  });

  it('lists a failure under the step that it names', async () => {
    const test = newTest();
    await thrownBy(test.step('access', () => Promise.reject(new TestStepFailure('auth', 'Refused'))));
    expect(test.steps).toMatchObject([{ name: 'auth', ok: false }]);
  });

  it('lists the failure of a nested step once', async () => {
    const test = newTest();
    const nested = () => test.step('tls', () => Promise.reject(new Error('x')));
    expect(await thrownBy(test.step('access', nested))).toMatchObject({ step: 'tls' });
    expect(test.steps).toMatchObject([{ name: 'tls', ok: false }]);
  });

  it('lists a step that throws before it returns a promise', async () => {
    const test = newTest();
    const run = (): Promise<never> => {
      throw new Error('x');
    };
    expect(await thrownBy(test.step('write', run))).toMatchObject({ step: 'write' });
  });

  it('does not change a list of steps that it gave before', async () => {
    const test = newTest();
    const before = test.steps;
    await test.step('auth', () => Promise.resolve());
    expect(before).toEqual([]);
  });
});

describe('testResult', () => {
  it('names the outcomes that a provider may answer', () => {
    expect(testResult.ok()).toEqual({ outcome: 'ok', message: 'Connected' });
    expect(testResult.degraded('Sandbox')).toEqual({ outcome: 'degraded', message: 'Sandbox' });
    expect(testResult.notTestable('Send one')).toEqual({ outcome: 'not_testable', message: 'Send one' });
  });
});
