import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import type { Column, Table } from '../index.ts'
import { type CsvOptions, readCsv } from './csv-file.ts'
import { CsvRows, guessDelimiter } from './csv-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'csv-'))
after(() => rmSync(folder, { recursive: true }))

let files = 0
function read(text: string | Uint8Array, options?: CsvOptions, ending = '.csv'): Promise<Table> {
  const path = join(folder, `${files++}${ending}`)
  writeFileSync(path, text)
  return readCsv(path, options)
}

/** The values of a column; null where missing. */
const valuesOf = (column: Column | undefined): unknown[] =>
  column?.kind === 'number'
    ? [...column.values].map(x => (Number.isNaN(x) ? null : x))
    : [...(column?.codes ?? [])].map(code =>
        code < 0 ? null : (column as { categories: readonly string[] }).categories[code],
      )

const contents = ({ columns }: Table): Record<string, unknown[]> =>
  Object.fromEntries(columns.map(column => [column.name, valuesOf(column)]))

const expected = { age: [31, null, 7.5], city: ['Bern', 'Ulm', null] }
const cases: readonly (readonly [string, string | Uint8Array, CsvOptions?, string?])[] = [
  ['commas', 'age,city\n31,Bern\n,Ulm\n7.5,\n'],
  ['no line end at the end', 'age,city\n31,Bern\n,Ulm\n7.5,'],
  ['CRLF, blanks and empty lines', 'age, city\r\n31, Bern \r\n\r\n , Ulm\r\n7.5,\r\n'],
  ['lone carriage returns', 'age,city\r31,Bern\r,Ulm\r7.5,\r'],
  ['quotes', '"age","city"\n31,"Bern"\n,Ulm\n"7.5",""\n'],
  ['quotes after plain lines', 'age,city\n31,Bern\n,Ulm\n7.5,""\n'],
  ['semicolons and decimal commas', 'age;city\n31;Bern\n;Ulm\n7,5;\n', { decimal: ',' }],
  ['tabs', 'age\tcity\n31\tBern\n\tUlm\n7.5\t\n', {}, '.tsv'],
  ['bars', 'age|city\n31|Bern\nNA|Ulm\n7.5|nan\n'],
  ['a byte order mark', '\ufeffage,city\n31,Bern\n?,Ulm\n7.5,NULL\n'],
  ['gzip', gzipSync('age,city\n31,Bern\n,Ulm\n7.5,\n'), {}, '.csv.gz'],
  ['numbers in other notations', 'age,city\n3.1e1,Bern\n,Ulm\n+7.50,\n'],
]
for (const [what, text, options, ending] of cases)
  test(`a table with ${what} is read`, async () => {
    assert.deepEqual(contents(await read(text, options, ending)), expected)
  })

test('without names columns are counted, and a first row with a number is no header', async () => {
  assert.deepEqual(contents(await read('5.1,setosa\n4.9,setosa\n')), {
    0: [5.1, 4.9],
    1: ['setosa', 'setosa'],
  })
  assert.deepEqual(contents(await read('a,b\nc,d\n', { header: false })), {
    0: ['a', 'c'],
    1: ['b', 'd'],
  })
  assert.deepEqual(contents(await read('2019,2020\n1,2\n', { header: true })), {
    2019: [1],
    2020: [2],
  })
})

test('what is said of a column goes before what it looks like', async () => {
  const text = 'zip,id,n\n01234,a,1\n1234,b,2\n'
  const columns = { zip: 'category', id: 'skip' } as const
  assert.deepEqual(contents(await read(text, { columns })), { zip: ['01234', '1234'], n: [1, 2] })
  assert.deepEqual(contents(await read(text, { only: ['n', 0] })), { zip: [1234, 1234], n: [1, 2] })
})

test('a column that begins with 10,000 gaps is what its first value says', async () => {
  const gaps = Array.from({ length: 10_001 }, (_, i) => `${i},,\n`).join('')
  const { columns } = await read(`id,word,empty\n${gaps}7,late,\n`)
  const [, word, empty] = columns
  assert.ok(word?.kind === 'category')
  assert.deepEqual(word.categories, ['late'])
  assert.deepEqual(word.missing, { count: 10_001, first: 2 })
  assert.deepEqual(empty?.missing, { count: 10_002, first: 2 })
})

test('quotes can be characters like any other', async () => {
  const table = await read('size,n\n5",1\n"x,2\n', { quotes: false })
  assert.deepEqual(contents(table), { size: ['5"', '"x'], n: [1, 2] })
})

test('categories are sorted, numbers by size, and tell where they were met first', async () => {
  const { columns } = await read('c\nb\n10\na\n9\nb\n')
  const [column] = columns
  assert.ok(column?.kind === 'category')
  assert.deepEqual(column.categories, ['9', '10', 'a', 'b'])
  assert.deepEqual(column.places, [5, 3, 4, 2])
})

