// The internships in columns: texts as codes of their distinct values, numbers as whole numbers. What belongs here is what
// a row says; which rows are chosen is in filters.ts.

import type { Cells, TableFile } from './data'
import { readColumns } from './data'

/** No number is stated. */
export const NONE = -2147483648

/** A text column: `values[codes[row]]`; code 0 is null. */
export class Texts {
  readonly values: string[] = ['']
  readonly codes: Uint32Array
  private readonly known = new Map<string, number>()

  constructor(rows: number) {
    this.codes = new Uint32Array(rows)
  }

  put(start: number, cells: Cells): void {
    for (let at = 0; at < cells.length; at++) {
      const text = cells[at] as string | null | undefined
      if (text === null || text === undefined || text === '') continue
      let code = this.known.get(text)
      if (code === undefined) {
        code = this.values.length
        this.values.push(text)
        this.known.set(text, code)
      }
      this.codes[start + at] = code
    }
  }

  at(row: number): string {
    return this.values[this.codes[row]]
  }

  /** The words of the value: lists are written with spaces between. */
  list(row: number): string[] {
    const text = this.at(row)
    return text ? text.split(' ') : []
  }
}

const TEXTS = [
  'organization', 'countries', 'cities', 'fields', 'occupation', 'kind', 'pay_status', 'languages', 'posting_language', 'deadline_kind',
  'season', 'visa_support', 'work_mode', 'remote_countries', 'channels', 'sources', 'nationality_rule', 'nationalities',
  'residence_countries', 'study_levels', 'support', 'state',
] as const
const NUMBERS = ['pay_month_eur', 'deadline', 'starts_on', 'weeks_min', 'weeks_max', 'first_seen', 'last_seen', 'season_last', 'listing_count'] as const

export type TextName = typeof TEXTS[number]
export type NumberName = typeof NUMBERS[number]

export class Internships {
  readonly ids: string[]
  readonly titles: string[]
  readonly texts: Record<TextName, Texts>
  readonly numbers: Record<NumberName, Int32Array>
  private rowsById: Map<string, number> | undefined

  constructor(readonly rows: number) {
    this.ids = new Array<string>(rows)
    this.titles = new Array<string>(rows)
    this.texts = Object.fromEntries(TEXTS.map((name) => [name, new Texts(rows)])) as Record<TextName, Texts>
    this.numbers = Object.fromEntries(
      NUMBERS.map((name) => [name, new Int32Array(rows).fill(NONE)]),
    ) as Record<NumberName, Int32Array>
  }

  put(name: string, start: number, cells: Cells): void {
    if (name === 'id' || name === 'title') {
      const column = name === 'id' ? this.ids : this.titles
      for (let at = 0; at < cells.length; at++) column[start + at] = cells[at] as string
    } else if (name in this.texts) {
      this.texts[name as TextName].put(start, cells)
    } else if (name in this.numbers) {
      const column = this.numbers[name as NumberName]
      for (let at = 0; at < cells.length; at++) {
        const value = cells[at]
        if (value !== null && value !== undefined) column[start + at] = Number(value)
      }
    }
  }

  row(id: string): number | undefined {
    this.rowsById ??= new Map(this.ids.map((one, row) => [one, row]))
    return this.rowsById.get(id)
  }
}

/** Read a table of internships, or of the first of them, into them. */
export async function fill(internships: Internships, table: TableFile): Promise<void> {
  await readColumns(table, (name, start, cells) => internships.put(name, start, cells))
}
