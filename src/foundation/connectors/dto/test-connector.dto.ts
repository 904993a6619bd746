import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import { MAX_PARAMS } from '../param-plan.js';
import type { TestOptions } from '../test-runner.js';
import { ParamEntryDto } from './param-entry.dto.js';

const KEY = /^[a-z][a-z0-9_]{0,63}$/;

/** One real message to send as the test. */
export class TestSendDto {
  @ApiProperty({
    required: false,
    maxLength: 1024,
    description: "The connector's own target when left out.",
    example: '#general',
  })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  @Matches(/^[^\r\n]*$/, { message: 'must be one line' })
  to?: string;

  @ApiProperty({ required: false, maxLength: 4000, example: 'Test message' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  text?: string;
}

export class TestConnectorDto {
  @ApiProperty({ required: false, default: false, description: 'Adds the write probe.', example: false })
  @OptionalField()
  @IsBoolean()
  deep?: boolean;

  @ApiProperty({ type: TestSendDto, required: false, description: 'Sends one real message as the test.' })
  @OptionalField()
  @ValidateNested()
  @Type(() => TestSendDto)
  send?: TestSendDto;

  static toOptions(dto: TestConnectorDto): TestOptions {
    return {
      isDeep: dto.deep ?? false,
      send:
        dto.send === undefined
          ? null
          : {
              ...(dto.send.to !== undefined && { to: dto.send.to }),
              ...(dto.send.text !== undefined && { text: dto.send.text }),
            },
    };
  }
}

/** A draft that is not saved. */
export class TestDraftDto extends TestConnectorDto {
  @ApiProperty({ example: 'storage' })
  @IsString()
  @Matches(KEY, { message: 'must be lower case letters, digits and _' })
  category!: string;

  @ApiProperty({ example: 's3_compatible' })
  @IsString()
  @Matches(KEY, { message: 'must be lower case letters, digits and _' })
  provider_type!: string;

  @ApiProperty({ type: [ParamEntryDto], maxItems: MAX_PARAMS })
  @IsArray()
  @ArrayMaxSize(MAX_PARAMS)
  @ValidateNested({ each: true })
  @Type(() => ParamEntryDto)
  param_ids!: ParamEntryDto[];

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: 'What the draft leaves out comes from this connector; same category and provider.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22',
  })
  @OptionalField()
  @IsUUID()
  connector_id?: string;
}
