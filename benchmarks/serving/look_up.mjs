// Times look-ups of users in an export with Node: look_up.mjs EXPORT READERS HYPARQUET < users as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [directory, readers, hyparquet] = process.argv.slice(2);
const { openExport, fileOf, lookUp } = await import(pathToFileURL(readers));
const { asyncBufferFromFile, parquetReadObjects } = await import(pathToFileURL(hyparquet));
const users = JSON.parse(readFileSync(0, "utf8"));

async function times(find) {
  const found = [];
  for (const user of users) {
    const begun = performance.now();
    const rows = await find(user);
    found.push(performance.now() - begun);
    if (rows.length !== 10) throw new Error(`${user} has ${rows.length} rows`);
  }
  return found;
}

const begun = performance.now();
const published = openExport(directory);
const opened = performance.now() - begun;
console.log(
  JSON.stringify({
    "opening the export": [opened],
    "JSON lines, Node": await times((user) => lookUp(published, "user_recommendations", user)),
    "Parquet, Node with hyparquet": await times(async (user) => {
      const file = await asyncBufferFromFile(
        fileOf(published, "user_recommendations", user, "parquet"),
      );
      const ids = await parquetReadObjects({ file, columns: ["user_id"] });
      const rowStart = ids.findIndex((row) => row.user_id === user);
      const rowEnd = ids.findLastIndex((row) => row.user_id === user) + 1;
      return parquetReadObjects({ file, rowStart, rowEnd });
    }),
  }),
);
