// What people mean by the words that they type: the macro search of sql/ up to its `units`. Terms are those of the exported
// table search_terms; how well a row has them is in search.ts.

import type { TableFile } from './data'
import { readColumns } from './data'
import { fold } from './words'

const NO_SPACES = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
const GLUED = new RegExp(`[${NO_SPACES}]`, 'u')
const GLUED_RUN = new RegExp(`([${NO_SPACES}]+)`, 'gu')
export const WORD = /[\p{L}\p{M}\p{N}+#]+/gu
const QUOTES = /[“”„«»]/g
const MOST_WORDS = 5
const MIN_STEM_LETTERS = 4

export const isGlued = (word: string): boolean => GLUED.test(word)

/** What is searched as one: a word, or the words of a term. */
export interface Unit {
  said: string
  parts: string[]
  /** In quotation marks: taken as it stands. */
  isQuoted: boolean
  /** The column that it stands for, and its values; '' for words. */
  facet: string
  values: string[]
}

/** A word of what was typed: as typed, folded, in quotation marks or not. */
interface Token { raw: string; word: string; isQuoted: boolean }

const rawWords = (text: string): string[] => text.replace(GLUED_RUN, ' $1 ').match(WORD) ?? []

/** The words of a text, folded: the macro search_words. */
export const wordsOf = (text: string): string[] => rawWords(text).map(fold)

function tokensOf(text: string): Token[] {
  return text.replace(QUOTES, '"').split('"').flatMap((part, nth) =>
    rawWords(part).map((raw) => ({ raw, word: fold(raw), isQuoted: nth % 2 === 1 })))
}

export class Terms {
  private readonly meanings = new Map<string, { facet: string; value: string }>()

  put(terms: string[], facets: string[], values: string[]): void {
    terms.forEach((term, at) => this.meanings.set(term, { facet: facets[at], value: values[at] }))
  }

  /** What a text asks for. */
  units(text: string): Unit[] {
    const tokens = tokensOf(text)
    const spans: { from: number; to: number; unit: Unit }[] = []
    for (let from = 0; from < tokens.length; from++) {
      for (let to = from + 1; to <= Math.min(tokens.length, from + MOST_WORDS) && !tokens[to - 1].isQuoted; to++) {
        const parts = tokens.slice(from, to).map(({ word }) => word)
        const meaning = this.meaning(parts.join(' '))
        if (meaning) spans.push({ from, to, unit: { said: parts.join(' '), parts, isQuoted: false, facet: meaning.facet, values: meaning.value.split('|') } })
      }
    }
    const within = (from: number, to: number, most: number): boolean =>
      spans.some((other) => other.from <= from && other.to >= to && other.to - other.from > most)
    const units = spans.filter(({ from, to }) => !within(from, to, to - from)).map(({ unit }) => unit).filter(({ facet }) => facet !== 'nothing')
    tokens.forEach(({ word, isQuoted }, at) => {
      if (!within(at, at + 1, 0)) units.push({ said: word, parts: [word], isQuoted, facet: '', values: [] })
    })
    const known = new Map(units.map((unit) => [`${unit.isQuoted ? '"' : ''}${unit.said}`, unit]))
    return [...known.values()].sort((one, other) => one.said < other.said ? -1 : one.said > other.said ? 1 : Number(one.isQuoted) - Number(other.isQuoted))
  }

  /** The countries whose names are one letter away from a word. */
  countriesLike(word: string): string[] {
    const found = new Set<string>()
    for (const [term, { facet, value }] of this.meanings) {
      if (facet === 'country' && isSlip(word, term)) for (const code of value.split('|')) found.add(code)
    }
    return [...found].sort()
  }

  private meaning(said: string): { facet: string; value: string } | undefined {
    const whole = this.meanings.get(said)
    if (whole) return whole
    const letters = Array.from(said)
    // a stem ends within the last word
    for (let size = letters.length; size >= MIN_STEM_LETTERS && letters[size - 1] !== ' '; size--) {
      const stem = this.meanings.get(`${letters.slice(0, size).join('')}*`)
      if (stem) return stem
    }
    return undefined
  }
}

export async function readTerms(table: TableFile): Promise<Terms> {
  const columns: Record<string, string[]> = { term: [], facet: [], value: [] }
  await readColumns(table, (name, start, cells) => {
    for (let at = 0; at < cells.length; at++) columns[name][start + at] = (cells[at] as string | null) ?? ''
  })
  const terms = new Terms()
  terms.put(columns.term, columns.facet, columns.value)
  return terms
}

/** The words of a unit as they were typed: with their accents, and in Hindi with their vowels. */
export function asTyped(text: string, said: string): string {
  const { within } = partsOf(text, said)
  return within.length ? within.map(({ raw }) => raw).join(' ') : said
}

/** What was typed with the words of a unit in quotation marks, so that they are taken as they stand. */
export function quoted(text: string, said: string): string {
  const { before, within, after } = partsOf(text, said)
  if (!within.length) return text
  const write = ({ raw, isQuoted }: Token): string => isQuoted ? `"${raw}"` : raw
  return [...before.map(write), `"${within.map(({ raw }) => raw).join(' ')}"`, ...after.map(write)].join(' ')
}

/** The words of a unit, where they first stand without quotation marks, and those around them. */
function partsOf(text: string, said: string): { before: Token[]; within: Token[]; after: Token[] } {
  const tokens = tokensOf(text)
  const parts = said.split(' ')
  const from = tokens.findIndex((_, at) => parts.every((part, nth) => tokens[at + nth]?.word === part && !tokens[at + nth].isQuoted))
  if (from < 0) return { before: tokens, within: [], after: [] }
  const to = from + parts.length
  return { before: tokens.slice(0, from), within: tokens.slice(from, to), after: tokens.slice(to) }
}

const LATIN = /^[a-z]+$/
/** The least letters of a word that may have a slip. */
const MIN_SLIP_LETTERS = 5

export const maySlip = (word: string): boolean => word.length >= MIN_SLIP_LETTERS && LATIN.test(word)

/** Whether two words differ by one letter: another, one more, one less, or two that changed places. */
export function isSlip(word: string, other: string): boolean {
  const longer = word.length - other.length
  if (longer < -1 || longer > 1 || word === other || !LATIN.test(other)) return false
  let from = 0
  while (word[from] === other[from] && from < word.length) from++
  let end = 0
  while (end < Math.min(word.length, other.length) - from && word[word.length - 1 - end] === other[other.length - 1 - end]) end++
  const left = word.length - from - end
  const right = other.length - from - end
  if (left <= 1 && right <= 1) return true
  return left === 2 && right === 2 && word[from] === other[from + 1] && word[from + 1] === other[from]
}
