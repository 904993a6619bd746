import { Page } from '../../components/page';

export function OrganizationsPage() {
  return <Page title="Organizations">{null}</Page>;
}
