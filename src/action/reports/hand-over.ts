import { PartsNotThere } from '../../flows/merge.ts'
import { PlanTooLarge } from '../../flows/plan.ts'
import { NoRecords } from '../../flows/sources/gather.ts'
import { ArtifactsError } from '../../handoff/artifacts.ts'
import { PartTwice } from '../../handoff/carrier.ts'
import { GateError, NothingWanted } from '../../handoff/gate.ts'
import { RecordError } from '../../handoff/record.ts'
import { EditsUnclear } from '../../merge/edit.ts'
import { SpecError } from '../../merge/spec-error.ts'
import { lines, sentence, told } from './told.ts'

const BY_HAND = `Hand the records on yourself: give each job of mode part an output for its record, and this one the input records, like records: \${{ toJSON(needs.part.outputs) }}.`

const WHERE_ELSE: Readonly<Record<NoRecords['where'], string>> = {
  run: 'The jobs of mode part and this one must name the same repository first in tags (or in the input image), the same target and the same variant, and this job needs them all.',
  files:
    'The pattern in the input records starts at the workspace: correct it, or bring the files there in a step before this one.',
  nowhere: BY_HAND,
}

/** What goes wrong between the jobs of a matrix. */
export const OF_HAND_OVER = [
  told(
    GateError,
    'The parts do not make the image',
    'No tag was moved. Run the failed jobs again; those that are good are kept. Or correct the input platforms.',
    ({ objections: { missing, twice, unexpected, foreign }, found }) =>
      lines(
        listed('Missing', missing),
        listed('Built twice', twice),
        listed('Not wanted', unexpected),
        listed('Not of this image or run', foreign),
        listed('Found', found),
      ),
  ),
  told(NoRecords, 'The parts were not found', ({ where }) => WHERE_ELSE[where]),
  told(
    NothingWanted,
    'The inputs need a correction',
    'Set platforms to all of them, or set the input plan to the output matrix of mode plan.',
  ),
  told(
    SpecError,
    'The inputs need a correction',
    'It is YAML as manifest-tool reads it: image, tags, annotations, and manifests, each with its image and its platform (os, architecture, variant, os.version, os.features).',
    ({ file, faults }) => lines(`The list ${file} of the input sources cannot be used:`, ...faults),
  ),
  told(
    EditsUnclear,
    'The inputs need a correction',
    'Name one image a line in the input sources, by the digest of its own manifest.',
  ),
  told(PlanTooLarge, 'The inputs need a correction', 'Set group: true, or plan for fewer platforms.'),
  told(RecordError, 'A record cannot be read', ({ isOther }) =>
    isOther
      ? 'Use the same version of this action in the jobs that build and in the one that merges.'
      : 'Hand on the output "record" of mode part as it is: as text, in a file, or within toJSON(needs.part.outputs).',
  ),
  told(
    PartTwice,
    'A platform was built twice',
    'Build each platform in one job only. For several images in one repository, give each a variant of its own, the same in mode part and mode merge.',
    (error) => lines(sentence(error), ...error.digests),
  ),
  told(ArtifactsError, 'The record could not be handed over', BY_HAND),
  told(
    PartsNotThere,
    'A part is not in the registry',
    'No tag was moved. Something may have removed what no tag names, or the record was changed on its way: run the job that built it again.',
  ),
]

function listed(what: string, list: readonly string[]): string {
  return list.length > 0 ? `${what}: ${list.join('; ')}` : ''
}
