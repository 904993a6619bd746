import type { Connector } from '../../api/connectors';

type Routed = Pick<Connector, 'id' | 'category' | 'organization_id' | 'is_default' | 'is_enabled' | 'is_routing'>;

/**
 * What the server will say once the connector is the default, or no longer is: one default per category and organization.
 * @returns the same records, new objects only where something changes.
 */
export function moveDefault<Item extends Routed>(items: readonly Item[], target: Routed, isDefault: boolean): Item[] {
  return items.map((item) => {
    if (item.category !== target.category || item.organization_id !== target.organization_id) return item;
    const becomes = isDefault ? item.id === target.id : item.is_default && item.id !== target.id;
    return becomes === item.is_default
      ? item
      : { ...item, is_default: becomes, is_routing: becomes && item.is_enabled };
  });
}
