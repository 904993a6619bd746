import { uploadDocument } from '../../api/upload';
import { UploadQueue } from './upload-queue';

/** The uploads of this window. */
export const uploads = new UploadQueue(uploadDocument);
