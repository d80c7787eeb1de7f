// SPDX-License-Identifier: Apache-2.0
/**
 * Masking of credentials, in everything that is printed, logged or recorded.
 *
 * What looks like one (a URL with a user and password, an Authorization header) is masked anyway. Beside that, whoever
 * reads a secret remembers it for the run: a program may print it in any form. The secrets of a run are those of its
 * settings, of the variables that programs are given, of the operator's settings.xml and kolla-build.conf, and of the
 * container client's logins.
 *
 * A process has one run at a time, and whatever it prints, a handler of signals or of exceptions too, is masked by what
 * that run knows: so the functions below ask the run's Secrets, and are not handed them.
 */
import { anyEncodingOf } from "./encodings.ts";

/** user:password@ or token@ in a URL, up to its last @; the user's name goes too, it may be a token. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)([^\s/]*)@/gi;

/** Who may see what: ssh://git@host names no secret, and its user is needed to use the URL. */
const SSH_USER = /^ssh:\/\/[^\s/@:]+@$/i;

/** A password with a / that should have been encoded; what stands behind the colon is no port. */
const WRONG_URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)([^\s/@:]+:(?!\d+\/)[^\s@'"<>]*)@/gi;

/** JSON's null, lists and objects are none, and would be no JSON without them. */
const AUTHORIZATION =
  /(\bauthorization["']?\s*[:=]\s*(?!null\b|[[{])["']?(?:(?:basic|bearer|digest|token)\s+)?)[^\s"',]+/gi;

/** An option or variable whose name says that its value is secret: -Djavax.net.ssl.trustStorePassword=… */
const NAMED = /(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[_.-]?key)["']?\s*[=:]\s*["']?([^\s"']+)/gi;

/** Shorter ones are not worth it: they stand in every other word. */
const SHORTEST = 4;

/** A user's name that is this long may be a token. */
const TOKEN = 16;

/** What one run masks. */
export class Secrets {
  /** every secret so far, with its pattern */
  readonly #remembered = new Map<string, string>();
  #ordinary = "";
  /** of all that is masked; "none": there is nothing to mask; undefined: not known yet */
  #known: RegExp | "none" | undefined;

  /** As `mask`. */
  mask(text: string): string {
    this.#known ??= this.#patternOfAll();
    const known = this.#known === "none" ? text : text.replace(this.#known, "***");
    // every line of every program comes by here, and looking for URLs takes long
    const urls = known.includes("@") ? withoutUrlCredentials(known) : known;
    return urls.replace(AUTHORIZATION, "$1***");
  }

  /** As `rememberSecret`. */
  remember(value: string | undefined): void {
    const parts = (value ?? "").split(/[\r\n]+/).map((part) => part.trim());
    for (const part of parts) {
      if (part.length < SHORTEST || /^\d{1,7}$/.test(part) || this.#remembered.has(part)) continue;
      this.#remembered.set(part, anyEncodingOf(part));
      this.#known = undefined;
    }
  }

  /** As `rememberSecretsIn`. */
  rememberIn(text: string): void {
    const logins = [...text.matchAll(URL_CREDENTIALS), ...text.matchAll(WRONG_URL_CREDENTIALS)];
    for (const [, , login = ""] of logins) {
      const [user = "", ...password] = login.split(":");
      const parts = [password.join(":"), ...(user.length >= TOKEN ? [user] : [])];
      for (const part of parts) [part, decoded(part)].forEach((one) => this.remember(one));
    }
    for (const [, value = ""] of text.matchAll(NAMED)) {
      // the first one of a list, or of a URL's query
      [value, value.split(/[,&]/)[0]].forEach((one) => this.remember(one));
    }
  }

  /** As `keepReadable`. */
  keepReadable(text: string): void {
    this.#ordinary = text;
    this.#known = undefined;
  }

  #patternOfAll(): RegExp | "none" {
    const masked = [...this.#remembered].filter(([value]) => !this.#ordinary.includes(value));
    // of two that begin alike, the longer one
    const patterns = masked.sort(([a], [b]) => b.length - a.length).map(([, pattern]) => pattern);
    return patterns.length === 0 ? "none" : new RegExp(patterns.join("|"), "gu");
  }
}

const withoutUrlCredentials = (text: string): string =>
  text
    .replace(URL_CREDENTIALS, (match, scheme: string) => (SSH_USER.test(match) ? match : `${scheme}***@`))
    .replace(WRONG_URL_CREDENTIALS, "$1***@");

let ofThisRun = new Secrets();

/** A run begins: it knows no secret yet. Those of the run before it stay masked until then, and no longer. */
export function beginSecrets(): void {
  ofThisRun = new Secrets();
}

/** `text` with every secret in it replaced by `***`. */
export const mask = (text: string): string => ofThisRun.mask(text);

/** Has a value masked from now on, in every encoding, unless it is too short, or a small number. */
export const rememberSecret = (value: string | undefined): void => ofThisRun.remember(value);

/** Has the credentials that stand in a text masked: those of its URLs, and what is called a password or token. */
export const rememberSecretsIn = (text: string): void => ofThisRun.rememberIn(text);

/**
 * Has nothing masked that stands in this text: names and paths of the run. A password that is one of them hides nothing,
 * and without them neither a message nor a record could be understood.
 */
export const keepReadable = (text: string): void => ofThisRun.keepReadable(text);

/** A part of a URL without its encoding; as it is where it is not encoded well. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
