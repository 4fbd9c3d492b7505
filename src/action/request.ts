import type { BuildRequest } from '../flows/build.ts'
import type { Request } from '../flows/perform.ts'
import { formatPlatform } from '../image/platform.ts'
import { type Complaint, InputError, type Inputs, type Reading } from './inputs.ts'
import { builderComplaints, imageMirrorsOf, toBuilderChoice, toBuildxChoice } from './requests/builder.ts'
import { namesToPush, toDelivery } from './requests/delivery.ts'
import { deliveryComplaints } from './requests/delivery-complaints.ts'
import { fixedIn } from './requests/fixed.ts'
import { inspectComplaints, toInspectRequest } from './requests/inspect.ts'
import { mergeComplaints, toMergeRequest } from './requests/merge.ts'
import { rivals, strayNarrowings } from './requests/narrowings.ts'
import { optionalOf, partComplaints, toPartRequest } from './requests/part.ts'
import { planComplaints, toPlanRequest } from './requests/plan.ts'
import { promoteComplaints, toPromoteRequest } from './requests/promote.ts'
import { recipeComplaints, toRecipe } from './requests/recipe.ts'
import type { Run } from './run.ts'

/** Inputs become what to do; throws InputError with everything that is wrong with them, one by one and together. */
export function toRequest({ inputs, complaints }: Reading, run: Run): Request {
  const wrong = new Set(complaints.map(({ input }) => input))
  const more = contradictions(inputs, wrong, run).filter(({ input }) => !wrong.has(input))
  if (complaints.length + more.length > 0) throw new InputError([...complaints, ...more])
  if (inputs.call !== undefined) return { ...toBuilding(inputs, run), mode: 'call', call: inputs.call }
  switch (inputs.mode) {
    case 'build':
      return toBuildRequest(inputs, run)
    case 'part':
      return toPartRequest(inputs, toBuilding(inputs, run), run)
    case 'merge':
      return toMergeRequest(inputs, run)
    case 'plan':
      return toPlanRequest(inputs)
    case 'promote':
      return toPromoteRequest(inputs)
    case 'inspect':
      return toInspectRequest(inputs)
  }
}

function toBuildRequest(inputs: Inputs, run: Run): BuildRequest {
  const delivery = toDelivery(inputs)
  const tags = namesToPush(inputs)
  return {
    mode: 'build',
    ...toBuilding(inputs, run),
    ...{ tags, ...fixedIn(tags, inputs) },
    ...(delivery && { delivery }),
    compare: inputs.summary && run.wants.summary,
  }
}

/** What a whole build and a part of one have in common. */
function toBuilding(inputs: Inputs, run: Run) {
  return {
    platforms: uniqueBy(inputs.platforms, formatPlatform),
    ...optionalOf(inputs),
    recipe: toRecipe(inputs, run),
    annotate: run.wants.annotations,
    builder: toBuilderChoice(inputs),
    buildx: toBuildxChoice(inputs),
    emulators: {
      image: inputs['binfmt-image'],
      imageMirrors: imageMirrorsOf(inputs),
      keep: inputs['keep-emulators'],
      verify: inputs['verify-emulators'],
      reset: inputs.reset,
    },
  }
}

/** What does not go together. An input that is wrong by itself has its default here, and proves nothing. */
function contradictions(inputs: Inputs, wrong: ReadonlySet<string>, run: Run): readonly Complaint[] {
  const building = () => [
    ...recipeComplaints(inputs, run),
    ...rivals(inputs),
    ...builderComplaints(inputs, wrong),
  ]
  switch (inputs.mode) {
    case 'build':
      return [
        // Nothing comes of a call.
        ...(inputs.call ? [] : deliveryComplaints(inputs, wrong)),
        ...(wrong.has('platforms') ? [] : strayNarrowings(inputs)),
        ...building(),
      ]
    case 'part':
      return [...(inputs.call ? [] : partComplaints(inputs)), ...building()]
    case 'merge':
      return mergeComplaints(inputs)
    case 'plan':
      return planComplaints(inputs)
    case 'promote':
      return promoteComplaints(inputs)
    case 'inspect':
      return inspectComplaints(inputs)
  }
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
