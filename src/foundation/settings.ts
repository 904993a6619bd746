/** The foundation modules, in the order in which they build on each other; checked at boot. */
export const ACTIVE_MODULES = [
  'base',
  'auth',
  'presentation',
  'egress-list',
  'connectors',
  'storage',
  'email',
  'messaging',
  'audit',
] as const;
