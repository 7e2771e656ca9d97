// What codes are called, and how dates and numbers are written.

const DAY = 86_400_000

const countryNames = new Intl.DisplayNames('en', { type: 'region' })
const languageNames = new Intl.DisplayNames('en', { type: 'language' })
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })
const months = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const numbers = new Intl.NumberFormat('en')

const WORDS: Record<string, string> = {
  paid: 'paid', allowance: 'allowance', expenses_only: 'expenses only', unpaid: 'unpaid',
  university: 'university', embassy: 'embassy or cultural institution', platform: 'platform',
  nonprofit: 'non-profit or intergovernmental', agency: 'agency or exchange programme', network: 'alumni or professional network',
  onsite: 'on site', hybrid: 'hybrid', remote: 'remote',
  yes: 'yes', no: 'no', case_by_case: 'case by case',
  working_student: 'working student', graduate_programme: 'graduate programme',
  fixed: 'fixed', rolling: 'rolling', until_filled: 'until filled', recurring: 'returns every year',
  required: 'required', not_required: 'not required',
  unverified: 'not verified lately', layout_changed: 'layout changed', not_due: 'not due', not_recorded: 'not recorded',
  stated: 'stated', derived: 'derived', source: 'by what its source is',
}

const CLOSED: Record<string, string> = {
  gone: 'no longer listed', source_closed: 'closed by its source', deadline: 'the deadline passed', not_found: 'its page is gone',
  redirected: 'its address leads elsewhere', closing_notice: 'a closing notice',
}

/** Why something was closed. */
export const closedWord = (reason: string): string => CLOSED[reason] ?? word(reason)

/** A word of a vocabulary, for people. */
export const word = (code: string): string => WORDS[code] ?? code.replaceAll('_', ' ')

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

/** Today where the reader is, in days since 1970: what is left until a deadline is counted from it, whenever the page was made. */
export function today(): number {
  const now = new Date()
  return Math.floor(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY)
}

export const number = (value: number): string => numbers.format(value)

/** A day, from days since 1970. */
export const day = (days: number): string => dates.format(days * DAY)

/** Days since 1970, from YYYY-MM-DD. */
export const daysOf = (text: string): number => Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY)

/** A day, from YYYY-MM-DD…; '' for none. */
export const dayOf = (text: string | null | undefined): string => text ? day(daysOf(text)) : ''

/** The month of a day, as YYYY-MM. */
export const monthKey = (days: number): string => new Date(days * DAY).toISOString().slice(0, 7)

export const month = (key: string): string => months.format(Date.parse(`${key}-01T00:00:00Z`))

export function bytes(size: number): string {
  if (size < 1e6) return `${number(Math.max(1, Math.round(size / 1e3)))} kB`
  return `${number(Math.round(size / 1e5) / 10)} MB`
}

/** One, or many, of a thing. */
export const count = (amount: number, one: string, many = `${one}s`): string => `${number(amount)} ${amount === 1 ? one : many}`

/** Names with commas, the first few of many. */
export const few = (names: string[], most = 4): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${number(names.length - most)} more` : names.join(', ')

const PLAIN: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ħ: 'h', ς: 'σ', ى: 'ي', ة: 'ه', ـ: '',
}

/** Text as it is searched: small letters, without accents; the macro folded of sql/. */
export function fold(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.normalize('NFD').replace(/\p{M}+/gu, '').normalize('NFC').toLowerCase().replace(/[ßæœøłđðıħςىةـ]/g, (letter) => PLAIN[letter])
}
