import { Page } from '../../components/page';

export function MessagePage() {
  return <Page title="Message">{null}</Page>;
}
