// SPDX-License-Identifier: Apache-2.0
/** Masking of credentials, in everything that is printed, logged or recorded. */

/** user:password@ or token@ in a URL, up to its last @; the user's name goes too, it may be a token. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi;

/** Who may see what: ssh://git@host names no secret, and its user is needed to use the URL. */
const SSH_USER = /^ssh:\/\/[^\s/@:]+@$/i;

/** `text` with the credentials of every URL in it replaced by `***`. */
export function mask(text: string): string {
  return text.replace(URL_CREDENTIALS, (match, scheme: string) => (SSH_USER.test(match) ? match : `${scheme}***@`));
}
