import type { PartRequest } from '../flows/part.ts'

/** What the runner knows about this run beside the inputs. */
export type Run = Readonly<{
  /** the page of this attempt, which provenance names as its builder; empty outside of GitHub */
  url: string
  /** whether the repository is private, undefined where nobody says */
  private: boolean | undefined
  /** whether the user has switched default attestations off for buildx, by BUILDX_NO_DEFAULT_ATTESTATIONS */
  noDefaultAttestations: boolean
  /** the run's own commit as a Git context, like `https://github.com/octo/app.git#<commit>`; undefined outside of GitHub */
  defaultContext: string | undefined
  /** the variables that the workflow has set for this step */
  environment: Readonly<Record<string, string | undefined>>
  /** what the user has switched off in the environment, by the names that docker/build-push-action has for it */
  wants: Readonly<{ summary: boolean; annotations: boolean }>
  /** this job, for the records that jobs leave for each other */
  job: Pick<PartRequest, 'run' | 'leg' | 'writer'>
}>
