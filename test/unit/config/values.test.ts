// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { kollaArguments } from "../../../src/kolla/arguments.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { schema } from "../../../src/config/schema.ts";
import { innerType, isRecord, SETTINGS } from "../../../src/config/settings.ts";
import { chooseRepositories } from "../../../src/maven/repositories.ts";
import { settingsXml } from "../../../src/maven/settings.ts";
import { oddPath, oddText } from "../../support/odd-values.ts";
import { configWith, SECTIONS } from "../../support/unit-config.ts";
import { failureOf } from "../../support/unit-failure.ts";

const load = (key: string, value: string) =>
  loadConfig({ options: [[key, value, "--set"]], env: {}, cwd: "/cwd", setupFile: "/nowhere/setup.json" });

const isTaken = async (key: string, value: string): Promise<boolean> => {
  const answer = await load(key, value).catch((thrown: unknown) => thrown);
  return typeof answer === "object" && answer !== null && "config" in answer;
};

/** What would mean something else in an oslo.config file, a template, a Dockerfile, or for a terminal. */
const HOSTILE = ["a\nbase = rocky", "a\rb", "a\u0000b", "a\u001b[2Jb", "a\u009b2Jb", "a\u2028b", "a\ud800b", "\ufffe"];
const SYNTAX = [
  "$HOME",
  "${x}",
  "a$$b",
  "{{ x }}",
  "{% x %}",
  "{# x #}",
  "a\\",
  "a b",
  "'a'",
  '"a"',
  "`a`",
  "-rf",
  "a#b",
  "",
];

describe("a value that could change the meaning of what it ends in", () => {
  for (const one of SETTINGS) {
    const { key } = one;
    const isList = innerType(one.type) instanceof z.ZodArray;
    it(`is refused for ${key}, if it holds control characters, and is not printed raw`, async () => {
      for (const value of HOSTILE) {
        const listed = isList ? JSON.stringify([value]) : value;
        const asked = isRecord(one) ? `${key}.mine` : key;
        const { reason } = await failureOf(() => load(asked, listed));
        expect(reason, JSON.stringify(value)).to.match(/^--set: /);
        expect(reason).to.not.match(/(?!\n)[\p{Cc}\u2028]/u);
      }
    });
  }

  for (const key of ["kolla.base", "kolla.base_tag", "kolla.tag", "kolla.namespace", "kolla.registry"]) {
    it(`is refused for ${key}, which stands in a Dockerfile and on kolla's command line`, async () => {
      for (const value of SYNTAX) expect(await isTaken(key, value), JSON.stringify(value)).to.equal(false);
      expect(await isTaken(key, "debian")).to.equal(true);
    });
  }

  it("is refused where kolla-build would fill in what follows a $", async () => {
    for (const key of ["work_dir", "output_dir"]) expect(await isTaken(key, "/srv/$HOME"), key).to.equal(false);
    expect(await isTaken("kolla.template_override", "[/srv/$HOME/x.j2]")).to.equal(false);
    expect(await isTaken("engine.endpoint", "unix:///run/$x.sock")).to.equal(false);
  });

  it("is refused as a folder called ~, which nobody means", async () => {
    for (const key of ["work_dir", "output_dir", "maven.java_home", "source.url", "maven.command"]) {
      expect(await isTaken(key, "~/osc"), key).to.equal(false);
    }
    expect(await isTaken("work_dir", "/srv/~/osc")).to.equal(true);
  });
});

describe("a name that reaches an engine", () => {
  const GOOD: Readonly<Record<string, readonly string[]>> = {
    "kolla.tag": ["1.0.0", "_x", "A-b_c.d", "2026.2-debian-trixie", "a".repeat(128)],
    "kolla.namespace": ["kolla", "my-cloud/kolla", "a__b", "a.b", "a--b"],
    "kolla.registry": ["localhost", "localhost:5000", "Registry.example.org:5000/team", "127.0.0.1:4000"],
    "engine.endpoint": ["unix:///run/docker.sock", "tcp://127.0.0.1:2375", "ssh://me@host", "unix:///run/ü.sock"],
  };
  const BAD: Readonly<Record<string, readonly string[]>> = {
    "kolla.tag": ["a/b", "a:b", ".a", "-a", "a".repeat(129), "ü"],
    "kolla.namespace": ["MyCloud", "/a", "a/", "a//b", "a:b", "_a", "a@b"],
    "kolla.registry": ["https://host", "host:", "host:x", "a_b:5000", "u@host", "host/A"],
    "engine.endpoint": ["/run/docker.sock", "127.0.0.1:2375", "unix://", "unix:///a b"],
  };
  for (const key of Object.keys(GOOD)) {
    it(`is taken for ${key} as the engine takes it`, async () => {
      for (const value of GOOD[key] ?? []) expect(await isTaken(key, value), value).to.equal(true);
      for (const value of BAD[key] ?? []) expect(await isTaken(key, value), value).to.equal(false);
    });
  }
});

