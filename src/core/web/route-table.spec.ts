import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

describe('the methods of a path', () => {
  const routes = new RouteTable();
  routes.add('/api/connectors', ['GET']);
  routes.add('/api/connectors', ['POST']);
  routes.add('/api/connectors/types', ['GET', 'HEAD']);
  routes.add('/api/connectors/:id', ['PUT']);
  routes.add('/api/files/:name.svg', ['GET']);
  routes.add('/api/docs/*', ['GET']);

  it.each([
    ['/api/connectors', ['GET', 'POST']],
    ['/api/connectors?x=/y', ['GET', 'POST']],
    ['/api/connectors/types', ['GET', 'HEAD', 'PUT']],
    ['/api/connectors/a%20b', ['PUT']],
    ['/api/connectors/a%2Fb', ['PUT']],
    ['/api/docs/a/b.css', ['GET']],
    ['/api/files/x.svg', ['GET']],
    ['/api/files/xasvg', []],
    ['/api/connectors/', []],
    ['/api/connectors/a/b', []],
    ['/apiXconnectors', []],
    ['/', []],
    ['%zz', []],
  ])('%s', (target, methods) => {
    expect(routes.methodsOf(target)).toEqual(methods);
  });
});
