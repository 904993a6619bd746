import { Page } from '../../components/page';

export function MessagesPage() {
  return <Page title="Messages">{null}</Page>;
}