test('texts that mean a missing value can be named, and are then the only ones', async () => {
  const { columns } = await read('a,b\n-1,NA\n2,x\n', { missingTexts: ['-1'] })
  assert.deepEqual(columns.map(valuesOf), [
    [null, 2],
    ['NA', 'x'],
  ])
  assert.deepEqual(
    columns.map(({ missing }) => missing),
    [
      { count: 1, first: 2 },
      { count: 0, first: 0 },
    ],
  )
})

test('rows that cannot be read are counted and left out when asked for', async () => {
  const table = await read('a,b\n1,2\n3\n4,5,6\n7,8\n', { skipBadRows: true })
  assert.deepEqual(contents(table), { a: [1, 7], b: [2, 8] })
  assert.equal(table.badRows, 2)
})

test('rows over many chunks, plain and quoted, are those that csv-parse gives, with their lines', async () => {
  const field = fc.stringMatching(/^[ab"\n, ]{0,4}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const quoted = (text: string) =>
          /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
        const lines = rows.map(row => `x${row.map(quoted).join(',')}`.replace('x"', '"x'))
        const text = lines.join('\n')
        const found: [number, readonly string[]][] = []
        const reader = new CsvRows('test', { delimiter: ',', quotes: true }, (fields, line) => {
          found.push([line, fields])
        })
        for (let i = 0; i < text.length; i += size) reader.write(text.slice(i, i + size))
        await reader.end()
        let line = 1
        const wanted = (parse(text) as string[][]).map((fields, i) => {
          const start = line
          line += lines[i]!.split('\n').length
          return [start, fields]
        })
        assert.deepEqual(found, wanted)
      },
    ),
    { seed: 1, numRuns: 300 },
  )
})

for (const [text, delimiter] of [
  ['a,b,c\n1,2,3\n', ','],
  ['a;b\n"1,5";2\n1,5;3\n', ';'],
  ['"x;y;z",1\n"x;y;z",2\n', ','],
  ['one\ntwo\n', ','],
  ['a b|c,d\ne|f\ng|h\n', '|'],
] as const)
  test(`the delimiter of ${JSON.stringify(text)} is ${delimiter}`, () => {
    assert.equal(guessDelimiter(text), delimiter)
  })

const refusals: readonly (readonly [string, string, RegExp, CsvOptions?])[] = [
  [
    'a row too short',
    'a,b\n1,2\n3\n',
    /csv, line 3: expected 2 fields as in line 1, received 1\. Mend/,
  ],
  ['a row too long', 'a,b\n\n1,2,3\n', /csv, line 3: expected 2 fields as in line 1, received 3/],
  ['a row too short after quotes', 'a,b\n"x\ny",2\n3\n', /csv, line 4: .* received 1/],
  [
    'a quote that does not end',
    'a,b\n1,2\n"3,4\n',
    /csv, line \d: expected quotes around whole fields/,
  ],
  ['text after a quote', 'a,b\n1,2\n3,"4"5\n', /csv, line 3: expected quotes around whole fields/],
  ['an empty file', '', /csv: expected a table, received an empty file/],
  [
    'a header alone',
    'a,b\n',
    /csv: expected at least one row below the names of the columns, received none/,
  ],
  [
    'two columns of one name',
    'a,b,a\n1,2,3\n',
    /expected columns of different names, received "a" twice/,
  ],
  [
    'a text in a column of numbers',
    `n\n${'1\n'.repeat(10_000)}oops\n`,
    /column "n": expected a number as in the rows before, received "oops" \(line 10002\)/,
  ],
  [
    'infinity',
    `n,m\n1,2\n1e999,3\n`,
    /column "n": expected a number.*"1e999" \(line 3\)/,
    { columns: { n: 'number' } },
  ],
  [
    'a column of texts that are no categories',
    `id\n${Array.from({ length: 300 }, (_, i) => `id${i}\n`).join('')}`,
    /column "id": expected numbers, or at most 256 categories, received one more, "id256".*\(line 258\)\. Skip/,
  ],
  [
    'an option of no column',
    'aa,bb\n1,2\n',
    /columns of ".*csv": .* among aa, bb, received "ab"\. Did you mean a.\?/,
    { columns: { ab: 'skip' } },
  ],
]
for (const [what, text, message, options] of refusals)
  test(`${what}: refused`, async () => {
    await assert.rejects(read(text, options), message)
  })

test('files that are not there or cut short are refused by name', async () => {
  await assert.rejects(readCsv(join(folder, 'nowhere.csv')), {
    name: 'DataError',
    message: /nowhere\.csv: expected a file that can be read, received ENOENT/,
  })
  const zipped = gzipSync('a,b\n1,2\n'.repeat(1000))
  await assert.rejects(read(zipped.subarray(0, 40), {}, '.csv.gz'), {
    name: 'FormatError',
    message: /gz: expected a whole gzip file/,
  })
})
