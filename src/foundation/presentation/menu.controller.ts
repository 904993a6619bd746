import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, Scope, SignedIn } from '../../core/access/index.js';
import { MenuRegistry } from '../../core/ports/index.js';
import { MenuItemResponse, MenuTreeResponse } from './dto/menu.response.js';

@ApiTags('Menus')
@Controller('menus')
export class MenuController {
  constructor(private readonly menus: MenuRegistry) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'getMenus',
    summary: 'The menu tree',
    description: 'The items that the caller may see. Modules register them.',
  })
  @ApiOkResponse({ type: MenuTreeResponse })
  tree(@CurrentScope() scope: Scope): MenuTreeResponse {
    return { items: this.menus.treeFor(scope).map(MenuItemResponse.from) };
  }
}
