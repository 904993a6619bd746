import { describe, expect, it } from '@jest/globals';
import { PASSWORD_MIN } from '../../base/index.js';
import { resetAnnouncement, setupAnnouncement } from './setup-announcement.js';

describe('announcements of one-time links', () => {
  it.each([
    ['setup', setupAnnouncement, '/setup', '/api/setup'],
    ['reset', resetAnnouncement, '/reset', '/api/auth/reset'],
  ])('%s: a link that keeps the token out of server logs, and a curl line that must be edited first', (...row) => {
    const [, announce, page, route] = row;
    const text = announce('https://ede.example.com', 'tok-en_1');
    expect(text).toContain(`https://ede.example.com${page}#token=tok-en_1\n`);
    expect(text).toContain(`curl -X POST https://ede.example.com${route} `);
    const body = JSON.parse(/-d '(.*)'$/m.exec(text)?.[1] ?? '') as { password: string };
    expect(Object.values(body)).toContain('tok-en_1');
    expect(body.password.length).toBeLessThan(PASSWORD_MIN);
  });
});
