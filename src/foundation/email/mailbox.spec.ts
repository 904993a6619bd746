import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { formatMailbox, parseMailbox } from './mailbox.js';

describe('a mail address', () => {
  it.each([
    ['ada@example.com', null, 'ada@example.com'],
    ['  ada@example.com ', null, 'ada@example.com'],
    ['<ada@example.com>', null, 'ada@example.com'],
    ['Ada Lovelace <ada@example.com>', 'Ada Lovelace', 'ada@example.com'],
    ['Ада <ada+x@mail.example.com>', 'Ада', 'ada+x@mail.example.com'],
    ['"Lovelace, Ada" <ada@example.com>', 'Lovelace, Ada', 'ada@example.com'],
    ['root@localhost', null, 'root@localhost'],
    ['ada@bücher.example', null, 'ada@bücher.example'],
  ])('is read from %s', (text, name, address) => {
    expect(parseMailbox(text)).toEqual({ name, address });
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@@example.com',
    'ada@example.com, grace@example.com',
    'ada@example.com;grace@example.com',
    'Ada <ada@example.com',
    'ada@example.com>',
    'Ada <ada@example.com> x',
    'Ada <x> <ada@example.com>',
    '"Ada" Lovelace" <ada@example.com>',
    'Ada\\" <ada@example.com>',
    'a b@example.com',
    '"a b"@example.com',
    'ada@exa mple.com',
    'ада@example.com',
    'ada@example.com\n',
    'Ada\r\nBcc: x@example.com <ada@example.com>',
    'Ada\u0000 <ada@example.com>',
    'Ada\u0085 <ada@example.com>',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(130)}com`,
  ])('is not %j', (text) => {
    expect(parseMailbox(text)).toBeNull();
  });

  it('is written so that it reads back, and means one recipient to a mail library too', () => {
    const address = fc.constantFrom('ada@example.com', 'a.b+c@x-y.example', 'root@localhost');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), address, (name, to) => {
        const mailbox = parseMailbox(`${name} <${to}>`);
        fc.pre(mailbox !== null);
        const written = formatMailbox(mailbox);
        expect(parseMailbox(written)).toEqual(mailbox);
        expect(written).not.toMatch(/[\r\n]/);
        const read = addressparser(written);
        expect(read).toHaveLength(1);
        expect(read[0]).toMatchObject({ address: to });
      }),
    );
  });

  it('is never found in a text with a control character', () => {
    const control = fc.constantFrom('\r', '\n', '\u0000', '\t', '\u001b', '\u0085');
    fc.assert(
      fc.property(fc.string(), control, fc.string(), (before, sign, after) => {
        expect(parseMailbox(`${before}${sign}${after} <ada@example.com>`)).toBeNull();
      }),
    );
  });
});
