import { describe, expect, it } from '@jest/globals';
import { loadSettings } from './load-settings.js';

describe('EDE_ENDPOINT_OVERRIDES', () => {
  it('leads origins to others', () => {
    const { endpointOverrides } = loadSettings({
      EDE_ENDPOINT_OVERRIDES: '{"https://slack.com":"http://127.0.0.1:4999","https://a.example/":"https://b.example"}',
    });
    expect([...endpointOverrides]).toEqual([
      ['https://slack.com', 'http://127.0.0.1:4999'],
      ['https://a.example', 'https://b.example'],
    ]);
  });

  it('is empty unless it is set', () => {
    expect(loadSettings({}).endpointOverrides.size).toBe(0);
  });

  it.each([
    'canary',
    '[]',
    'null',
    '"https://canary.example"',
    '{"https://canary.example":7}',
    '{"canary.example":"https://b.example"}',
    '{"https://canary.example":"https://b.example/path"}',
    '{"https://canary.example":"ftp://b.example"}',
    '{"https://user:canary@a.example":"https://b.example"}',
  ])('%s stops the boot, without repeating the value', (text) => {
    const load = () => loadSettings({ EDE_ENDPOINT_OVERRIDES: text });
    expect(load).toThrow(/EDE_ENDPOINT_OVERRIDES must be a JSON object of origins/);
    expect(load).not.toThrow(/canary/);
  });
});
