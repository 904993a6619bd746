import type { Role } from '../../api/people';

export const ROLES: readonly { value: Role; label: string }[] = [
  { value: 'admin', label: 'Admin' },
  { value: 'member', label: 'Member' },
];
