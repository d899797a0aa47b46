// A URL from outside → itself if a browser may follow it, else nothing.

/** The URL when it is absolute http or https and free of control characters and quotes; null otherwise (`javascript:`, `data:`, relative, …). */
export function safeUrl(url: string | null | undefined): string | null {
  if (!url || url.length > 4_000 || !/^https?:\/\/[^\s"'<>\\]+$/i.test(url)) return null;
  return URL.canParse(url) ? url : null;
}