/** The parts of a settings.xml that hold what people gave. */
interface ReadBack {
  readonly localRepository: string;
  readonly servers: { readonly server: readonly object[] };
  readonly mirrors: { readonly mirror: readonly object[] };
  readonly profiles: {
    readonly profile: { readonly repositories: { readonly repository: readonly Record<string, unknown>[] } };
  };
}

describe("a Maven repository of the settings", () => {
  const repository = (url: string) => isTaken("maven.repositories.mine", url);

  it("is a URL that can be asked, where only variables of the environment are filled in", async () => {
    const good = ["https://h/x", "http://h:8081/a%20b", "file:///srv/maven", "https://${env.HOST}/x", "${env.NEXUS}/x"];
    for (const url of good) expect(await repository(url), url).to.equal(true);
    const bad = [
      "./maven",
      "/srv/maven",
      "h/x",
      "ftp://h/x",
      "file://host/x",
      "file:///a%2Fb",
      "https://h/${user.home}",
    ];
    for (const url of bad) expect(await repository(url), url).to.equal(false);
  });

  it("holds no credentials in its URL: they would stand in a file", async () => {
    const { reason } = await failureOf(() => load("maven.repositories.mine", "https://me:hunter2@h/x"));
    expect(reason).to.include(
      "a URL without credentials (https, http or file), or a map of url, username and password",
    );
    expect(reason).to.not.include("hunter2");
  });

  it("has an id that Maven and we do not use ourselves, and nothing but an id", async () => {
    for (const id of ["local", "osc-kolla-mirror", "a b", "*", "!x", "external:*", "__proto__", "../x", "a<b", ""]) {
      const { reason } = await failureOf(() => load(`maven.repositories.${id}`, "https://h/x"));
      expect(reason).to.match(/^--set: maven\.repositories\..*is no id: it takes letters/);
    }
    expect(await isTaken("maven.repositories.constructor", "https://h/x")).to.equal(true);
  });

  it("has a username where it has a password", async () => {
    const { reason } = await failureOf(() => load("maven.mirror", "{url: https://h/x, password: '${env.PW}'}"));
    expect(reason).to.equal("--set: maven.mirror.password: a password needs a username beside it");
    expect(await isTaken("maven.mirror", "{url: https://h/x, username: me, password: '${env.PW}'}")).to.equal(true);
  });

  it("is read back from Maven's settings.xml as it was, whatever is in it", () => {
    const parser = new XMLParser({
      trimValues: false,
      parseTagValue: false,
      isArray: (name) => ["server", "mirror", "repository"].includes(name),
    });
    const url = oddText.map((text) => `https://h/${text.replaceAll(/\s/g, "")}`);
    fc.assert(
      fc.property(url, oddText, oddPath, (address, username, path) => {
        const given = { maven: { repositories: { mine: { url: address, username, password: "${env.PW}" } } } };
        const parsed = schema.safeParse({ ...SECTIONS, ...given });
        fc.pre(parsed.success);
        const chosen = chooseRepositories(parsed.data, [{ id: "mine", https: undefined }], [], "file:///empty");
        const xml = settingsXml({ localRepository: path, proxies: [], ...chosen, repositories: chosen.mirrors });
        const { settings } = parser.parse(xml) as { settings: ReadBack };
        expect(settings.localRepository).to.equal(path);
        for (const server of settings.servers.server) expect(server).to.include({ id: "mine", username });
        for (const mirror of settings.mirrors.mirror) expect(mirror).to.include({ id: "mine", url: address });
        expect(settings.profiles.profile.repositories.repository.map((one) => one["url"])).to.deep.equal([address]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what kolla-build is given on its command line", () => {
  /** what the schema takes, of what looks like it */
  const word = (name: "tag" | "namespace" | "registry") =>
    fc
      .stringMatching(/^[A-Za-z0-9_.:/-]{1,8}$/)
      .filter((text) => schema.shape.kolla.shape[name].safeParse(text).success);
  const operator = { files: [], folders: [], base: undefined, baseTag: undefined, push: false, ours: [], digest: "" };

  it("never begins like an option where a value is meant", () => {
    fc.assert(
      fc.property(
        fc.record({ tag: word("tag"), namespace: word("namespace"), registry: word("registry") }),
        (names) => {
          const words = kollaArguments(configWith({ kolla: names }), operator, "/out/kolla-build.conf", "osc");
          const values = words.filter((_, index) => words[index - 1]?.startsWith("--") === true);
          for (const value of values) expect(value).to.match(/^[^-]/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
