import { describe, expect, it } from '@jest/globals';
import { assertOrder, FoundationModule } from './foundation.module.js';
import { ACTIVE_MODULES } from './settings.js';

it('finds the active modules by their names, in their order', async () => {
  const { imports } = await FoundationModule.load(ACTIVE_MODULES);
  const names = (imports as { name: string }[]).map(({ name }) => kebabCase(name.replace('Module', '')));
  expect(names).toEqual([...ACTIVE_MODULES]);
});

function kebabCase(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}

describe('the boot stops', () => {
  it.each([
    [['base', 'nothing'], 'there is no folder src/foundation/nothing'],
    [['../core'], 'there is no folder'],
    [['base', 'base'], 'names base twice'],
    [['observability'], 'does not export|no "static readonly requires"'],
    [['auth'], 'auth needs base, which is not active'],
    [['auth', 'base'], 'base must stand before auth'],
  ])('for %j', async (names, message) => {
    await expect(FoundationModule.load(names)).rejects.toThrow(new RegExp(message));
  });
});

it('takes any order that puts what is required first', () => {
  expect(() => assertOrder('c', ['a', 'b'], ['b', 'a', 'c'])).not.toThrow();
  expect(() => assertOrder('a', ['c'], ['a', 'b', 'c'])).toThrow('c must stand before a');
});
