import { Badge } from '@mantine/core';

/** Of a user whose "May sign in" is off. */
export function NoSignInBadge() {
  return <Badge color="gray">May not sign in</Badge>;
}
