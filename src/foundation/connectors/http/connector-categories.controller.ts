import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentScope, SignedIn, type Scope } from '../../../core/access/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors } from '../../../core/web/index.js';
import { CategoryRoutes } from '../category-routes.js';
import { CategoriesQuery, CategoryPage, CategoryResponse } from '../dto/category.response.js';

@ApiTags('Connectors')
@Controller('connectors/categories')
export class ConnectorCategoriesController {
  constructor(private readonly routes: CategoryRoutes) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listConnectorCategories',
    summary: 'List the categories',
    description:
      'What this server can connect to, with the built-in adapter of each, and what an organization uses now. One page holds all.',
  })
  @ApiOkResponse({ type: CategoryPage })
  @ApiErrors(InvalidInputError, RecordNotFoundError)
  async list(@CurrentScope() scope: Scope, @Query() query: CategoriesQuery): Promise<CategoryPage> {
    const routes = await this.routes.list(scope, query.organization_id?.toLowerCase());
    return { items: routes.map(CategoryResponse.from), next_cursor: null };
  }
}
