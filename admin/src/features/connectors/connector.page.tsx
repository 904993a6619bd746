import { Page } from '../../components/page';

export function ConnectorPage() {
  return <Page title="Connector">{null}</Page>;
}
