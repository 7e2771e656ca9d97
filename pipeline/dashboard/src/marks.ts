// What a person marks: internships starred, applied for, hidden, with a note; and the night of the visit before. Kept in this
// browser alone, by id; in a browser that keeps nothing, for as long as the page is open.

export const MARKS = ['starred', 'applied', 'noted', 'hidden'] as const
export type MarkName = typeof MARKS[number]

export interface Mark {
  /** As it was called when it was marked: what has left the list can still be told. */
  title: string
  starred?: boolean
  /** The day, as YYYY-MM-DD. */
  applied?: string
  hidden?: boolean
  note?: string
}

const KEY = 'internships.marks'
const VISIT = 'internships.visit'
const MOST_LETTERS = 10_000

export class Marks {
  /** Rises with each change. */
  version = 0
  private marks: Map<string, Mark>

  /** `changed`: is called after each change, another tab's too. */
  constructor(private readonly changed: () => void) {
    this.marks = parsed(kept(KEY))
    addEventListener('storage', ({ key }) => {
      if (key === KEY) this.put(parsed(kept(KEY)))
    })
  }

  of(id: string): Mark | undefined {
    return this.marks.get(id)
  }

  has(id: string, name: MarkName): boolean {
    const mark = this.marks.get(id)
    return mark !== undefined && Boolean(name === 'noted' ? mark.note : mark[name])
  }

  ids(): string[] {
    return [...this.marks.keys()]
  }

  /** Change the marks of one; without any it is forgotten. */
  edit(id: string, title: string, change: (mark: Mark) => void): void {
    const marks = new Map(this.marks)
    const mark = { ...marks.get(id), title }
    change(mark)
    if (mark.starred || mark.applied || mark.hidden || mark.note) marks.set(id, mark)
    else marks.delete(id)
    this.keep(marks)
  }

  forget(id: string): void {
    const marks = new Map(this.marks)
    marks.delete(id)
    this.keep(marks)
  }

  /** All of them as JSON, which `take` reads. */
  text(): string {
    return JSON.stringify({ internships: Object.fromEntries(this.marks) }, null, 1)
  }

  /** Take those of a file into these, and give their number; what both say is kept, and both notes. */
  take(json: string): number {
    const theirs = parsed(json)
    const marks = new Map(this.marks)
    for (const [id, mark] of theirs) marks.set(id, joined(marks.get(id), mark))
    if (theirs.size) this.keep(marks)
    return theirs.size
  }

  /** Marks of internships that were merged into others go there. `redirects`: from id to id, perhaps in several steps. */
  follow(redirects: Map<string, string>): void {
    const marks = new Map(this.marks)
    for (const [id, mark] of this.marks) {
      let to = id
      for (let steps = 0; redirects.has(to) && steps < redirects.size; steps++) to = redirects.get(to) as string
      if (to === id) continue
      marks.delete(id)
      marks.set(to, joined(marks.get(to), mark))
    }
    if (this.ids().some((id) => !marks.has(id))) this.keep(marks)
  }

  private keep(marks: Map<string, Mark>): void {
    this.put(marks)
    keep(KEY, this.text())
  }

  private put(marks: Map<string, Mark>): void {
    this.marks = marks
    this.version++
    this.changed()
  }
}

function joined(ours: Mark | undefined, theirs: Mark): Mark {
  if (!ours) return theirs
  const notes = [ours.note, theirs.note].filter((note) => note !== undefined)
  return { ...theirs, ...ours, ...(notes.length ? { note: [...new Set(notes)].join('\n') } : {}) }
}

/** The marks of JSON as `text` writes it, or of anything else: what is not of its kind is left out. */
function parsed(json: string): Map<string, Mark> {
  const marks = new Map<string, Mark>()
  let given: unknown
  try {
    given = (JSON.parse(json) as { internships?: unknown } | null)?.internships
  } catch {
    return marks
  }
  if (typeof given !== 'object' || given === null) return marks
  for (const [id, one] of Object.entries(given)) {
    const { title, starred, applied, hidden, note } = (one ?? {}) as Record<string, unknown>
    const mark: Mark = {
      title: typeof title === 'string' ? title : id,
      ...(starred === true ? { starred } : {}),
      ...(typeof applied === 'string' && /^\d{4}-\d\d-\d\d$/.test(applied) && !Number.isNaN(Date.parse(applied)) ? { applied } : {}),
      ...(hidden === true ? { hidden } : {}),
      ...(typeof note === 'string' && note ? { note: note.slice(0, MOST_LETTERS) } : {}),
    }
    if (Object.keys(mark).length > 1) marks.set(id, mark)
  }
  return marks
}

/** The night, in days since 1970, that was seen at the visit before the first one of `night`; null for who was not here before. */
export function lastVisit(night: number): number | null {
  const [last, before] = kept(VISIT).split(' ').map((day) => day ? Number(day) : NaN)
  if (night > last || Number.isNaN(last)) keep(VISIT, `${night} ${Number.isNaN(last) ? '' : last}`)
  const found = night > last ? last : before ?? NaN
  return Number.isFinite(found) ? found : null
}

function kept(key: string): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text)
  } catch {
    // a browser that keeps nothing has it for as long as the page is open
  }
}
