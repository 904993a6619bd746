import { describe, expect, it } from '@jest/globals';
import { startFailureLine } from './start-failure.js';

const at = { port: 3000, host: '127.0.0.1' };
const listenError = (code: string) => Object.assign(new Error('listen'), { syscall: 'listen', code });

describe('the line about a failed start', () => {
  it.each([
    [listenError('EADDRINUSE'), 'Port 3000 on 127.0.0.1 is in use'],
    [listenError('EACCES'), 'Port 3000 may not be opened'],
    [listenError('EADDRNOTAVAIL'), 'Cannot listen on 127.0.0.1, port 3000 (EADDRNOTAVAIL)'],
    [new Error('no key'), 'The start failed: no key'],
    [
      new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')], ''),
      'refused by ::1; refused by 127.0.0.1',
    ],
  ])('%s', (error, text) => {
    expect(startFailureLine(error, at)).toContain(text);
    expect(startFailureLine(error, at)).not.toContain('\n');
  });
});
