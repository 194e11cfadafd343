// Prints the rows of a Parquet file as JSON, as npm's own reader sees them.
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

const rows = await parquetReadObjects({ file: await asyncBufferFromFile(process.argv[2]) });
const asNumbers = (_, value) => (typeof value === "bigint" ? Number(value) : value);
console.log(JSON.stringify(rows, asNumbers));
