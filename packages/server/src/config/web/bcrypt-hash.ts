const HASH = /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** Whether a text is what bcrypt makes of a password, such as `htpasswd -nBC 10 "" | tr -d ':\n'` prints. */
export function isBcryptHash(text: string): boolean {
  const cost = HASH.exec(text)?.[1];
  return cost !== undefined && Number(cost) >= 4 && Number(cost) <= 31;
}
