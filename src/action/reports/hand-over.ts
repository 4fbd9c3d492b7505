import { NoRecords } from '../../flows/gather.ts'
import { PartsNotThere } from '../../flows/merge.ts'
import { PlanTooLarge } from '../../flows/plan.ts'
import { ArtifactsError } from '../../handoff/artifacts.ts'
import { PartTwice } from '../../handoff/carrier.ts'
import { GateError, NothingWanted } from '../../handoff/gate.ts'
import { RecordError } from '../../handoff/record.ts'
import { EditsUnclear } from '../../merge/edit.ts'
import { SpecError } from '../../merge/spec-error.ts'
import { type Report, sentence } from '../titles.ts'

/** What goes wrong between the jobs of a matrix; undefined for anything else. */
export function ofHandOver(error: unknown): Report | undefined {
  if (error instanceof GateError) return ofGate(error)
  if (error instanceof NoRecords) {
    return {
      title: 'The parts were not found',
      detail: sentence(error),
      advice: error.looked
        ? 'The jobs of mode part and this one must name the same repository first in tags (or in the input image), the same target and the same variant, and this job needs them all.'
        : BY_HAND,
    }
  }
  if (error instanceof NothingWanted) {
    return {
      title: 'The inputs need a correction',
      detail:
        'Nobody says which platforms the image must have: the input platforms is empty, and no record names a plan.',
      advice: 'Set platforms to all of them, or set the input plan to the output matrix of mode plan.',
    }
  }
  if (error instanceof SpecError) {
    return {
      title: 'The inputs need a correction',
      detail: [`The list ${error.file} of the input sources cannot be used:`, ...error.faults].join('\n'),
      advice: LIST,
    }
  }
  if (error instanceof EditsUnclear) {
    return {
      title: 'The inputs need a correction',
      detail: `${error.message}.`,
      advice: 'Name one image a line in the input sources, by the digest of its own manifest.',
    }
  }
  if (error instanceof PlanTooLarge) {
    return {
      title: 'The inputs need a correction',
      detail: sentence(error),
      advice: 'Set group: true, or plan for fewer platforms.',
    }
  }
  if (error instanceof RecordError) {
    return {
      title: 'A record cannot be read',
      detail: sentence(error),
      advice: error.isOther
        ? 'Use the same version of this action in the jobs that build and in the one that merges.'
        : 'Hand on the output "record" of mode part as it is: as text, in a file, or within toJSON(needs.part.outputs).',
    }
  }
  if (error instanceof PartTwice) {
    return {
      title: 'A platform was built twice',
      detail: [sentence(error), ...error.digests].join('\n'),
      advice:
        'Build each platform in one job only. For several images in one repository, give each a variant of its own, the same in mode part and mode merge.',
    }
  }
  if (error instanceof ArtifactsError) {
    return { title: 'The record could not be handed over', detail: sentence(error), advice: BY_HAND }
  }
  if (error instanceof PartsNotThere) {
    return {
      title: 'A part is not in the registry',
      detail: sentence(error),
      advice:
        'No tag was moved. Something may have removed what no tag names, or the record was changed on its way: run the job that built it again.',
    }
  }
  return undefined
}

const BY_HAND = `Hand the records on yourself: give each job of mode part an output for its record, and this one the input records, like records: \${{ toJSON(needs.part.outputs) }}.`

const LIST =
  'It is YAML as manifest-tool reads it: image, tags, annotations, and manifests, each with its image and its platform (os, architecture, variant, os.version, os.features).'

function ofGate({ objections, found }: GateError): Report {
  const { missing, twice, unexpected, foreign } = objections
  return {
    title: 'The parts do not make the image',
    detail: [
      ...told('Missing', missing),
      ...told('Built twice', twice),
      ...told('Not wanted', unexpected),
      ...told('Not of this image or run', foreign),
      ...told('Found', found),
    ].join('\n'),
    advice:
      'No tag was moved. Run the failed jobs again; those that are good are kept. Or correct the input platforms.',
  }
}

function told(what: string, list: readonly string[]): readonly string[] {
  return list.length > 0 ? [`${what}: ${list.join('; ')}`] : []
}
