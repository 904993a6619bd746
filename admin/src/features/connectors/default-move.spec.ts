import { describe, expect, it } from '@jest/globals';
import { moveDefault } from './default-move';

const record = (id: string, change: object = {}) => ({
  id,
  category: 'storage',
  organization_id: 'acme',
  is_default: false,
  is_enabled: true,
  is_routing: false,
  ...change,
});
const first = record('first', { is_default: true, is_routing: true });
const second = record('second');
const mail = record('mail', { category: 'email', is_default: true });
const foreign = record('foreign', { organization_id: 'globex', is_default: true });

describe('moving the default', () => {
  it('takes it from the one that has it, within category and organization only', () => {
    const moved = moveDefault([first, second, mail, foreign], second, true);
    expect(moved.map(({ id, is_default }) => [id, is_default])).toEqual([
      ['first', false],
      ['second', true],
      ['mail', true],
      ['foreign', true],
    ]);
    expect(moved[0]).toMatchObject({ is_routing: false });
    expect(moved[1]).toMatchObject({ is_routing: true });
    expect([moved[2], moved[3]]).toEqual([mail, foreign]);
  });

  it('does not route through a disabled one', () => {
    const disabled = record('off', { is_enabled: false });
    expect(moveDefault([disabled], disabled, true)[0]).toMatchObject({ is_default: true, is_routing: false });
  });

  it('can be given up, which leaves the category without one', () => {
    expect(moveDefault([first, second], first, false).some(({ is_default }) => is_default)).toBe(false);
    expect(moveDefault([first, second], second, false)).toEqual([first, second]);
  });
});
