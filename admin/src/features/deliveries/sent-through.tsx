import type { ChatSummary, MailSummary } from '../../api/deliveries';
import { ViaConnector } from '../../components/connector-link';

type Delivery = Pick<MailSummary | ChatSummary, 'connector_id' | 'provider_type'>;

/** The way of a mail or message. A connector that is deleted is no longer named, but did it all the same. */
export function SentThrough({ delivery: { connector_id, provider_type } }: { readonly delivery: Delivery }) {
  const isBuiltIn = provider_type === 'built_in';
  return <ViaConnector connectorId={connector_id} builtIn={isBuiltIn ? 'Built-in SMTP' : 'A deleted connector'} />;
}
