import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Settings } from '../config/index.js';
import { EndpointOverrides } from './endpoint-overrides.js';

const settings = new Settings({
  endpointOverrides: new Map([
    ['https://slack.com', 'http://127.0.0.1:4999'],
    ['https://a.example:8443', 'https://b.example'],
  ]),
});

beforeAll(() => Logger.overrideLogger(false));
afterEach(() => {
  jest.restoreAllMocks();
});

describe('EndpointOverrides', () => {
  it.each([
    ['https://slack.com/api/auth.test?a=b#c', 'http://127.0.0.1:4999/api/auth.test?a=b#c'],
    ['https://SLACK.com:443/api', 'http://127.0.0.1:4999/api'],
    ['https://a.example:8443/x', 'https://b.example/x'],
    ['https://a.example/x', 'https://a.example/x'],
    ['http://slack.com/api', 'http://slack.com/api'],
    ['https://slack.com.evil.example/', 'https://slack.com.evil.example/'],
    ['https://slack.com@evil.example/', 'https://slack.com@evil.example/'],
    ['https://user:password@slack.com/', 'https://user:password@slack.com/'],
    ['no url', 'no url'],
  ])('leads %s to %s', (from, to) => {
    expect(String(new EndpointOverrides(settings).apply(from))).toBe(to);
  });

  it('warns of each at boot', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    new EndpointOverrides(settings).onModuleInit();
    expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
      'EDE_ENDPOINT_OVERRIDES leads https://slack.com to http://127.0.0.1:4999',
      'EDE_ENDPOINT_OVERRIDES leads https://a.example:8443 to https://b.example',
    ]);
  });
});
