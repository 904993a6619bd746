import type { Provider } from '@nestjs/common';
import { KeyStatus } from '../key-status.js';
import { CipherSources } from './cipher-sources.js';
import { CipherVerifier } from './cipher-verifier.js';
import { ColumnWalker } from './column-walker.js';
import { DataRotation } from './data-rotation.js';
import { KeyProcesses } from './key-processes.js';
import { KeyRemover } from './key-remover.js';
import { KeyRotationKind } from './key-rotation-kind.entity.js';
import { KeyRotation } from './key-rotation.entity.js';
import { MasterRotation } from './master-rotation.js';
import { RotationPace } from './rotation-pace.js';
import { RotationService } from './rotation.service.js';
import { RotationStore } from './rotation.store.js';
import { RotationTargets } from './rotation-targets.js';
import { RotationWorker } from './rotation-worker.js';

/** What the base module adds for the rotation of keys. */
export const ROTATION_PROVIDERS: Provider[] = [
  CipherSources,
  CipherVerifier,
  ColumnWalker,
  DataRotation,
  KeyProcesses,
  KeyRemover,
  KeyStatus,
  MasterRotation,
  RotationPace,
  RotationService,
  RotationStore,
  RotationTargets,
  RotationWorker,
];

export const ROTATION_ENTITIES = [KeyRotation, KeyRotationKind];
