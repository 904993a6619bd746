import { describe, expect, it } from '@jest/globals';
import { loadSettings, SettingsError } from './load-settings.js';
import { readSmtpUrl } from './smtp-url.js';

describe('EDE_SMTP_URL', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, isImplicitTls: false, isTlsRequired: false }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, isImplicitTls: true }],
    ['smtp://localhost:25/', { host: 'localhost', port: 25, credentials: null, caFile: null }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525 }],
    ['smtp://mail?require_tls=true', { isTlsRequired: true }],
    ['smtp://mail?require_tls=false&ca_file=%2Fetc%2Fca.pem', { isTlsRequired: false, caFile: '/etc/ca.pem' }],
    [
      'smtp://ada%40example.com:p%40ss%2Fw%25@mail',
      { credentials: { username: 'ada@example.com', password: 'p@ss/w%' } },
    ],
  ])('reads %s', (url, expected) => {
    expect(readSmtpUrl(url)).toMatchObject(expected);
  });

  it.each([
    'mail.example.com:25',
    'http://mail.example.com',
    'smtp://',
    'smtp://mail:0',
    'smtp://mail:99999',
    'smtp://mail/path',
    'smtp://mail#x',
    'smtp://user@mail',
    'smtp://:password@mail',
    'smtp://us%er:password@mail',
    'smtp://mail?requiretls=true',
    'smtp://mail?require_tls=perhaps',
  ])('refuses %s', (url) => {
    expect(() => loadSettings({ EDE_SMTP_URL: url })).toThrow(SettingsError);
  });

  it('is never repeated in what is said about it', () => {
    expect(() => loadSettings({ EDE_SMTP_URL: 'smtp://ada:hunter2%@mail' })).toThrow(/EDE_SMTP_URL (?!.*hunter2)/);
  });
});

describe('EDE_SMTP_FROM', () => {
  it('is an address, or a name with one', () => {
    expect(loadSettings({}).smtpFrom).toBe('ede@localhost');
    for (const from of ['ede@example.com', 'EDE <ede@example.com>']) {
      expect(loadSettings({ EDE_SMTP_FROM: from }).smtpFrom).toBe(from);
    }
    for (const from of ['ede', 'a@b, c@d', 'EDE <ede@example.com', 'a@b\nBcc: c@d']) {
      expect(() => loadSettings({ EDE_SMTP_FROM: from })).toThrow(SettingsError);
    }
  });
});
