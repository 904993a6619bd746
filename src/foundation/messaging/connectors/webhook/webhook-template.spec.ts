import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_TEMPLATE, isJsonTemplate, renderTemplate, unknownPlaceholders } from './webhook-template.js';

describe('the body template', () => {
  it('gives JSON with exactly the message, whatever its text holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (text, to) => {
        const values = { id: 'm1', text, to, thread_id: null, date: '2026-11-24T09:30:00.000Z' };
        expect(JSON.parse(renderTemplate(DEFAULT_TEMPLATE, values))).toEqual(values);
      }),
    );
  });

  it('tells unknown placeholders and templates that give no JSON', () => {
    expect(unknownPlaceholders('{"a":{{ text }},"b":{{nope}}}')).toEqual(['nope']);
    expect(isJsonTemplate(DEFAULT_TEMPLATE)).toBe(true);
    expect(isJsonTemplate('{"text":"{{text}}"}')).toBe(false);
  });
});
