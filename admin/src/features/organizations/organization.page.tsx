import { Page } from '../../components/page';

export function OrganizationPage() {
  return <Page title="Organization">{null}</Page>;
}
