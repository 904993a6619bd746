import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';

/** Either `url`, or `host` and `port`. */
export class CheckEgressDto {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 2048,
    description: 'An http or https URL. Without it `host` and `port` are needed.',
    example: 'https://minio.internal:9000/',
  })
  @OptionalField()
  @IsString()
  @Length(1, 2048)
  url?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 300,
    description: 'Name or address of a raw socket. Not together with `url`.',
  })
  @OptionalField()
  @IsString()
  @Length(1, 300)
  host?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 65535, description: 'Goes with `host`.' })
  @OptionalField()
  @IsInt()
  @Min(1)
  @Max(65_535)
  port?: number;
}
