import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../errors/index.js';
import {
  ConnectionFailedError,
  ConnectorConfigError,
  ConnectorError,
  ConnectorNotFoundError,
  ConnectorNotSupportedError,
} from './errors.js';

describe('the error taxonomy', () => {
  it.each([
    [new ConnectorNotFoundError('storage', 'x'), 'connector_provider_not_found', 'not_found'],
    [new ConnectorConfigError([]), 'connector_config_invalid', 'refused'],
    [new ConnectionFailedError(), 'connection_failed', 'remote_failed'],
    [new ConnectorNotSupportedError(), 'connector_not_supported', 'refused'],
  ])('%s has one code and one kind', (error, code, kind) => {
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toBeInstanceOf(DomainError);
    expect(error.definition).toMatchObject({ code, kind });
    expect(error.message).toBe(error.definition.title);
  });

  it('lists config issues by key, for people and for clients', () => {
    const error = new ConnectorConfigError([
      { key: 'bucket', reason: 'Bucket is missing' },
      { key: 'port', reason: 'Port must be a number' },
    ]);
    expect(error.message).toBe('bucket: Bucket is missing; port: Port must be a number');
    expect(error.issues[0]).toEqual({
      pointer: '/param_ids/bucket',
      code: 'invalid_config',
      message: 'Bucket is missing',
    });
  });
});
