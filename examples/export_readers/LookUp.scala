// Looks rows up in an export of Also Bought by their key. It needs Jackson for JSON.
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path, Paths}
import java.security.MessageDigest
import scala.jdk.CollectionConverters._

object LookUp {
  private val KnownMajor = 1
  private val json = new ObjectMapper()

  /** The folder of a publication and its manifest. */
  final case class Published(folder: Path, manifest: JsonNode) {
    private def about(table: String): JsonNode = manifest.get("tables").get(table)

    /** Returns the path of the file that has the rows of a key; there may be no such file. */
    def fileOf(table: String, key: String, ending: String): Path = {
      val hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8))
      val digits = about(table).get("partitioned_by").get("hex_digits").asInt
      val name = hash.map(byte => f"$byte%02x").mkString.take(digits)
      folder.resolve(about(table).get("folder").asText)
        .resolve((if (name.isEmpty) "all" else name) + "." + ending)
    }

    /** Returns the rows of a table whose first key column is `key`, in the order of the key. */
    def lookUp(table: String, key: String): Seq[JsonNode] = {
      val path = fileOf(table, key, "jsonl")
      val column = about(table).get("partitioned_by").get("column").asText
      if (!Files.exists(path)) Nil
      else Files.readAllLines(path, UTF_8).asScala.toSeq.map(json.readTree(_))
        .filter(_.get(column).asText == key)
    }
  }

  /** Returns the current publication. Open it again to see the next. */
  def openExport(directory: Path): Published = {
    val current = json.readTree(Files.readString(directory.resolve("current.json")))
    val version = current.get("schema_version").asText
    if (version.takeWhile(_ != '.').toInt != KnownMajor)
      sys.error(
        s"This program knows version $KnownMajor of the export's schema, and $directory has" +
          s" version $version. Update the program.")
    val folder = directory.resolve(current.get("folder").asText)
    Published(folder, json.readTree(Files.readString(folder.resolve("manifest.json"))))
  }

  def main(arguments: Array[String]): Unit =
    try {
      val Array(directory, table, key) = arguments
      val rows = openExport(Paths.get(directory)).lookUp(table, key)
      println(rows.mkString("[", ",", "]"))
    } catch {
      case error: RuntimeException =>
        Console.err.println(error.getMessage)
        sys.exit(1)
    }
}
