import {
  googleOAuth,
  parseServiceAccount,
  serviceAccountGrant,
  unwrapGoogleJson,
} from '../../../../vendors/google/index.js';
import {
  Connector,
  ConnectorConfigError,
  Egress,
  EmailConnectorProvider,
  field,
  type AccessTokenSource,
  type ConfigOf,
  type ConnectionContext,
  type EmailConnection,
  type JsonObject,
} from '../../contracts/index.js';
import { GMAIL_SEND, GmailConnection } from './gmail.connection.js';

const schema = [
  field.text('client_id', 'Client ID', {
    required: false,
    help: 'Of an OAuth client of type "Web application". Connecting with Google needs it and its secret; a service account needs neither.',
  }),
  field.secret('client_secret', 'Client secret', { required: false, help: 'Needed for connecting with Google.' }),
  field.secret('refresh_token', 'Refresh token', { required: false, help: 'Filled in by connecting with Google.' }),
  field.text('sender', 'Sender', {
    pattern: '[^@\\s]+@[^@\\s]+',
    patternHint: 'must be an e-mail address',
    placeholder: 'office@example.com',
    help: 'The address of the account, or one of its aliases.',
  }),
  field.text('sender_name', 'Name of the sender', {
    required: false,
    pattern: '[^\\r\\n]*',
    patternHint: 'must be one line',
  }),
  field.json('service_account', 'Service account', {
    required: false,
    secret: true,
    help: 'JSON key of a service account with domain-wide delegation, instead of the three fields above. It needs "Act as" too.',
  }),
  field.text('subject', 'Act as', { required: false, help: 'The user whose mailbox a service account sends from.' }),
] as const;

type Config = ConfigOf<typeof schema>;

/** Gmail, by a user's consent or as a service account with delegation. */
@Connector({
  category: 'email',
  providerType: 'gmail',
  displayName: 'Gmail',
  description: 'Sends mail from a Gmail or Google Workspace mailbox.',
  docsUrl: 'https://developers.google.com/workspace/gmail/api/auth/scopes',
})
export class GmailProvider extends EmailConnectorProvider<Config> {
  readonly configSchema = schema;
  override readonly oauth = googleOAuth([GMAIL_SEND]);

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig(config: Config, context: ConnectionContext): EmailConnection {
    const sender = { address: config.sender, name: config.sender_name ?? null };
    return new GmailConnection(sender, this.egress, this.tokensOf(config, context));
  }

  override normalizeImportJson(json: JsonObject): JsonObject {
    return unwrapGoogleJson(json);
  }

  private tokensOf({ service_account, subject }: Config, context: ConnectionContext): AccessTokenSource {
    if (service_account === undefined) return context.accessTokens;
    if (subject === undefined) {
      throw new ConnectorConfigError([
        { key: 'subject', reason: 'A service account must name the user that it sends for' },
      ]);
    }
    const account = parseServiceAccount(service_account);
    return context.tokensOf(serviceAccountGrant(this.egress, account, { scopes: [GMAIL_SEND], subject }));
  }
}
