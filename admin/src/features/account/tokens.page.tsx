import { Page } from '../../components/page';

export function TokensPage() {
  return <Page title="API tokens">{null}</Page>;
}
