import { describe, expect, it } from '@jest/globals';
import type { Category } from '../../api/connector-categories';
import type { ProviderType } from '../../api/connectors';
import { catalogGroups } from './catalog-groups';

const category = (key: string, display_name: string): Category => ({
  key,
  display_name,
  description: '',
  built_in: null,
  route: 'none',
  connector: null,
});
const type = (of: string, provider_type: string, display_name: string, description: string | null): ProviderType => ({
  provider_type,
  display_name,
  category: of,
  description,
  docs_url: null,
  logo_url: null,
  testable: true,
  oauth: null,
  config_schema: [],
});

const categories = [category('email', 'Email'), category('fax', 'Fax'), category('storage', 'Storage')];
const types = [
  type('email', 'smtp', 'SMTP server', 'Any mail server'),
  type('storage', 'aws_s3', 'Amazon S3', 'Buckets of Amazon'),
  type('storage', 'other_s3', 'S3-compatible', null),
];
const found = (search: object) =>
  catalogGroups(categories, types, search).map((group) => [
    group.category.key,
    group.types.map(({ provider_type }) => provider_type),
  ]);

describe('the catalog', () => {
  it('shows every provider under its category, and no empty category', () => {
    expect(found({})).toEqual([
      ['email', ['smtp']],
      ['storage', ['aws_s3', 'other_s3']],
    ]);
  });

  it.each([
    [{ category: 'storage' }, [['storage', ['aws_s3', 'other_s3']]]],
    [{ q: 'AMAZON' }, [['storage', ['aws_s3']]]],
    [{ q: 'server mail' }, [['email', ['smtp']]]],
    [{ q: 'other_s3' }, [['storage', ['other_s3']]]],
    [{ q: 'storage s3-comp' }, [['storage', ['other_s3']]]],
    [{ q: 's3', category: 'email' }, []],
    [{ q: '  ' }, found({})],
  ])('finds by %o', (search, expected) => {
    expect(found(search)).toEqual(expected);
  });
});
