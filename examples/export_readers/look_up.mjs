// Looks rows up in an export of Also Bought by their key. It needs Node and no package.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const KNOWN_MAJOR = 1;

const readJson = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

/** Returns the current publication: its folder and its manifest. Open it again to see the next. */
export function openExport(directory) {
  const { folder, schema_version } = readJson(directory, "current.json");
  if (Number(schema_version.split(".")[0]) !== KNOWN_MAJOR) {
    throw new Error(
      `This program knows version ${KNOWN_MAJOR} of the export's schema, and ${directory} has` +
        ` version ${schema_version}. Update the program.`,
    );
  }
  return { folder: join(directory, folder), ...readJson(directory, folder, "manifest.json") };
}

/** Returns the path of the file that has the rows of a key; there may be no such file. */
export function fileOf(published, table, key, ending) {
  const { folder, partitioned_by } = published.tables[table];
  const digest = createHash("sha256").update(String(key), "utf8").digest("hex");
  const name = digest.slice(0, partitioned_by.hex_digits) || "all";
  return join(published.folder, folder, `${name}.${ending}`);
}

/** Returns the rows of a table whose first key column is `key`, in the order of the key. */
export function lookUp(published, table, key) {
  const path = fileOf(published, table, key, "jsonl");
  if (!existsSync(path)) return [];
  const { column } = published.tables[table].partitioned_by;
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line)).filter((row) => row[column] === key);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [directory, table, key] = process.argv.slice(2);
  try {
    console.log(JSON.stringify(lookUp(openExport(directory), table, key)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
