import { Page } from '../../components/page';
import { ChangePassword } from './change-password';
import { Sessions } from './sessions';

export function SessionsPage() {
  return (
    <Page title="Password and sessions">
      <Sessions />
      <ChangePassword />
    </Page>
  );
}
