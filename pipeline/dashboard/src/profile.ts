// Who asks: citizenships and residence, kept in this browser only, never in an address. The rules are those of the macros
// able_to_apply and abroad_from in sql/.

export interface Profile { citizenships: string[]; residence: string }

export type Answer = 'yes' | 'no' | 'not stated'

const KEY = 'internships.profile'

export function readProfile(): Profile {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Profile>
    const citizenships = Array.isArray(kept.citizenships) ? kept.citizenships.filter((one) => typeof one === 'string') : []
    return { citizenships, residence: typeof kept.residence === 'string' ? kept.residence : '' }
  } catch {
    return { citizenships: [], residence: '' }
  }
}

export function keepProfile(profile: Profile): void {
  try {
    if (profile.citizenships.length || profile.residence) localStorage.setItem(KEY, JSON.stringify(profile))
    else localStorage.removeItem(KEY)
  } catch {
    // a browser that keeps nothing asks again next time
  }
}

/** Does a rule about nationalities admit this person? With two passports the better answer counts. */
export function ableToApply(rule: string, named: readonly string[], citizenships: readonly string[]): Answer {
  if (rule === 'any') return 'yes'
  if (!citizenships.length || !named.length) return 'not stated'
  if (rule === 'only') return citizenships.some((one) => named.includes(one)) ? 'yes' : 'no'
  if (rule === 'excluded') return citizenships.every((one) => named.includes(one)) ? 'no' : 'yes'
  return 'not stated'
}

/** Are residents of the person's country admitted? */
export function openToResidents(countries: readonly string[], residence: string): Answer {
  if (!countries.length || !residence) return 'not stated'
  return countries.includes(residence) ? 'yes' : 'no'
}

/** Is any of the host countries another than that of residence? */
export const isAbroad = (hosts: readonly string[], residence: string): boolean => hosts.some((host) => host !== residence)
