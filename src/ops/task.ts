/**
 * What a model's output and its targets are.
 * `classes`: a score for each of K classes, [..., K], and an index or probabilities;
 * `labels`: a logit for each of D labels that hold or not, and 0 or 1 for each; `numbers`: numbers.
 */
export type Task = 'classes' | 'labels' | 'numbers'
