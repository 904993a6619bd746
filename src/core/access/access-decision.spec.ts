import { describe, expect, it } from '@jest/globals';
import { ACCESS_DECISION, Public, RequireRole, SignedIn } from './access-decision.js';

class Routes {
  open(): void {}
  member(): void {}
  admin(): void {}
}

function decorate(name: keyof Routes, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, name);
  if (!descriptor) throw new Error(`no method ${name}`);
  for (const decorator of decorators) decorator(Routes.prototype, name, descriptor);
}

describe('access decorators', () => {
  it('leave their decision on the route', () => {
    decorate('open', Public());
    decorate('member', SignedIn({ sessionOnly: true }));
    decorate('admin', RequireRole('admin', { tokenScopes: ['send'] }));
    expect(Reflect.getMetadata(ACCESS_DECISION, Routes.prototype.open)).toEqual({ kind: 'public' });
    expect(Reflect.getMetadata(ACCESS_DECISION, Routes.prototype.member)).toEqual({
      kind: 'signed_in',
      options: { sessionOnly: true },
    });
    expect(Reflect.getMetadata(ACCESS_DECISION, Routes.prototype.admin)).toEqual({
      kind: 'role',
      role: 'admin',
      options: { tokenScopes: ['send'] },
    });
  });

  it('refuse to stand on one route twice', () => {
    expect(() => decorate('open', SignedIn())).toThrow('Routes.open carries two access decisions');
  });
});
