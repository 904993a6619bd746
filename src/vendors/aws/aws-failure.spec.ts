import { describe, expect, it } from '@jest/globals';
import { ConnectionFailedError, RemoteMissingError } from '../../core/connectors/index.js';
import { EgressBlockedError } from '../../core/egress/index.js';
import { AwsCallError, awsFailure, explainAws } from './aws-failure.js';

const TEXT = 'provider text with AKIASECRET';

function serviceError(name: string, status?: number, extra: object = {}): Error {
  const error = Object.assign(new Error(TEXT), { $metadata: { httpStatusCode: status }, Code: name, ...extra });
  error.name = name;
  return error;
}

describe('an error of an AWS service', () => {
  it.each([
    ['InvalidAccessKeyId', 403, 'auth'],
    ['SignatureDoesNotMatch', 403, 'auth'],
    ['ExpiredToken', 400, 'auth'],
    ['RequestTimeTooSkewed', 403, 'auth'],
    ['AccessDenied', 403, 'access'],
    ['NoSuchBucket', 404, 'access'],
    ['PermanentRedirect', 301, 'access'],
    ['SlowDown', 503, 'auth'],
    ['Unknown', 403, 'auth'],
    ['Unknown', 500, 'auth'],
    ['Unknown', 418, 'auth'],
    ['constructor', 200, 'auth'],
    ['ECONNRESET', undefined, 'auth'],
  ])('%s with status %p has a text of ours and belongs to the step %p', (name, status, step) => {
    const failure = awsFailure(serviceError(name, status));
    expect(failure).toBeInstanceOf(AwsCallError);
    expect(failure).toMatchObject({ step, hint: expect.stringMatching(/\w/) });
    expect(JSON.stringify([failure.message, explainAws(failure)])).not.toContain('provider text');
  });

  it('names the region of the bucket only when that is one', () => {
    const hintFor = (region: string) =>
      explainAws(serviceError('PermanentRedirect', 301, { $response: { headers: { 'x-amz-bucket-region': region } } }))
        .hint;
    expect(hintFor('eu-west-1')).toBe('Set the region to eu-west-1');
    expect(hintFor('<script>alert(1)</script>')).toBe('Correct the region');
  });

  it('leaves errors alone that are ours already', () => {
    for (const error of [
      new RemoteMissingError(),
      new ConnectionFailedError('ours'),
      new EgressBlockedError('a', 'b'),
    ]) {
      expect(awsFailure(error)).toBe(error);
    }
    expect(explainAws(new EgressBlockedError('blocked', 'ask an admin'))).toEqual({
      message: 'blocked',
      hint: 'ask an admin',
    });
  });
});
