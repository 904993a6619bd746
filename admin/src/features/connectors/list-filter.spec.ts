import { describe, expect, it } from '@jest/globals';
import { atPage, filterOf, hasFilters, sortOf, withChange, withoutFilters } from './list-filter';

describe('the filter of the list of connectors', () => {
  it('asks the API for what stands in the address', () => {
    expect(filterOf({ category: 'storage', status: 'error', is_default: 'true', is_enabled: 'false', q: 'x' })).toEqual(
      { category: 'storage', status: 'error', is_default: true, is_enabled: false, q: 'x', sort: '-created_at' },
    );
  });

  it('leaves out what the API would refuse', () => {
    expect(filterOf({ status: 'odd', is_default: 'maybe', sort: 'colour' })).toEqual({ sort: '-created_at' });
    expect(sortOf({ sort: 'name' })).toBe('name');
  });

  it('starts again at the first page when it changes, and keeps the rest', () => {
    const search = { category: 'email', q: 'acme', cursor: 'c', sort: 'name' };
    expect(withChange(search, { status: 'draft' })).toEqual({
      category: 'email',
      q: 'acme',
      sort: 'name',
      status: 'draft',
    });
    expect(withChange(search, { q: '' })).toEqual({ category: 'email', sort: 'name' });
    expect(atPage(search, 'd')).toEqual({ ...search, cursor: 'd' });
    expect(atPage(search, undefined)).toEqual({ category: 'email', q: 'acme', sort: 'name' });
  });

  it('drops the provider when the category changes, unless both change', () => {
    const search = { category: 'email', provider_type: 'smtp' };
    expect(withChange(search, { category: 'storage' })).toEqual({ category: 'storage' });
    expect(withChange(search, { category: 'storage', provider_type: 'aws_s3' })).toEqual({
      category: 'storage',
      provider_type: 'aws_s3',
    });
  });

  it('says the result of a consent once', () => {
    expect(withChange({ oauth: 'error', reason: 'denied' }, { q: 'a' })).toEqual({ q: 'a' });
    expect(atPage({ oauth: 'error', reason: 'denied' }, 'c')).toEqual({ cursor: 'c' });
  });

  it('is cleared without losing the order, which is no filter', () => {
    expect(withoutFilters({ q: 'a', sort: 'name', cursor: 'c' })).toEqual({ sort: 'name' });
    expect([hasFilters({ sort: 'name', cursor: 'c' }), hasFilters({ is_enabled: 'true' })]).toEqual([false, true]);
  });
});
