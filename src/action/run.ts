import type { PartRequest } from '../flows/part.ts'

/** What the runner knows about this run beside the inputs. */
export type Run = Readonly<{
  /** the page of this attempt, which provenance names as its builder; empty outside of GitHub */
  url: string
  /** whether the repository is private, undefined where nobody says */
  private: boolean | undefined
  /** whether the user has switched default attestations off for buildx, by BUILDX_NO_DEFAULT_ATTESTATIONS */
  noDefaultAttestations: boolean
  /** this job, for the records that jobs leave for each other */
  job: Pick<PartRequest, 'run' | 'leg' | 'writer'>
}>
