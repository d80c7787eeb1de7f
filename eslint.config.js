// SPDX-License-Identifier: Apache-2.0
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** The house: a folder of src may import from those below it, and from itself. See ARCHITECTURE.md. */
const HOUSE = [
  ["cli"],
  ["stages"],
  ["pipeline"],
  ["config"],
  ["osc", "git", "maven", "kolla", "engine", "archive", "sbom"],
  ["system"],
];

/** Packages that one folder alone may use. */
const KEPT_IN = {
  execa: ["system"],
  "node:child_process": ["system"],
  "simple-git": ["git"],
  tar: ["archive"],
  yauzl: ["archive"],
  yazl: ["archive"],
  "@cyclonedx/cyclonedx-library/Models": ["sbom"],
  listr2: ["pipeline"],
  commander: ["cli"],
};

const folders = HOUSE.flat();

const houseRules = folders.map((folder) => {
  const floor = HOUSE.findIndex((rooms) => rooms.includes(folder));
  const above = HOUSE.slice(0, floor).flat();
  const beside = HOUSE[floor].filter((room) => room !== folder);
  const packages = Object.keys(KEPT_IN).filter((name) => !KEPT_IN[name].includes(folder));
  return {
    files: [`src/${folder}/**`],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: packages.map((name) => ({ name, message: `${name} belongs to ${KEPT_IN[name].join(", ")}/` })),
          patterns: [...above, ...beside].map((room) => ({
            group: [`**/${room}/*`],
            message: `the arrows go down: ${folder}/ imports nothing of ${room}/`,
            // the settings' types may be used anywhere
            allowTypeImports: room === "config",
          })),
        },
      ],
      // printing is the business of cli/
      "no-console": "error",
      // see docs/decisions/0006-one-bundle.md
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportExpression[source.value=/^[^.]/]",
          message: "import a module of ours, which imports the package",
        },
      ],
    },
  };
});

export default defineConfig(
  { ignores: ["dist/", "dist.new/", "build/", "coverage/", "fixtures/", ".osc-kolla/"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.js", "bin/*.js", "test/support/*.cjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
      globals: { process: "readonly", URL: "readonly", console: "readonly" },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // () => stream.write(x) is fine where nobody looks at the value
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
    },
  },
  ...houseRules,
  {
    files: ["test/**"],
    rules: {
      "max-lines-per-function": "off",
      // chai's assertions are expressions
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
  { files: ["**/*.js", "**/*.cjs"], extends: [tseslint.configs.disableTypeChecked] },
  {
    // ES5, run by jjs
    files: ["kolla-overrides/**/*.js"],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: "script",
      globals: {
        java: "readonly",
        Java: "readonly",
        print: "readonly",
        exit: "readonly",
        $ENV: "readonly",
        arguments: "readonly",
      },
    },
    rules: { "no-var": "off", "prefer-const": "off" },
  },
  {
    // mocha requires its reporters; the launcher starts sooner so
    files: ["**/*.cjs", "bin/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { require: "readonly", module: "readonly", process: "readonly", __dirname: "readonly" },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
