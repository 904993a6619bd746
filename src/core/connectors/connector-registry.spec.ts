import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectorConnection } from './connector-connection.js';
import { ConnectorProvider } from './connector-provider.js';
import { ConnectorRegistry } from './connector-registry.js';
import { ConnectorNotFoundError } from './errors.js';

class FirstProvider extends ConnectorProvider {
  readonly configSchema = [];
  fromConfig(): ConnectorConnection {
    throw new Error('not used');
  }
}
class SecondProvider extends FirstProvider {}

const metadata = (providerType: string, displayName = providerType, category = 'storage') => ({
  category,
  providerType,
  displayName,
});
const storage = { key: 'storage', displayName: 'Storage', description: 'Keeps documents' };

describe('ConnectorRegistry', () => {
  let registry: ConnectorRegistry;
  beforeEach(() => {
    registry = new ConnectorRegistry();
  });

  it('finds a provider by category and type, with its metadata and logo', () => {
    const provider = new FirstProvider();
    registry.register(metadata('aws_s3'), provider, '<svg/>');
    expect(registry.get('storage', 'aws_s3')).toEqual({ metadata: metadata('aws_s3'), provider, logo: '<svg/>' });
    expect(registry.isRegistered('storage', 'aws_s3')).toBe(true);
  });

  it.each([
    ['storage', 'unknown'],
    ['email', 'aws_s3'],
    ['__proto__', 'constructor'],
  ])('answers %s/%s with ConnectorNotFoundError, without repeating it', (category, providerType) => {
    registry.register(metadata('aws_s3'), new FirstProvider());
    expect(registry.isRegistered(category, providerType)).toBe(false);
    try {
      registry.get(category, providerType);
      throw new Error('expected a refusal');
    } catch (error) {
      expect(error).toBeInstanceOf(ConnectorNotFoundError);
      expect(error).toMatchObject({ category, providerType });
      expect((error as Error).message).not.toContain(providerType);
    }
  });

  it('refuses a type that is taken, naming both classes, and allows it in another category', () => {
    registry.register(metadata('aws'), new FirstProvider());
    registry.register(metadata('aws', 'SES', 'email'), new SecondProvider());
    expect(() => registry.register(metadata('aws'), new SecondProvider())).toThrow(
      'storage/aws is registered twice: by FirstProvider and SecondProvider',
    );
  });

  it.each(['', 'AwsS3', '3s', 'aws-s3', 'a'.repeat(65), 'aws\n', 'å'])(
    'refuses %j as a type and as a category',
    (key) => {
      expect(() => registry.register(metadata(key), new FirstProvider())).toThrow('must match');
      expect(() => registry.declareCategory({ ...storage, key })).toThrow('must match');
    },
  );

  it('lists the providers of a category by display name', () => {
    registry.register(metadata('b', 'Zebra'), new FirstProvider());
    registry.register(metadata('c', 'ant'), new FirstProvider());
    registry.register(metadata('a', 'Mail', 'email'), new FirstProvider());
    expect(registry.listForCategory('storage').map(({ metadata: { displayName } }) => displayName)).toEqual([
      'ant',
      'Zebra',
    ]);
    expect(registry.listForCategory('unknown')).toEqual([]);
  });

  it('knows the declared categories, by display name, each once', () => {
    registry.declareCategory(storage);
    registry.declareCategory({ ...storage, key: 'email', displayName: 'Email' });
    expect(registry.categories().map(({ key }) => key)).toEqual(['email', 'storage']);
    expect([registry.isCategory('email'), registry.isCategory('fax')]).toEqual([true, false]);
    expect(() => registry.declareCategory(storage)).toThrow('Category storage is declared twice');
  });

  it('tells a provider whose category nobody declares', () => {
    registry.declareCategory(storage);
    registry.register(metadata('aws_s3'), new FirstProvider());
    expect(() => registry.assertCategoriesDeclared()).not.toThrow();
    registry.register(metadata('fax_o_mat', 'Fax', 'fax'), new FirstProvider());
    expect(() => registry.assertCategoriesDeclared()).toThrow('Provider fax_o_mat names category fax');
  });
});
