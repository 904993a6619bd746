import { describe, expect, it } from '@jest/globals';
import { loadSettings, SettingsError, type Environment } from './load-settings.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

function problemsOf(env: Environment): readonly string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

it('has a default for everything', () => {
  expect(loadSettings({}, '/srv/ede')).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: null,
    trustedProxies: [],
    dataDir: '/srv/ede/.data',
    isDataDirExplicit: false,
    databaseUrl: null,
    masterKey: null,
    masterKeyFile: '/srv/ede/.data.key',
    adminEmail: null,
    adminPassword: null,
    organization: 'Default organization',
    egressPolicy: 'allowlist',
    egressAllow: [],
    dnsServers: [],
    maxUpload: 5 * 1024 ** 3,
    hasPublicDocs: true,
    logLevel: 'info',
  });
});

it('takes an empty variable for one that is not set', () => {
  expect(loadSettings({ PORT: '', EDE_MASTER_KEY: ' ', DATABASE_URL: '' }, '/srv')).toEqual(loadSettings({}, '/srv'));
});

it('reads every setting', () => {
  const settings = loadSettings(
    {
      PORT: ' 8080 ',
      HOST: '0.0.0.0',
      EDE_PUBLIC_URL: 'https://EDE.example.com:443/',
      EDE_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16,fd00::/8',
      EDE_DATA_DIR: 'state',
      DATABASE_URL: 'postgres://u:p@db:5432/ede',
      EDE_MASTER_KEY: KEY,
      EDE_ADMIN_EMAIL: 'ada@example.com',
      EDE_ADMIN_PASSWORD: ' twelve chars ',
      EDE_ORGANIZATION: 'Acme',
      EDE_EGRESS_POLICY: 'Strict',
      EDE_EGRESS_ALLOW: '10.0.0.0/8, minio.internal:9000 ,',
      EDE_DNS_SERVERS: '10.0.0.53, fd00::53,[fd00::53]:5353,10.0.0.53:5353',
      EDE_MAX_UPLOAD: '200MiB',
      EDE_AUDIT_RETENTION_DAYS: '400',
      EDE_MESSAGE_RETENTION_DAYS: '90',
      EDE_PUBLIC_DOCS: 'false',
      EDE_LOG_LEVEL: 'warn',
    },
    '/srv',
  );
  expect(settings).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    publicUrl: 'https://ede.example.com',
    trustedProxies: ['10.0.0.1', '192.168.0.0/16', 'fd00::/8'],
    dataDir: '/srv/state',
    isDataDirExplicit: true,
    databaseUrl: 'postgres://u:p@db:5432/ede',
    masterKey: Buffer.alloc(32, 7),
    masterKeyFile: '/srv/state.key',
    adminEmail: 'ada@example.com',
    adminPassword: ' twelve chars ',
    organization: 'Acme',
    egressPolicy: 'strict',
    egressAllow: ['10.0.0.0/8', 'minio.internal:9000'],
    dnsServers: ['10.0.0.53', 'fd00::53', '[fd00::53]:5353', '10.0.0.53:5353'],
    maxUpload: 200 * 1024 ** 2,
    auditRetentionDays: 400,
    messageRetentionDays: 90,
    hasPublicDocs: false,
    logLevel: 'warn',
  });
});

it('keeps an absolute path and a key file that is named', () => {
  const { dataDir, masterKeyFile } = loadSettings({ EDE_DATA_DIR: '/var/ede', EDE_MASTER_KEY_FILE: 'k' }, '/srv');
  expect([dataDir, masterKeyFile]).toEqual(['/var/ede', '/srv/k']);
});

describe('sizes', () => {
  it.each([
    ['1', 1],
    ['5GiB', 5 * 1024 ** 3],
    ['1.5 KiB', 1536],
    ['200MB', 200_000_000],
    ['1tib', 1024 ** 4],
  ])('%s', (text, bytes) => {
    expect(loadSettings({ EDE_MAX_UPLOAD: text }).maxUpload).toBe(bytes);
  });

  it.each(['0', '-1', 'much', '5 GiBs', '1e9', '99999999TiB', 'GiB', '1,5MiB'])('%s is refused', (text) => {
    expect(problemsOf({ EDE_MAX_UPLOAD: text })).toEqual([
      'EDE_MAX_UPLOAD must be a size such as 5GiB, 200MiB or bytes',
    ]);
  });
});

