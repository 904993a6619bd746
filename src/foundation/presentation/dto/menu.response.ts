import { ApiProperty } from '@nestjs/swagger';
import type { MenuNode } from '../../../core/ports/index.js';

export class MenuItemResponse {
  @ApiProperty({ example: 'menu_connectors' })
  id!: string;

  @ApiProperty({ example: 'Connectors' })
  name!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the item above.',
    example: 'menu_settings_integrations',
  })
  parent!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the admin UI opens; `null` for an item that only holds others.',
    example: 'ir.connector.list',
  })
  action!: string | null;

  @ApiProperty({ type: 'integer', description: 'Order among its siblings.', example: 40 })
  sequence!: number;

  @ApiProperty({ type: () => [MenuItemResponse], description: 'The items below, in order.', example: [] })
  children!: MenuItemResponse[];

  static from(this: void, node: MenuNode): MenuItemResponse {
    return {
      id: node.id,
      name: node.name,
      parent: node.parent,
      action: node.action,
      sequence: node.sequence,
      children: node.children.map(MenuItemResponse.from),
    };
  }
}

export class MenuTreeResponse {
  @ApiProperty({ type: [MenuItemResponse], description: 'The roots, in order.' })
  items!: MenuItemResponse[];
}
