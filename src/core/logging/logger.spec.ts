import { describe, expect, it } from '@jest/globals';
import { Secret } from '../crypto/index.js';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function capture(level: 'info' | 'trace' = 'info') {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line: string) => void lines.push(line) });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  return { logger, nest: new NestLogger(logger), lines, last };
}

describe('an error', () => {
  it('is told by name, message, code, frames and cause', () => {
    const { logger, last } = capture();
    const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET' });
    logger.error({ err: new TypeError('outer', { cause }) }, 'Failed');
    expect(last()).toMatchObject({
      level: 'error',
      msg: 'Failed',
      err: { name: 'TypeError', message: 'outer', cause: { name: 'Error', message: 'inner', code: 'ECONNRESET' } },
    });
    expect((last()['err'] as { stack: string }).stack).toMatch(/^\s+at .*logger\.spec/);
  });

  it('does not repeat the text that a parser choked on', () => {
    const { logger, lines } = capture();
    try {
      JSON.parse('hunter2');
    } catch (error) {
      logger.error({ err: error });
    }
    expect(lines.join()).toContain('SyntaxError');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('of the database leaves out parameters, query, detail and quoted values', () => {
    const { logger, lines } = capture();
    const error = Object.assign(new Error('invalid input syntax for type uuid: "hunter2"'), {
      query: 'SELECT hunter2',
      parameters: ['hunter2'],
      detail: 'Key (email)=(hunter2)',
      driverError: { code: '22P02' },
      code: '22P02',
    });
    logger.error({ err: error });
    expect(lines.join()).toContain('22P02');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('may be anything that was thrown', () => {
    const { logger, lines } = capture();
    logger.error({ err: 'hunter2' });
    expect(lines.join()).not.toContain('hunter2');
  });
});

it('hides secrets wherever they stand', () => {
  const { logger, nest, lines } = capture('trace');
  logger.info({ deep: { list: [Secret.of('hunter2')] } }, `text ${String(Secret.of('hunter2'))}`);
  nest.warn({ value: Secret.of('hunter2') });
  expect(lines.join()).not.toContain('hunter2');
});

describe("Nest's logger", () => {
  it('keeps the context, and takes facts as members', () => {
    const { nest, last } = capture();
    nest.warn({ msg: 'Slow', ms: 12 }, 'Database');
    expect(last()).toMatchObject({ level: 'warn', msg: 'Slow', ms: 12, context: 'Database' });
  });

  it('takes an error as the message, or beside it', () => {
    const { nest, last } = capture();
    nest.error(new RangeError('far'), 'Job');
    expect(last()).toMatchObject({ err: { name: 'RangeError', message: 'far' }, context: 'Job' });
    nest.error('Failed', new Error('why').stack, 'Job');
    expect(last()).toMatchObject({ msg: 'Failed', context: 'Job', stack: expect.stringContaining('    at ') });
  });

  it('says how it wires the application only when asked', () => {
    const { nest, lines } = capture();
    nest.log('Mapped {/api/x, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
    nest.log('Applied migration', 'Database');
    expect(lines).toHaveLength(1);
  });
});
