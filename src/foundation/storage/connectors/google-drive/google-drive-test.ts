import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GoogleApiError, type GoogleApi } from '../../../../vendors/google/index.js';
import {
  ConnectionFailedError,
  MAX_TEST_RESPONSE_BYTES,
  RemoteMissingError,
  testResult,
  TestStepFailure,
  type AccessTokenSource,
  type ConnectionTest,
  type ConnectionTestResult,
  type Egress,
  type ExplainFailure,
  type StorageBackend,
} from '../../contracts/index.js';
import { driveUrl, fileUrl, type DriveOptions } from './google-drive-url.js';

const NEARLY_FULL = 0.95;

/** What a test works with. */
export interface TestedDrive {
  readonly egress: Egress;
  readonly api: GoogleApi;
  readonly tokens: AccessTokenSource;
  readonly backend: StorageBackend;
  readonly options: DriveOptions;
}

interface About {
  readonly user?: { readonly emailAddress?: string };
  readonly storageQuota?: { readonly limit?: string; readonly usage?: string };
}

/** The honest test of a drive, step by step; leaves nothing behind. @throws TestStepFailure of the step that failed. */
export async function testDrive(drive: TestedDrive, test: ConnectionTest): Promise<ConnectionTestResult> {
  await drive.egress.probe('https://www.googleapis.com', test);
  const about = await test.step('auth', () => askAbout(drive, test.signal), explain);
  await test.step('access', () => assertFolder(drive, test.signal), explain);
  if (test.deep) await test.step('write', () => writeProbe(drive.backend, test.signal), explain);
  const account = about.user?.emailAddress === undefined ? '' : ` as ${about.user.emailAddress}`;
  return isNearlyFull(about)
    ? testResult.degraded(`Connected${account}, but the storage is nearly full`)
    : testResult.ok(`Connected${account}`);
}

async function askAbout({ api, tokens }: TestedDrive, signal: AbortSignal): Promise<About> {
  await tokens.get(signal);
  return api.json<About>(driveUrl('/drive/v3/about', { fields: 'user(emailAddress),storageQuota(limit,usage)' }), {
    signal,
    maxResponseBytes: MAX_TEST_RESPONSE_BYTES,
  });
}

/** At the top of the own drive there is nothing to ask: `drive.file` does not even show the root folder. */
async function assertFolder({ api, options }: TestedDrive, signal: AbortSignal): Promise<void> {
  const id = options.folderId ?? options.sharedDriveId;
  if (id === undefined) return;
  const url = fileUrl(id, { fields: 'trashed,capabilities(canAddChildren)' });
  const folder = await api.json<{ trashed?: boolean; capabilities?: { canAddChildren?: boolean } }>(url, {
    signal,
    maxResponseBytes: MAX_TEST_RESPONSE_BYTES,
  });
  if (folder.trashed === true) throw new TestStepFailure('access', 'The folder is in the trash');
  if (folder.capabilities?.canAddChildren !== true) {
    throw new TestStepFailure(
      'access',
      'The account may not add files to the folder',
      'Share the folder with the account as editor',
    );
  }
}

async function writeProbe(backend: StorageBackend, signal: AbortSignal): Promise<void> {
  const content = Buffer.from('ede');
  const { ref } = await backend.put(`.ede-probe-${randomUUID()}`, Readable.from([content]), {
    contentType: 'text/plain',
    signal,
  });
  try {
    const { body } = await backend.get(ref, { signal });
    if (!content.equals(await buffer(body))) throw new ConnectionFailedError('What was written did not come back');
  } finally {
    await backend.delete(ref, { signal });
  }
}

function isNearlyFull({ storageQuota }: About): boolean {
  const limit = Number(storageQuota?.limit);
  return limit > 0 && Number(storageQuota?.usage ?? 0) >= limit * NEARLY_FULL;
}

const explain: ExplainFailure = (error) => {
  if (error instanceof RemoteMissingError) {
    return {
      message: 'There is no such folder, or it is not visible',
      hint: 'By consent the connector sees only folders that it made itself: leave the folder out, or use a service account that the folder is shared with',
    };
  }
  if (error instanceof GoogleApiError)
    return { message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  if (error instanceof ConnectionFailedError) return { message: error.message, hint: 'Connect with Google again' };
  return { message: 'Google could not be asked' };
};
