// Rows of text → columns that line up on a terminal.
/** Lines with columns padded to their widest cell (counted in code points, so Vietnamese lines up); the last column is not padded. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = (text: string) => [...text.normalize('NFC')].length;
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === head.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))),
      )
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}
