import { ConnectorConfigError } from '../../core/connectors/index.js';
import type { EgressAgents } from '../../core/egress/index.js';

/** Long-lived keys of a user, or temporary ones with their token. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Keys that end at a time. */
export interface AwsTemporaryKeys extends AwsKeys {
  readonly expiration?: Date;
}

/** Silence on a socket, in milliseconds; a client that reads slowly may pause that long. */
const IDLE_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 3;

/** The SDK writes to the console unless it is given something else; what matters comes as an error. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface AwsClientSetup {
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: AwsKeys | (() => Promise<AwsTemporaryKeys>);
  readonly agents: EgressAgents;
}

/**
 * What every client of the SDK is made with. Everything that the SDK would else read from the environment, from files
 * of the machine or from instance metadata is given: credentials, region, endpoint, retries.
 */
export function awsClientConfig({ endpoint, region, credentials, agents }: AwsClientSetup) {
  return {
    endpoint: endpoint.href,
    region,
    credentials,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    defaultsMode: 'standard' as const,
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    userAgentAppId: 'ede-connectors',
    logger: SILENT,
    // Time limits are the callers' signals: the SDK's own request timeout only warns.
    requestHandler: { httpAgent: agents.httpAgent, httpsAgent: agents.httpsAgent, socketTimeout: IDLE_TIMEOUT_MS },
  };
}

/**
 * Loads a package of the SDK when it is first needed: it is large, and optional at installation.
 * @throws ConnectorConfigError when it is not installed.
 */
export async function loadSdk<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConnectorConfigError([{ key: 'provider_type', reason: `The package ${name} is not installed here` }], {
      cause: error,
    });
  }
}

function ignore(): void {}
