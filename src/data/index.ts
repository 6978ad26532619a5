export {
  type AugmentConfig,
  type AugmentConfigs,
  type AugmentKind,
  augmentBatch,
  augmentTable,
  checkAugment,
  cutout,
  horizontalFlip,
  randomCrop,
  shift,
} from './augment.ts'
export { epochOrder, gatherRows, selectRows } from './batches.ts'
export { type CheckOptions, checkDataset, checkSplits, requireSource } from './check.ts'
export { contentHash } from './content-hash.ts'
export {
  type DataDescription,
  type DataSource,
  type Dataset,
  rowCounts,
  rowsOf,
  type SplitName,
  splitNames,
  splitsOf,
} from './dataset.ts'
export {
  type DataOptions,
  dataOf,
  type Examples,
  rowsOfValues,
  type Values,
} from './from-values.ts'
export { asSeen, denormalize, normalize } from './in-graph.ts'
export { inputsAsTargets } from './inputs-as-targets.ts'
export {
  type Normalization,
  type Normalizations,
  type NormalizeMethod,
  type NormalizeOptions,
  normalized,
  withNormalization,
} from './normalize.ts'
export { type FoldOptions, kFold, type PartOptions, type Parts, splitParts } from './parts.ts'
export {
  type Block,
  blocksOf,
  joinRows,
  type RowSource,
  type Rows,
  rowRange,
  rowSizeOf,
  rowsAt,
} from './rows.ts'
export { type SampleCounts, sampleRows } from './sample.ts'
export { type Split, splitFirst, splitRandom, splitStratified } from './split.ts'
export { type NumberSummary, type SplitSummary, summarize } from './summary.ts'
export {
  absentColumn,
  type CategoryColumn,
  type Column,
  type ColumnRef,
  columnIndex,
  type Missing,
  type NumberColumn,
  numberIn,
  type Table,
} from './table.ts'
export { type Cell, type ColumnKind, type ReadOptions, TableBuilder } from './table-builder.ts'
export {
  type EncodedData,
  encodingOf,
  type TableOptions,
  tableData,
  tableInputs,
  tableLike,
} from './table-data.ts'
export type {
  ColumnEncoding,
  MissingPolicy,
  TableEncoding,
} from './table-encoding.ts'
export {
  type BlobOptions,
  type LineOptions,
  type SpiralOptions,
  type ToyOptions,
  toys,
} from './toys.ts'
export { type HoldOutOptions, withValidation } from './with-validation.ts'
