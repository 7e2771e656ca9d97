// Who asks: the profile as the macro suits takes it. Kept for as long as the tab is open, in this browser only where the person
// wants it, and never in an address. What a profile means for an internship is in suits.ts.

export interface Spoken { language: string; cefr: string }

export interface Profile {
  passports: string[]
  residence: string
  studies: string[]
  level: string
  year: number
  enrolled: boolean | null
  languages: Spoken[]
  available: { from: string; to: string }
  weeks: { least: number; most: number }
  needs: string[]
  wishes: { countries: string[]; fields: string[]; remote: boolean | null; words: string }
}

/** Levels of study, of ISCED. */
export const LEVELS = ['5', '6', '7', '8'] as const

const KEY = 'internships.profile'

/** Somebody who tells nothing: no text is told where it is empty, no number where it is 0, no answer where it is null. */
export const nobody = (): Profile => ({
  passports: [], residence: '', studies: [], level: '', year: 0, enrolled: null, languages: [], available: { from: '', to: '' },
  weeks: { least: 0, most: 0 }, needs: [], wishes: { countries: [], fields: [], remote: null, words: '' },
})

/** The profile of JSON as `told` writes it, or of anything else: what is not of its kind is left out. */
export function parseProfile(json: string): Profile {
  const into = <Kind extends object>(known: Kind, given: unknown): Kind => {
    if (typeof given !== 'object' || given === null) return known
    for (const [key, usual] of Object.entries(known)) {
      const value = (given as Record<string, unknown>)[key]
      if (Array.isArray(usual)) {
        const kind = key === 'languages' ? 'object' : 'string'
        if (Array.isArray(value)) Object.assign(known, { [key]: value.filter((one) => one !== null && typeof one === kind) })
      } else if (usual !== null && typeof usual === 'object') into(usual as object, value)
      else if (typeof value === (usual === null ? 'boolean' : typeof usual)) Object.assign(known, { [key]: value })
    }
    return known
  }
  try {
    const profile = into(nobody(), JSON.parse(json))
    profile.languages = profile.languages.map(({ language, cefr }) => ({ language: String(language), cefr: cefr ? String(cefr) : '' }))
    return profile
  } catch {
    return nobody()
  }
}

/** The profile as JSON with what is told alone, as `internships suggest --profile` and suits(…) read it; '{}' for nobody. */
export function told(profile: Profile): string {
  return JSON.stringify(kept(profile) ?? {}, null, 1)
}

function kept(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? value.map(kept) : undefined
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value).map(([key, part]) => [key, kept(part)]).filter(([, part]) => part !== undefined)
    return parts.length ? Object.fromEntries(parts) : undefined
  }
  return value === '' || value === 0 || value === null ? undefined : value
}

export const isTold = (profile: Profile): boolean => kept(profile) !== undefined

/** Whether more is told than where somebody is from and lives. */
export const isAsking = (profile: Profile): boolean => isTold({ ...profile, passports: [], residence: '' })

/** Kept in this browser, or for this tab alone? */
export function isRemembered(): boolean {
  try {
    return localStorage.getItem(KEY) !== null
  } catch {
    return false
  }
}

export function readProfile(): Profile {
  try {
    return parseProfile(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? '{}')
  } catch {
    return nobody()
  }
}

/** Keep a profile for this tab, and in this browser where `remember` says so; elsewhere there it is forgotten. */
export function keepProfile(profile: Profile, remember: boolean): void {
  try {
    const json = told(profile)
    sessionStorage.setItem(KEY, json)
    if (remember && json !== '{}') localStorage.setItem(KEY, json)
    else localStorage.removeItem(KEY)
  } catch {
    // a browser that keeps nothing asks again next time
  }
}
