import { describeStorageBackend, type StorageSubject } from '../contracts/storage-backend.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { awsConnection, compatibleConnection } from '../support/s3-subject.js';

/** s3rver answers 500 when it lists a key that is not ASCII; the suite against Swift asks for more. */
const unusualKey = 'folder with space/+&=%2F#(1)~!.txt';

async function subject(connect: (peer: S3Peer) => ReturnType<typeof compatibleConnection>): Promise<StorageSubject> {
  const peer = await startS3Peer();
  const backend = connect(peer);
  return {
    backend,
    traces: () => peer.server.files(),
    close: async () => {
      await backend.dispose?.();
      await peer.stop();
    },
  };
}

describeStorageBackend('s3_compatible', () => subject((peer) => compatibleConnection(peer, { prefix: '/a folder/' })), {
  unusualKey,
});

describeStorageBackend('aws_s3', () => subject((peer) => awsConnection(peer)), {
  unusualKey,
  largeSize: 64 * 1024 ** 2,
});
