import { Connector, Egress, MessagingConnectorProvider, field, type ConfigOf } from '../../contracts/index.js';
import { DEFAULT_TEMPLATE } from './webhook-template.js';
import { WebhookConnection } from './webhook.connection.js';

const schema = [
  field.url('url', 'Address', { endpoint: true, placeholder: 'https://hooks.example.com/ede' }),
  field.choice(
    'method',
    'Method',
    [
      { value: 'POST', label: 'POST' },
      { value: 'PUT', label: 'PUT' },
    ],
    { default: 'POST' },
  ),
  field.map('headers', 'Headers', {
    secret: true,
    pattern: '[^\\r\\n]*',
    patternHint: 'must be one line',
    help: 'Sent with every message, e.g. the name Authorization with the value Bearer …',
  }),
  field.multiline('body_template', 'Body', {
    default: DEFAULT_TEMPLATE,
    help: 'JSON with {{id}}, {{text}}, {{to}}, {{thread_id}}, {{date}}; each comes as a JSON value, quotes included.',
  }),
  field.secret('hmac_secret', 'Signing secret', {
    required: false,
    help: 'Signs "<x-ede-timestamp>.<body>" with HMAC-SHA256 in the header x-ede-signature.',
  }),
  field.url('test_url', 'Test address', {
    required: false,
    endpoint: true,
    help: 'Answers a GET with less than 400 when all is well. Without it only a test message tells.',
  }),
] as const;

type Config = ConfigOf<typeof schema>;

/** Any HTTP endpoint that takes messages as JSON. */
@Connector({
  category: 'messaging',
  providerType: 'webhook',
  displayName: 'Webhook',
  description: 'Sends messages as JSON to an HTTP endpoint of your own, signed when you like.',
  testable: false,
})
export class WebhookProvider extends MessagingConnectorProvider<Config> {
  readonly configSchema = schema;

  constructor(private readonly egress: Egress) {
    super();
  }

  fromConfig({ url, method, headers, body_template, hmac_secret, test_url }: Config): WebhookConnection {
    return new WebhookConnection(
      { url, method, headers: headers ?? {}, template: body_template, hmacSecret: hmac_secret, testUrl: test_url },
      this.egress,
    );
  }
}
