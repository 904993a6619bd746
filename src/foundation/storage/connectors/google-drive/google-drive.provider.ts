import {
  googleOAuth,
  parseServiceAccount,
  serviceAccountGrant,
  unwrapGoogleJson,
} from '../../../../vendors/google/index.js';
import {
  Connector,
  Egress,
  StorageConnectorProvider,
  field,
  type AccessTokenSource,
  type ConfigOf,
  type ConnectionContext,
  type JsonObject,
  type StorageConnection,
} from '../../contracts/index.js';
import { GoogleDriveConnection } from './google-drive.connection.js';

/** Sees only what the app itself made: the least that storing documents needs. */
const APP_FILES = 'https://www.googleapis.com/auth/drive.file';
/** By the narrower scope a service account sees no folder that people shared with it (ADR 20). */
const SHARED_FILES = 'https://www.googleapis.com/auth/drive';

const schema = [
  field.text('client_id', 'Client ID', {
    required: false,
    help: 'Of an OAuth client of type "Web application". Connecting with Google needs it and its secret; a service account needs neither.',
  }),
  field.secret('client_secret', 'Client secret', { required: false, help: 'Needed for connecting with Google.' }),
  field.secret('refresh_token', 'Refresh token', { required: false, help: 'Filled in by connecting with Google.' }),
  field.json('service_account', 'Service account', {
    required: false,
    secret: true,
    help: 'JSON key of a service account, instead of the three fields above. It reaches all that is shared with the account: share nothing else with it than the folder.',
  }),
  field.text('subject', 'Act as', {
    required: false,
    help: 'E-mail address, when a service account has domain-wide delegation for the scope https://www.googleapis.com/auth/drive.',
  }),
  field.text('folder_id', 'Folder ID', {
    required: false,
    pattern: '[A-Za-z0-9_-]+',
    help: 'Last part of the address of the folder, which a service account needs to be shared with as editor. Left out: the top of the drive.',
  }),
  field.text('shared_drive_id', 'Shared drive ID', { required: false, pattern: '[A-Za-z0-9_-]+' }),
] as const;

type Config = ConfigOf<typeof schema>;

/** Google Drive, by a user's consent or as a service account. */
@Connector({
  category: 'storage',
  providerType: 'google_drive',
  displayName: 'Google Drive',
  description: 'Keeps documents in a folder of Google Drive or in a shared drive.',
  docsUrl: 'https://developers.google.com/workspace/drive/api/guides/about-auth',
})
export class GoogleDriveProvider extends StorageConnectorProvider<Config> {
  readonly configSchema = schema;
  override readonly oauth = googleOAuth([APP_FILES]);

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig(config: Config, context: ConnectionContext): StorageConnection {
    const { folder_id: folderId, shared_drive_id: sharedDriveId } = config;
    return new GoogleDriveConnection({ folderId, sharedDriveId }, this.egress, this.tokensOf(config, context));
  }

  override normalizeImportJson(json: JsonObject): JsonObject {
    return unwrapGoogleJson(json);
  }

  private tokensOf({ service_account, subject }: Config, context: ConnectionContext): AccessTokenSource {
    if (service_account === undefined) return context.accessTokens;
    const options = { scopes: [SHARED_FILES], ...(subject !== undefined && { subject }) };
    return context.tokensOf(serviceAccountGrant(this.egress, parseServiceAccount(service_account), options));
  }
}
