import { Controller, Get, Header, Param, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public, SignedIn } from '../../../core/access/index.js';
import { ConnectorRegistry } from '../../../core/connectors/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../../core/errors/index.js';
import { ApiErrors, PublicOrigin } from '../../../core/web/index.js';
import { ConnectorService } from '../connector.service.js';
import { ProviderTypeResponse, TypesQuery } from '../dto/provider-type.response.js';

@ApiTags('Connectors')
@Controller('connectors/types')
export class ConnectorTypesController {
  constructor(
    private readonly connectors: ConnectorService,
    private readonly registry: ConnectorRegistry,
    private readonly origin: PublicOrigin,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({
    operationId: 'listConnectorTypes',
    summary: 'List the registered providers',
    description: 'With the schema that draws the form, and for OAuth the callback URL to register. A bare array.',
  })
  @ApiOkResponse({ type: [ProviderTypeResponse] })
  @ApiErrors(InvalidInputError)
  list(@Query() query: TypesQuery, @Req() request: FastifyRequest): ProviderTypeResponse[] {
    const origin = this.origin.of(request);
    return this.connectors
      .listAvailableProviderTypes(query.category)
      .map((found) => ProviderTypeResponse.from(found, origin));
  }

  @Get(':category/:provider_type/logo')
  @Public()
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  @Header('cache-control', 'public, max-age=86400')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  @ApiOperation({ operationId: 'getConnectorTypeLogo', summary: "Get a provider's logo", description: 'Public SVG.' })
  @ApiParam({ name: 'category', example: 'storage' })
  @ApiParam({ name: 'provider_type', example: 's3_compatible' })
  @ApiProduces('image/svg+xml')
  @ApiOkResponse({ schema: { type: 'string', example: '<svg xmlns="http://www.w3.org/2000/svg"/>' } })
  @ApiErrors(RecordNotFoundError)
  logo(@Param('category') category: string, @Param('provider_type') providerType: string): string {
    const logo = this.registry.isRegistered(category, providerType)
      ? this.registry.get(category, providerType).logo
      : null;
    if (logo === null) throw new RecordNotFoundError();
    return logo;
  }
}
