import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import type { BuiltInAdapter } from '../../../core/connectors/index.js';
import { OptionalField, PageOf } from '../../../core/web/index.js';
import type { CategoryRoute } from '../category-routes.js';
import type { Connector, ConnectorStatus } from '../connector.entity.js';

const ROUTES = ['connector', 'built_in', 'none'] as const;
type Route = (typeof ROUTES)[number];

export class CategoriesQuery {
  @ApiPropertyOptional({ format: 'uuid', description: "The session's organization when left out." })
  @OptionalField()
  @IsUUID()
  organization_id?: string;
}

/** What a category uses when no connector of the organization is default and enabled. */
export class BuiltInAdapterResponse {
  @ApiProperty({ example: 'Local filesystem' })
  name!: string;

  @ApiProperty({ example: 'Keeps documents in the data folder of this server.' })
  description!: string;

  @ApiProperty({ description: 'false: the server has no settings for it.', example: true })
  available!: boolean;

  static from({ name, description, isAvailable }: BuiltInAdapter): BuiltInAdapterResponse {
    return { name, description, available: isAvailable };
  }
}

/** The active default of a category. */
export class RoutingConnectorResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22' })
  id!: string;

  @ApiProperty({ example: "Acme's bucket" })
  name!: string;

  @ApiProperty({ example: 'aws_s3' })
  provider_type!: string;

  @ApiProperty({ enum: ['draft', 'connected', 'error'], example: 'connected' })
  status!: ConnectorStatus;

  static from({ id, name, providerType, status }: Connector): RoutingConnectorResponse {
    return { id, name, provider_type: providerType, status };
  }
}

/** A category, and what the organization's use of it goes through now. */
export class CategoryResponse {
  @ApiProperty({ example: 'storage' })
  key!: string;

  @ApiProperty({ example: 'Storage' })
  display_name!: string;

  @ApiProperty({ example: 'Keeps documents in a bucket, a drive or on a file server.' })
  description!: string;

  @ApiProperty({ type: BuiltInAdapterResponse, nullable: true })
  built_in!: BuiltInAdapterResponse | null;

  @ApiProperty({
    enum: ROUTES,
    description: '`connector`: the active default; `built_in`: there is none; `none`: nothing can be used.',
    example: 'connector',
  })
  route!: Route;

  @ApiProperty({ type: RoutingConnectorResponse, nullable: true, description: 'With the route `connector`.' })
  connector!: RoutingConnectorResponse | null;

  static from({ category, connector }: CategoryRoute): CategoryResponse {
    const { key, displayName, description, builtIn } = category;
    return {
      key,
      display_name: displayName,
      description,
      built_in: builtIn ? BuiltInAdapterResponse.from(builtIn) : null,
      route: routeOf({ category, connector }),
      connector: connector && RoutingConnectorResponse.from(connector),
    };
  }
}

export class CategoryPage extends PageOf(CategoryResponse) {}

function routeOf({ category, connector }: CategoryRoute): Route {
  if (connector !== null) return 'connector';
  return category.builtIn?.isAvailable === true ? 'built_in' : 'none';
}
