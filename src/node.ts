export {
  fashionMnist,
  mnist,
  npyData,
  npzData,
  readCsv,
  readIdxFile,
  readNpy,
  readParquet,
  sourceOf,
  tensorFile,
} from './data/node/index.ts'
export { listRuns, newRunPath, readRun, readScalars, runDirectory } from './runs/node/index.ts'
