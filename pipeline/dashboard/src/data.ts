// The exported files, read: contents.json, whole tables as columns, one internship's record by its id.

import { decompress } from 'fzstd'
import { parquetMetadata, parquetMetadataAsync, parquetRead, parquetReadObjects } from 'hyparquet'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'

export interface TableFile { path: string; rows: number; bytes: number }

export interface Contents {
  night: string
  /** How many internships are open. */
  open: number
  tables: Record<'internships' | 'first' | 'terms' | 'links' | 'asked' | 'details' | 'sources' | 'nights', TableFile>
  exports: TableFile[]
  fields: Record<string, string>
  countries: Record<string, string>
  languages: Record<string, string>
  /** Areas whose nationals work in each of its countries without a permit. */
  free_movement: string[][]
}

export type Cells = ArrayLike<unknown>

/** What the page was loaded with is no longer there: a newer night came. */
export class Gone extends Error {}

const compressors = {
  ZSTD: (input: Uint8Array, length: number): Uint8Array => decompress(input, new Uint8Array(length)),
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(path, { headers })
  if (response.status === 404) throw new Gone(path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`)
  return response
}

export async function readContents(): Promise<Contents> {
  return await (await ask('dashboard/contents.json', { 'Cache-Control': 'no-cache' })).json() as Contents
}

/** A pause between two parts of long work, in which the page answers to who uses it. */
export const answering = (): Promise<void> => new Promise((resume) => setTimeout(resume))

/** Every column of a table, each in whole: `take` gets its name, the row its first cell is of, and the cells. */
export async function readColumns(
  table: TableFile, take: (name: string, start: number, cells: Cells) => void,
): Promise<void> {
  const file = await (await ask(table.path)).arrayBuffer()
  const metadata = parquetMetadata(file)
  for (const { name } of metadata.schema.slice(1)) {
    await parquetRead({
      file, metadata, compressors, columns: [name],
      onChunk: ({ columnName, rowStart, columnData }) => take(columnName, rowStart, columnData),
    })
    await answering()
  }
}

/** The rows of a small table. */
export async function readRows<Row>(table: TableFile): Promise<Row[]> {
  const file = await (await ask(table.path)).arrayBuffer()
  return await parquetReadObjects({ file, compressors }) as Row[]
}

/** Single records of a big table that is sorted by id, by ranges; a server that knows no ranges sends it whole, once. */
export class RecordReader {
  private readonly file: AsyncBuffer
  private metadata: Promise<FileMetaData> | undefined
  private whole: ArrayBuffer | undefined

  constructor(table: TableFile) {
    this.file = {
      byteLength: table.bytes,
      slice: async (start: number, end = table.bytes): Promise<ArrayBuffer> => {
        if (this.whole) return this.whole.slice(start, end)
        const response = await ask(table.path, { Range: `bytes=${start}-${end - 1}` })
        const answer = await response.arrayBuffer()
        if (response.status === 206) return answer
        this.whole = answer
        return answer.slice(start, end)
      },
    }
  }

  /** The record of an id; undefined if there is none. */
  async read(id: string): Promise<string | undefined> {
    this.metadata ??= parquetMetadataAsync(this.file, { initialFetchSize: 1 << 16 })
    const metadata = await this.metadata
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      const { min_value: least, max_value: most } = group.columns[0].meta_data?.statistics ?? {}
      if (least !== undefined && most !== undefined && least <= id && id <= most) {
        const rows = await parquetReadObjects({ file: this.file, metadata, compressors, rowStart, rowEnd })
        return rows.find((row) => row.id === id)?.record as string | undefined
      }
      rowStart = rowEnd
    }
    return undefined
  }
}
