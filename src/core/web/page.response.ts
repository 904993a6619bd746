import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** One page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor: string | null;
}

/**
 * The class of a page of items, for `@ApiOkResponse`.
 * @example class ConnectorPage extends PageOf(ConnectorResponse) {}
 */
export function PageOf<Item>(item: Type<Item>): Type<Page<Item>> {
  class PageResponse implements Page<Item> {
    @ApiProperty({ type: [item] })
    items!: Item[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Cursor of the next page; `null` on the last one.',
      example: null,
    })
    next_cursor!: string | null;
  }
  return PageResponse;
}
