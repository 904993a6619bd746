import { Page } from '../../components/page';

export function UserPage() {
  return <Page title="User">{null}</Page>;
}
