// What the page says, in the reader's language. The words are those of messages.json, in all languages; the build parts it
// by language, and the part that is read is the one that is loaded.

import type words from './messages.json'
import type { Child } from './dom'

export const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'ar', 'zh', 'hi'] as const
export type Language = typeof LANGUAGES[number]

export type Key = keyof typeof words
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }
/** `count` chooses between one and many; numbers are written as the language does. */
type Values = Record<string, string | number>

const STORE = 'internships.language'

const known = (tag: string | null): Language | undefined => LANGUAGES.find((one) => one === tag?.toLowerCase().split('-')[0])

/** What was chosen on this page (`?lang=`), before in this browser, or is the browser's own. */
function chosen(): Language {
  const asked = known(new URLSearchParams(location.search).get('lang'))
  try {
    if (asked) localStorage.setItem(STORE, asked)
    else {
      const kept = known(localStorage.getItem(STORE))
      if (kept) return kept
    }
  } catch {
    // a browser that keeps nothing asks again next time
  }
  return asked ?? navigator.languages.map(known).find((one) => one !== undefined) ?? 'en'
}

export const language = chosen()

/** The reader's region goes with the language where both are written alike: days and numbers are as they are at home. */
function regional(): string {
  try {
    const script = (tag: string): string | undefined => new Intl.Locale(tag).maximize().script
    return navigator.languages.find((tag) => known(tag) === language && script(tag) === script(language)) ?? language
  } catch {
    return language // a browser may name a language that is none
  }
}

/** For Intl. Digits are those that forms take and postings have, the calendar is that of the dates. */
export const locale = new Intl.Locale(regional(), { numberingSystem: 'latn', calendar: 'gregory' })

const numbers = new Intl.NumberFormat(locale)
const rules = new Intl.PluralRules(locale)
let texts: Record<string, string | Forms> = {}

export const number = (value: number): string => numbers.format(value)

/** Load the words, once, before anything is said. */
export async function loadMessages(): Promise<void> {
  const response = await fetch(`dashboard/messages-${language}.json`)
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`)
  texts = await response.json() as typeof texts
}

export const isLoaded = (): boolean => 'title' in texts

/** What a code of a list is called, where it has a name. */
export function named(key: string): string | undefined {
  const text = texts[key]
  return typeof text === 'string' ? text : undefined
}

function written(key: Key, values: Values): string {
  const text = texts[key]
  if (typeof text === 'string') return text
  return text[rules.select(Number(values.count))] ?? text.other
}

export function message(key: Key, values: Values = {}): string {
  return written(key, values).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? number(value) : value
  })
}

/** The same with elements in it. */
export function messageParts(key: Key, values: Record<string, Child>): Child[] {
  return written(key, {}).split(/\{(\w+)\}/).map((part, at) => at % 2 ? values[part] : part)
}
