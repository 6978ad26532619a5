import { type Prepare, serve } from './contestant.ts'

/** Builds the net of a workload with Justright. Throws: it is not built yet. */
export const prepareOurs: Prepare = () => {
  throw new Error('not built yet')
}

void serve(prepareOurs)
