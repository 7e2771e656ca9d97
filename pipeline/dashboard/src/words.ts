// What codes are called, and how dates, sums and lists are written.

import type { Contents } from './data'
import { language as chosen, locale, message, named, number } from './messages'

const DAY = 86_400_000

const countryNames = new Intl.DisplayNames(locale, { type: 'region' })
const languageNames = new Intl.DisplayNames(locale, { type: 'language' })
const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
const euros = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 })
const conjunctions = new Intl.ListFormat(locale, { type: 'conjunction' })

/** Why something was closed. */
export const closedWord = (reason: string): string => named(`closed.${reason}`) ?? word(reason)

/** A word of a vocabulary, for people. */
export const word = (code: string): string => named(`word.${code}`) ?? code.replaceAll('_', ' ')

/** A level of ISCED. */
export const level = (code: string): string => named(`level.${code}`) ?? `ISCED ${code}`

/** A field of ISCED-F; one that is called like the one it is a part of has no name of its own. */
export const field = (code: string): string => named(`field.${code}`) ?? (code.length > 2 ? field(code.slice(0, -1)) : code)

/** The longest beginning of an ISCO-08 code that has a name: a group in which few are internships goes by that of a wider one. */
export function occupationGroup(code: string): string {
  for (let size = code.length; size > 0; size--) if (named(`occupation.${code.slice(0, size)}`)) return code.slice(0, size)
  return code
}

/** An occupation of ISCO-08. */
export const occupation = (code: string): string => named(`occupation.${occupationGroup(code)}`) ?? `ISCO ${code}`

/** A season, from YYYY-season. */
export function season(code: string): string {
  const [year, part] = code.split('-')
  return named(`season.${part}`)?.replace('{year}', year) ?? code
}

export function country(code: string): string {
  try {
    return countryNames.of(code) ?? code
  } catch {
    return code
  }
}

export function language(code: string): string {
  try {
    return languageNames.of(code) ?? code
  } catch {
    return code
  }
}

/** The contents with names in the reader's language; the English ones are those of the tables already. */
export function localized(contents: Contents): Contents {
  if (chosen === 'en') return contents
  const all = (names: Record<string, string>, name: (code: string) => string): Record<string, string> =>
    Object.fromEntries(Object.keys(names).map((code) => [code, name(code)]))
  return { ...contents, fields: all(contents.fields, field), countries: all(contents.countries, country), languages: all(contents.languages, language) }
}

/** Today where the reader is, in days since 1970: what is left until a deadline is counted from it, whenever the page was made. */
export function today(): number {
  const now = new Date()
  return Math.floor(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY)
}

/** A day, from days since 1970. */
export const day = (days: number): string => dates.format(days * DAY)

/** Days since 1970, from YYYY-MM-DD. */
export const daysOf = (text: string): number => Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY)

/** A day, from YYYY-MM-DD…; '' for none. */
export const dayOf = (text: string | null | undefined): string => text ? day(daysOf(text)) : ''

/** The month of a day, as YYYY-MM. */
export const monthKey = (days: number): string => new Date(days * DAY).toISOString().slice(0, 7)

export const month = (key: string): string => months.format(Date.parse(`${key}-01T00:00:00Z`))

export const euro = (sum: number): string => euros.format(sum)

export function bytes(size: number): string {
  const [unit, amount] = size < 1e6 ? ['kilobyte', Math.max(1, Math.round(size / 1e3))] as const : ['megabyte', Math.round(size / 1e5) / 10] as const
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(amount)
}

/** Names one after the other. */
export const listed = (names: readonly string[]): string => names.join(message('list.separator'))

/** Names, the last with an "and" before it. */
export const conjoined = (names: string[]): string => conjunctions.format(names)

/** Statements one after the other. */
export const clauses = (statements: readonly string[]): string => statements.join(message('list.clauses'))

/** Names with commas, the first few of many. */
export const few = (names: string[], most = 4): string =>
  names.length > most ? message('list.more_names', { names: listed(names.slice(0, most)), count: names.length - most }) : listed(names)

const PLAIN: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ħ: 'h', ς: 'σ', ى: 'ي', ة: 'ه', ـ: '',
}

/** Text as it is searched: small letters, without accents; the macro folded of sql/. */
export function fold(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.normalize('NFD').replace(/\p{M}+/gu, '').normalize('NFC').toLowerCase().replace(/[ßæœøłđðıħςىةـ]/g, (letter) => PLAIN[letter])
}

export { number }
