import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import { ConnectionFailedError } from '../../core/connectors/index.js';

/** Bytes of an answer that the SDK holds in memory. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** A page of 1000 keys. */
const MAX_LIST_BYTES = 8 * 1024 ** 2;

/** Bounds what the SDK reads of an answer: it would hold an endless one in memory. Objects are streams and are not bounded. */
export function limitAnswers(client: S3Client | STSClient): void {
  // The types of the clients differ in their commands, which do not matter here.
  const stack = client.middlewareStack as S3Client['middlewareStack'];
  stack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { commandName } = context as { readonly commandName?: string };
      const response = result.response as { body?: unknown };
      if (commandName !== 'GetObjectCommand' && response.body instanceof Readable) {
        response.body = atMost(response.body, commandName?.startsWith('List') ? MAX_LIST_BYTES : MAX_ANSWER_BYTES);
      }
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'limitAnswers' },
  );
}

function atMost(body: Readable, limit: number): Readable {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      bytes += chunk.length;
      if (bytes > limit)
        done(new ConnectionFailedError('The service answered with more than a call of its kind needs'));
      else done(null, chunk);
    },
  });
  pipeline(body, limited, () => undefined);
  return limited;
}
