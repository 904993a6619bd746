import { Page } from '../../components/page';

export function CatalogPage() {
  return <Page title="Catalog">{null}</Page>;
}
