export {
  cifar10,
  fashionMnist,
  imageFolder,
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
export { type Recipe, recipes } from './recipes/index.ts'
export {
  listRuns,
  newRunPath,
  readHistograms,
  readRecord,
  readRun,
  readScalars,
  readWeights,
  runDirectory,
  writeWeights,
} from './runs/node/index.ts'
