#!/usr/bin/env bash
# Installs the package as users will: packed by npm, into fresh projects, by plain `npm install` with the versions that
# the README names. The first project has both providers and the settings of the cdktf template; the second runs on
# CDK Terrain (cdktn in the place of cdktf) with the Docker provider alone. Each compiles, synthesizes and describes.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export CHECKPOINT_DISABLE=1 NO_COLOR=1 npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

cd "$root"
tarball="$work/$(npm pack --silent --pack-destination "$work" | tail -n 1)"

# block NAME: the README's TypeScript block that imports from the door NAME
block() {
  node -e '
    const blocks = require("fs").readFileSync(process.argv[1], "utf8").matchAll(/^```ts\n([^]*?)^```$/gm);
    const found = [...blocks].map(([, code]) => code).find((code) => code.includes(`from ${JSON.stringify(process.argv[2]).replace(/"/g, "\x27")}`));
    if (!found) throw new Error(`README.md has no block for ${process.argv[2]}`);
    process.stdout.write(found);
  ' "$root/README.md" "$1"
}

# holds TEXT FILE: fails with the file's content when it does not hold the text
holds() {
  grep -qF -- "$1" "$2" || { printf 'expected: %s\nfound:\n' "$1"; cat "$2"; exit 1; }
}

project() { # project NAME: an empty project with the tsconfig.json of the cdktf template
  mkdir "$work/$1" && cd "$work/$1"
  printf '{ "name": "%s", "version": "1.0.0", "private": true }\n' "$1" > package.json
  cat > tsconfig.json <<'JSON'
{
  "compilerOptions": {
    "alwaysStrict": true, "declaration": true, "experimentalDecorators": true, "inlineSourceMap": true,
    "inlineSources": true, "lib": ["es2018"], "module": "CommonJS", "noEmitOnError": true,
    "noFallthroughCasesInSwitch": true, "noImplicitAny": true, "noImplicitReturns": true, "noImplicitThis": true,
    "noUnusedLocals": true, "noUnusedParameters": true, "resolveJsonModule": true, "strict": true,
    "strictNullChecks": true, "strictPropertyInitialization": true, "stripInternal": true, "target": "ES2018",
    "skipLibCheck": true
  },
  "include": ["**/*.ts"],
  "exclude": ["node_modules", "cdktf.out"]
}
JSON
}

printf '\n--- cdktf with both providers\n'
project on-cdktf
npm install "$tarball" cdktf@0.21.0 constructs@10.8.1 @cdktf/provider-aws@21.22.1 @cdktf/provider-docker@12.0.3
npm install --save-dev typescript@5.9.3 ts-node@10.9.2 @types/node@20
npm ls --all > /dev/null
block netproof/docker > shop.ts
block netproof/aws > network.ts
for app in shop network; do
  rm -rf cdktf.out
  npx ts-node "$app.ts"
  npx netproof describe cdktf.out | tee described.txt
  holds "Next: npx cdktf deploy $app" described.txt
done
npx netproof --version > version.txt
holds "$(node -p 'require(process.argv[1]).version' "$root/package.json")" version.txt

printf '\n--- CDK Terrain with the Docker provider alone\n'
project on-cdktn
node -e '
  const fs = require("fs");
  const [recipe] = [...fs.readFileSync(process.argv[1], "utf8").matchAll(/^```json\n([^]*?)^```$/gm)].map(([, code]) => JSON.parse(code));
  fs.writeFileSync("package.json", JSON.stringify({ name: "on-cdktn", version: "1.0.0", private: true, ...recipe }));
' "$root/README.md"
npm install "$tarball" @cdktf/provider-docker@12.0.3
npm install --save-dev typescript@5.9.3 ts-node@10.9.2 @types/node@20
npm ls --all > /dev/null
test "$(node -p 'require("cdktf/package.json").name')" = cdktn
test ! -e node_modules/@cdktf/provider-aws
block netproof/docker > shop.ts
npx ts-node shop.ts
npx netproof describe cdktf.out | tee described.txt
holds '3 containers on 2 networks' described.txt

printf '\nfresh projects: both installed, compiled, synthesized and described\n'
