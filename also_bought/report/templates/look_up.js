// The worker of a folder that --browse wrote: DuckDB reads the published file by parts. The page puts `place`, the
// addresses of the file and the engine, before it.
importScripts(place.engine + "arrow.js");
self.module = { exports: {} };
self.require = () => Arrow;
importScripts(place.engine + "duckdb.js");
const duckdb = module.exports;

const opened = (async () => {
  const mainModule = place.engine + "duckdb.wasm";
  const database = await duckdb.createDuckDB(
    { mvp: { mainModule }, eh: { mainModule } }, new duckdb.VoidLogger(), duckdb.BROWSER_RUNTIME);
  await database.instantiate(() => {});
  // What cannot be read by parts is not read whole: it may be large.
  database.open({ filesystem: { reliableHeadRequests: true, allowFullHTTPReads: false, forceFullHTTPReads: false } });
  database.registerFileURL("published.duckdb", place.file, duckdb.DuckDBDataProtocol.HTTP, false);
  const connection = database.connect();
  connection.query("attach 'published.duckdb' as published (read_only)");
  connection.query("use published");
  return connection;
})();

// A struct becomes the list of its values, as in the records of a page without a folder.
const plain = (value) => value === null || typeof value !== "object" ? value : Object.values(value).map(plain);

onmessage = async ({ data: { turn, query, id } }) => {
  try {
    const connection = await opened;
    const statement = connection.prepare(query);
    const rows = statement.query(id).toArray();
    statement.close();
    postMessage({ turn, records: plain(JSON.parse(JSON.stringify(rows))) });
  } catch (error) {
    postMessage({ turn, error: String(error.message) });
  }
};