describe('what cannot be used', () => {
  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['EDE_PUBLIC_URL', 'ede.example.com'],
    ['EDE_PUBLIC_URL', 'ftp://ede.example.com'],
    ['EDE_PUBLIC_URL', 'https://ede.example.com/app'],
    ['EDE_PUBLIC_URL', 'https://user@ede.example.com'],
    ['EDE_TRUSTED_PROXIES', 'proxy.example.com'],
    ['EDE_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['EDE_DNS_SERVERS', 'dns.example.com'],
    ['EDE_DNS_SERVERS', '10.0.0.53:0'],
    ['EDE_DNS_SERVERS', '10.0.0.53:99999'],
    ['EDE_DNS_SERVERS', 'fd00::53:x'],
    ['DATABASE_URL', 'mysql://db/ede'],
    ['DATABASE_URL', 'db'],
    ['EDE_MASTER_KEY', 'short'],
    ['EDE_MASTER_KEY', Buffer.alloc(31).toString('base64')],
    ['EDE_MASTER_KEY', Buffer.alloc(33).toString('base64')],
    ['EDE_EGRESS_POLICY', 'open'],
    ['EDE_AUDIT_RETENTION_DAYS', '0'],
    ['EDE_AUDIT_RETENTION_DAYS', '1.5'],
    ['EDE_MESSAGE_RETENTION_DAYS', '0'],
    ['EDE_PUBLIC_DOCS', 'perhaps'],
    ['EDE_LOG_LEVEL', 'loud'],
    ['EDE_ORGANIZATION', 'x'.repeat(256)],
  ])('%s=%s is named', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} `));
  });

  it('is told all at once, one line each, without secret values', () => {
    const env = {
      PORT: 'x',
      EDE_MASTER_KEY: 'hunter2-key',
      EDE_ADMIN_EMAIL: 'ada@example.com',
      EDE_ADMIN_PASSWORD: 'hunter2',
      DATABASE_URL: 'postgres:hunter2@db',
    };
    expect(() => loadSettings(env)).toThrow(SettingsError);
    expect(problemsOf(env).map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'EDE_MASTER_KEY',
      'EDE_ADMIN_PASSWORD',
    ]);
    expect(new SettingsError(problemsOf(env)).message).not.toContain('hunter2');
    expect(new SettingsError(problemsOf(env)).message.split('\n')).toHaveLength(5);
  });

  it('is what another part of the kernel refuses', () => {
    const egressAllowEntry = (entry: string) => {
      if (entry === 'bad') throw new Error('EDE_EGRESS_ALLOW: "bad" is not understood');
    };
    const load = () => loadSettings({ PORT: 'x', EDE_EGRESS_ALLOW: 'good, bad' }, '/srv', { egressAllowEntry });
    expect(load).toThrow(/PORT must be[^\n]*\n {2}EDE_EGRESS_ALLOW: "bad"/);
  });

  it('is half of a first admin', () => {
    expect(problemsOf({ EDE_ADMIN_EMAIL: 'ada@example.com' })).toEqual([
      'EDE_ADMIN_EMAIL and EDE_ADMIN_PASSWORD must be set together',
    ]);
  });
});

describe('the holder of the master key', () => {
  const vault = {
    EDE_KEY_PROVIDER: 'vault',
    EDE_VAULT_URL: 'https://vault.internal:8200',
    EDE_VAULT_TOKEN: 'hvs.token',
  };

  it('is the environment when the key is there, else the file', () => {
    expect(loadSettings({}).keyProvider).toBe('file');
    expect(loadSettings({ EDE_MASTER_KEY: KEY }).keyProvider).toBe('environment');
    expect(loadSettings({ EDE_MASTER_KEY: KEY, EDE_KEY_PROVIDER: 'file' }).keyProvider).toBe('file');
  });

  it('is a transit service, with the names that it has by itself', () => {
    expect(loadSettings(vault, '/srv')).toMatchObject({
      keyProvider: 'vault',
      vault: {
        url: 'https://vault.internal:8200',
        token: 'hvs.token',
        tokenFile: null,
        key: 'ede-connectors',
        mount: 'transit',
      },
    });
    const filed = { ...vault, EDE_VAULT_TOKEN: '', EDE_VAULT_TOKEN_FILE: 'token', EDE_VAULT_MOUNT: 'team/transit' };
    expect(loadSettings(filed, '/srv').vault).toMatchObject({
      token: null,
      tokenFile: '/srv/token',
      mount: 'team/transit',
    });
  });

  it('may be given former keys', () => {
    expect(loadSettings({ EDE_MASTER_KEY: KEY, EDE_MASTER_KEY_PREVIOUS: `${KEY}, ${KEY}` }).previousMasterKeys).toEqual(
      [Buffer.alloc(32, 7), Buffer.alloc(32, 7)],
    );
  });

  it.each([
    [{ EDE_KEY_PROVIDER: 'vault' }, /EDE_VAULT_URL must be set/],
    [{ EDE_KEY_PROVIDER: 'environment' }, /EDE_MASTER_KEY must be set/],
    [{ ...vault, EDE_VAULT_TOKEN: '' }, /one of EDE_VAULT_TOKEN/],
    [{ ...vault, EDE_VAULT_TOKEN_FILE: '/token' }, /one of EDE_VAULT_TOKEN/],
    [{ ...vault, EDE_VAULT_TOKEN: 'hunter2 hunter2' }, /^EDE_VAULT_TOKEN must/],
    [{ ...vault, EDE_VAULT_URL: 'vault' }, /^EDE_VAULT_URL must/],
    [{ ...vault, EDE_VAULT_KEY: '../sys' }, /^EDE_VAULT_KEY must/],
    [{ ...vault, EDE_VAULT_MOUNT: 'a/../sys' }, /^EDE_VAULT_MOUNT must/],
    [{ EDE_MASTER_KEY_PREVIOUS: `${KEY},hunter2` }, /^EDE_MASTER_KEY_PREVIOUS must/],
  ])('is refused in %j, without a secret in the text', (env, problem) => {
    const problems = problemsOf(env);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems.join()).not.toContain('hunter2');
  });
});
