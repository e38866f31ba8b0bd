export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

export function ratio(own: number, peer: number): string {
  return (own / peer).toFixed(2);
}
