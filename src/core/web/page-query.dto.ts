import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { QueryInteger } from './query-value.decorators.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** Paging of every list; a list's query DTO extends it. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    default: DEFAULT_LIMIT,
    description: `Items a page; more than ${MAX_LIMIT} counts as ${MAX_LIMIT}.`,
    example: DEFAULT_LIMIT,
  })
  @QueryInteger({ max: MAX_LIMIT })
  @IsInt()
  @Min(1)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before, with the same sort and filters.' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;
}
