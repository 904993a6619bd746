import {
  Connector,
  Egress,
  MessagingConnectorProvider,
  field,
  type ConfigOf,
  type OAuthDefinition,
} from '../../contracts/index.js';
import { SlackConnection } from './slack.connection.js';

const schema = [
  field.text('client_id', 'Client ID', {
    required: false,
    help: 'From the basic information of your Slack app. Needed only to connect by consent.',
  }),
  field.secret('client_secret', 'Client secret', { required: false }),
  field.secret('bot_token', 'Bot token', {
    help: 'Filled in by connecting with Slack; or paste the bot token of an installed app.',
    placeholder: 'xoxb-…',
  }),
  field.text('default_channel', 'Default channel', {
    required: false,
    placeholder: '#general',
    help: 'Name or id. Used when a message names no channel.',
  }),
] as const;

type Config = ConfigOf<typeof schema>;

/** Slack, as a bot of one workspace. */
@Connector({
  category: 'messaging',
  providerType: 'slack',
  displayName: 'Slack',
  description: 'Posts messages to channels of a Slack workspace.',
  docsUrl: 'https://docs.slack.dev/authentication/installing-with-oauth',
})
export class SlackProvider extends MessagingConnectorProvider<Config> {
  readonly configSchema = schema;

  override readonly oauth: OAuthDefinition = {
    authorizationUrl: 'https://slack.com/oauth/v2/authorize',
    tokenUrl: 'https://slack.com/api/oauth.v2.access',
    scopes: ['chat:write', 'chat:write.public'],
    requiredScopes: ['chat:write'],
    scopeSeparator: ',',
    clientIdKey: 'client_id',
    clientSecretKey: 'client_secret',
    // Not basic: RFC 6749 has the id escaped there, and Slack's ids have dots that it may not unescape.
    clientAuthentication: 'body',
    // Slack takes PKCE only from apps that gave up being confidential clients, and those get no bot scopes.
    isPkceUsed: false,
    tokenTypes: ['bot'],
    tokenParams: { access_token: 'bot_token' },
  };

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig({ bot_token, default_channel }: Config): SlackConnection {
    return new SlackConnection({ token: bot_token, defaultChannel: default_channel }, this.egress);
  }
}
