import { ConnectionFailedError, type ExplainFailure } from '../../core/connectors/index.js';
import { EgressBlockedError, EgressFailedError, explainEgress } from '../../core/egress/index.js';

/** What an error of an AWS service means to an administrator. */
export interface AwsExplanation {
  /** `auth` until the service has accepted key and signature. */
  readonly step: 'auth' | 'access';
  readonly message: string;
  readonly hint: string;
}

/** A failed call, with a safe text of ours in place of the service's. */
export class AwsCallError extends ConnectionFailedError {
  readonly step: AwsExplanation['step'];
  readonly hint: string;

  constructor(explanation: AwsExplanation, options?: ErrorOptions) {
    super(explanation.message, options);
    this.step = explanation.step;
    this.hint = explanation.hint;
  }
}

const auth = (message: string, hint: string): AwsExplanation => ({ step: 'auth', message, hint });
const access = (message: string, hint: string): AwsExplanation => ({ step: 'access', message, hint });

const UNKNOWN_KEY = auth('The service does not know this access key', 'Check the access key ID and the service');
const WRONG_SECRET = auth(
  'The secret access key does not fit the access key',
  'Enter access key ID and secret access key again',
);
const BAD_TOKEN = auth('The session token is not valid or has expired', 'Enter a new session token, or leave it empty');
const WRONG_REGION = auth('The bucket is in another region', 'Correct the region');
const WRONG_CLOCK = auth("The server's clock differs too much from the service's", 'Set the clock of this server');
const FORBIDDEN = access('The access key lacks the permission', 'Grant the permission in the policy of user or bucket');
const NO_BUCKET = access('The bucket does not exist', 'Check the name of the bucket, or create it');
const BUSY = auth('The service is busy or has a fault', 'Try again later');
const SLOW = auth('The service did not answer in time', 'Try again later; check the network in between');
const FULL = access('The storage is full', 'Free or buy space');

const BY_NAME: Readonly<Record<string, AwsExplanation>> = {
  InvalidAccessKeyId: UNKNOWN_KEY,
  InvalidClientTokenId: UNKNOWN_KEY,
  UnrecognizedClientException: UNKNOWN_KEY,
  SignatureDoesNotMatch: WRONG_SECRET,
  ExpiredToken: BAD_TOKEN,
  ExpiredTokenException: BAD_TOKEN,
  InvalidToken: BAD_TOKEN,
  AuthorizationHeaderMalformed: WRONG_REGION,
  PermanentRedirect: { ...WRONG_REGION, step: 'access' },
  IllegalLocationConstraintException: WRONG_REGION,
  RequestTimeTooSkewed: WRONG_CLOCK,
  AccessDenied: FORBIDDEN,
  AllAccessDisabled: FORBIDDEN,
  AccountProblem: access('The account has a problem', 'See to the account at the service'),
  NoSuchBucket: NO_BUCKET,
  QuotaExceeded: FULL,
  XMinioStorageFull: FULL,
  EntityTooLarge: access('The object is too large for the service', 'Store smaller objects'),
  InvalidBucketName: access('The service refuses the name of the bucket', 'Check the name of the bucket'),
  SlowDown: BUSY,
  ServiceUnavailable: BUSY,
  InternalError: BUSY,
  TimeoutError: SLOW,
  RequestTimeout: SLOW,
};

const BY_STATUS: Readonly<Record<number, AwsExplanation>> = {
  301: { ...WRONG_REGION, step: 'access' },
  401: auth('The service refused the access key', 'Check access key ID and secret access key'),
  403: auth('The service refused access', 'Check the access key and its permissions'),
  404: NO_BUCKET,
  429: BUSY,
  507: FULL,
};

const UNEXPECTED = auth(
  'The service gave an unexpected answer',
  'Check the endpoint: is it the address of this service?',
);
const BROKEN_OFF = auth('The connection to the service broke off', 'Try again; check the network in between');

interface ServiceError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** S3 names the right region here or in a header. */
  readonly Region?: string;
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Status of the service's answer; `undefined` when there was none. */
export function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

/** Whether the error is the service's own of this name, e.g. `NoSuchKey`. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as ServiceError).name === name;
}

/**
 * The error of an SDK call as one with safe text; errors of the egress door and of ours stay as they are.
 * @param error the service's name or status decides; its text is never used.
 */
export function awsFailure(error: unknown): ConnectionFailedError {
  if (error instanceof ConnectionFailedError) return error;
  const explanation = explanationOf(error);
  const region = regionOf(error);
  const isElsewhere = region !== null && explanation.message === WRONG_REGION.message;
  const hint = isElsewhere ? `Set the region to ${region}` : explanation.hint;
  return new AwsCallError({ ...explanation, hint }, { cause: error });
}

/** Text and hint of a failed call for the steps of a test. */
export const explainAws: ExplainFailure = (error) => {
  const failure = awsFailure(error);
  if (failure instanceof AwsCallError) return { message: failure.message, hint: failure.hint };
  return failure instanceof EgressBlockedError || failure instanceof EgressFailedError
    ? explainEgress(failure)
    : { message: failure.message };
};

function explanationOf(error: unknown): AwsExplanation {
  const { name = '' } = error as ServiceError;
  const status = statusOf(error);
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (known !== undefined) return known;
  if (status === undefined) return BROKEN_OFF;
  return BY_STATUS[status] ?? (status >= 500 ? BUSY : UNEXPECTED);
}

/** The region that S3 names when a bucket is in another one. Only a well-formed name is repeated. */
function regionOf(error: unknown): string | null {
  const { Region, $response } = error as ServiceError;
  const region = $response?.headers?.['x-amz-bucket-region'] ?? Region;
  return region !== undefined && /^[a-z0-9-]{1,32}$/.test(region) ? region : null;
}
