export {
  fashionMnist,
  mnist,
  readCsv,
  readIdxFile,
  sourceOf,
  tensorFile,
} from './data/node/index.ts'
export { listRuns, newRunPath, readRun, readScalars, runDirectory } from './runs/node/index.ts'
