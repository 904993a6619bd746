import { Page } from '../../components/page';
import { ChangePassword } from './change-password';

export function SessionsPage() {
  return (
    <Page title="Password and sessions">
      <ChangePassword />
    </Page>
  );
}
