// Rows of values → CSV (RFC 4180) that no spreadsheet takes for formulas.

// A cell that begins like a formula would be run by spreadsheets; a quote before it keeps it text (OWASP, CSV injection).
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV with a head line and CRLF line ends, as RFC 4180 has it. */
export function toCsv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
