/** Writes docs/catalogue.md anew: `npm run catalogue`. */
import { writeFileSync } from 'node:fs'
import { catalogue } from './catalogue.ts'

writeFileSync(new URL('../../docs/catalogue.md', import.meta.url), catalogue())
