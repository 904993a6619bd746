import { Page } from '../../components/page';

export function DocumentsPage() {
  return <Page title="Documents">{null}</Page>;
}
