import { FaultProxy } from './fault-proxy.js';
import { S3Gate, type S3Keys } from './s3-gate.js';
import { S3rver } from './s3rver.js';

/** The three processes between a test and an object: fault proxy → gate that checks signatures → s3rver. */
export interface S3Peer {
  /** Base URL for a connector; goes through the faults. */
  readonly endpoint: string;
  readonly port: number;
  readonly bucket: string;
  readonly keys: S3Keys;
  readonly faults: FaultProxy;
  readonly gate: S3Gate;
  readonly server: S3rver;
  stop(): Promise<void>;
}

const KEYS: S3Keys = {
  accessKey: 'AKIATESTTESTTESTTEST',
  secretKey: 'a-secret/with+signs=that&need encoding',
  region: 'eu-central-1',
};
const BUCKET = 'documents';

/** Starts an S3 service on loopback that refuses wrong keys, wrong signatures and wrong regions. */
export async function startS3Peer(keys: Partial<S3Keys> = {}): Promise<S3Peer> {
  const accepted = { ...KEYS, ...keys };
  const server = await S3rver.start([BUCKET]);
  const gate = await S3Gate.start(server, accepted);
  const faults = await FaultProxy.start(gate.port);
  return {
    endpoint: `http://127.0.0.1:${faults.port}`,
    port: faults.port,
    bucket: BUCKET,
    keys: accepted,
    faults,
    gate,
    server,
    stop: async () => {
      await faults.stop();
      await gate.stop();
      await server.stop();
    },
  };
}
