import { Input } from '../../../shared/graphql/input.ts';
import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { BeginUploadInput, CompleteUploadInput, BeginUploadPayload, CompleteUploadPayload } from './upload.ts';

@Resolver()
export class UploadResolver {
  @Mutation(() => BeginUploadPayload, { description: 'Announces an upload: a model file or an evaluation file.' })
  @Access(WRITE)
  async beginUpload(
    @Input(() => BeginUploadInput, 'What is going to be uploaded.') input: BeginUploadInput,
    @Ctx() context: RegistryContext,
  ): Promise<BeginUploadPayload> {
    const { id } = await context.registry.uploads.begin(context, input);
    return { uploadId: id, url: `/v1/uploads/${id}` };
  }

  @Mutation(() => CompleteUploadPayload, {
    description: 'Claims uploaded bytes by their digest. Refuses with DIGEST_MISMATCH; then send them again.',
  })
  @Access(WRITE)
  async completeUpload(
    @Input(() => CompleteUploadInput, 'Which bytes were sent.')
    input: CompleteUploadInput,
    @Ctx() context: RegistryContext,
  ): Promise<CompleteUploadPayload> {
    const { sizeBytes } = await context.registry.uploads.complete(context, input);
    return { sha256: input.sha256, sizeBytes };
  }
}
