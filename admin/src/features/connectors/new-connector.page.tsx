import { Page } from '../../components/page';

export function NewConnectorPage() {
  return <Page title="New connector">{null}</Page>;
}
