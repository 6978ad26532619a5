import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutText, inLines, padText, printable, textWidth, wrapText } from './text.ts'

// Source: Unicode 16, EastAsianWidth.txt; what terminals take for it.
const widths: readonly (readonly [text: string, width: number])[] = [
  ['epoch', 5],
  ['드롭아웃', 8],
  ['드롭아웃'.normalize('NFD'), 8],
  ['ReLU 층', 7],
  ['漢字', 4],
  ['（）', 4],
  ['é', 1],
  ['é'.normalize('NFD'), 1],
  ['x²', 2],
  ['⠒●⠒', 3],
  ['🎉', 2],
  ['👩‍👧', 2],
  ['\u200b', 0],
  ['', 0],
]

for (const [text, width] of widths)
  test(`"${text}" (${text.length} units) is ${width} columns wide`, () =>
    assert.equal(textWidth(text), width))

test('a text that is cut ends in a sign that it was, and halves no syllable', () => {
  assert.equal(cutText('드롭아웃', 8), '드롭아웃')
  assert.equal(cutText('드롭아웃', 7), '드롭아…')
  assert.equal(cutText('드롭아웃', 6), '드롭…')
  assert.equal(cutText('dropout', 1), '…')
  assert.equal(cutText('dropout', 0), '')
})

test('a text is padded to columns, not to characters', () => {
  assert.equal(padText('층', 4), '층  ')
  assert.equal(padText('층', 4, 'right'), '  층')
  assert.equal(padText('층', 5, 'center'), ' 층  ')
  assert.equal(padText('기울기', 2), '기울기')
})

test('lines are broken between words; a longer word is cut', () => {
  assert.deepEqual(wrapText('the loss of a net', 8), ['the loss', 'of a net'])
  assert.deepEqual(wrapText('기울기 소실', 8), ['기울기', '소실'])
  assert.deepEqual(wrapText('backpropagation', 8), ['backpro…'])
})

test('as many items stand in a line as fit with their gaps, at least one', () => {
  assert.deepEqual(
    inLines([2, 2, 2, 9], size => size, 1, 5),
    [[2, 2], [2], [9]],
  )
})

test('nothing in a text ends the line or moves the cursor', () => {
  assert.equal(printable('a\nb\x1b[2Jc\u2028d'), 'a b [2Jc d')
})
