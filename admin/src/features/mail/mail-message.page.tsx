import { Page } from '../../components/page';

export function MailMessagePage() {
  return <Page title="Mail">{null}</Page>;
}
