import { describe, expect, it } from '@jest/globals';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { constraintOf, isDatabaseUnavailable, sqlStateOf } from './database-unavailable.js';
import { isContention } from './transaction-retry.js';

const databaseError = (code: string, constraint?: string): Error =>
  Object.assign(new Error('as the server says'), { severity: 'ERROR', code, constraint });
const failedQuery = (cause: Error): Error => new QueryFailedError('SELECT 1', [], cause);

describe('isDatabaseUnavailable', () => {
  it.each(['08006', '53300', '57P01', '57P02', '57P03', '57014', '25P03'])(
    'takes %s for a database that is away',
    (code) => {
      expect(isDatabaseUnavailable(databaseError(code))).toBe(true);
      expect(isDatabaseUnavailable(failedQuery(databaseError(code)))).toBe(true);
    },
  );

  it.each(['23505', '40001', '40P01', '42601', '22P02', '28P01', '57000'])('takes %s for something else', (code) => {
    expect(isDatabaseUnavailable(failedQuery(databaseError(code)))).toBe(false);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])('knows the socket error %s', (code) => {
    const socketError = Object.assign(new Error(), { code });

    expect(isDatabaseUnavailable(socketError)).toBe(true);
    expect(isDatabaseUnavailable(new AggregateError([socketError, socketError]))).toBe(true);
    expect(isDatabaseUnavailable(new Error('wrapped', { cause: socketError }))).toBe(true);
  });

  it('knows a lost or refused connection of the pool', () => {
    expect(isDatabaseUnavailable(new Error('timeout exceeded when trying to connect'))).toBe(true);
    expect(isDatabaseUnavailable(failedQuery(new Error('Connection terminated unexpectedly')))).toBe(true);
    expect(isDatabaseUnavailable(new QueryRunnerAlreadyReleasedError())).toBe(true);
  });

  it('does not take the text of a statement error for a lost connection', () => {
    const error = Object.assign(databaseError('22P02'), { message: 'invalid input: "Connection terminated"' });

    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  it.each([null, undefined, 'text', 1, {}, new Error('other')])('answers false for %p', (value) => {
    expect(isDatabaseUnavailable(value)).toBe(false);
  });
});

describe('Facts of a database error', () => {
  it('are found through what wraps it', () => {
    const error = failedQuery(databaseError('23505', 'some_index'));

    expect(sqlStateOf(error)).toBe('23505');
    expect(constraintOf(error)).toBe('some_index');
    expect(sqlStateOf(new Error('other'))).toBeUndefined();
  });

  it.each([
    ['40001', undefined, true],
    ['40P01', undefined, true],
    ['55P03', undefined, true],
    ['23505', 'ir_connector_one_default', true],
    ['23505', 'res_user_email_key', false],
    ['23503', undefined, false],
  ])('%s on %s is contention: %s', (code, constraint, expected) => {
    expect(isContention(failedQuery(databaseError(code, constraint)))).toBe(expected);
  });
});
