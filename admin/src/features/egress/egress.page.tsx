import { Page } from '../../components/page';

export function EgressPage() {
  return <Page title="Egress">{null}</Page>;
}
