export {
  type ComparisonFolder,
  comparisonFiles,
  openComparison,
  readComparisonOrder,
} from './comparison-folder.ts'
