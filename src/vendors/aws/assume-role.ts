import type { EgressAgents } from '../../core/egress/index.js';
import { limitAnswers } from './answer-limit.js';
import { awsClientConfig, loadSdk, type AwsKeys, type AwsTemporaryKeys } from './aws-client.js';
import { AwsCallError, awsFailure } from './aws-failure.js';

/** A role to act in, and where it is asked for. */
export interface AwsRole {
  readonly arn: string;
  /** Shared word that the role's trust policy may demand. */
  readonly externalId?: string;
  /** Of the security token service. */
  readonly endpoint: URL;
  readonly region: string;
}

const TIMEOUT_MS = 8_000;
const SESSION_NAME = 'ede-connectors';

/**
 * Temporary credentials of a role. The SDK's clients ask again shortly before they expire.
 * @throws AwsCallError when keys or role are refused, or what the egress door throws.
 */
export async function assumeRole(role: AwsRole, keys: AwsKeys, agents: EgressAgents): Promise<AwsTemporaryKeys> {
  const { STSClient, AssumeRoleCommand } = await loadSdk('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts'));
  const client = new STSClient(
    awsClientConfig({ endpoint: role.endpoint, region: role.region, credentials: keys, agents }),
  );
  limitAnswers(client);
  const command = new AssumeRoleCommand({
    RoleArn: role.arn,
    RoleSessionName: SESSION_NAME,
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  });
  const { Credentials } = await client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) }).catch(refused);
  if (Credentials?.AccessKeyId === undefined || Credentials.SecretAccessKey === undefined) throw refusal();
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    ...(Credentials.SessionToken !== undefined && { sessionToken: Credentials.SessionToken }),
    ...(Credentials.Expiration !== undefined && { expiration: Credentials.Expiration }),
  };
}

function refused(error: unknown): never {
  const failure = awsFailure(error);
  throw failure instanceof AwsCallError && failure.step === 'access' ? refusal(error) : failure;
}

function refusal(cause?: unknown): AwsCallError {
  return new AwsCallError(
    {
      step: 'auth',
      message: 'The role cannot be assumed with this access key',
      hint: 'Check the role ARN, its trust policy and the external ID',
    },
    { cause },
  );
}
