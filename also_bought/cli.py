"""The command line: publish a build, export and look at what was published. All else is dbt's."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from also_bought.errors import ExplainedError
from also_bought.publishing.publication import (
    ExportDoubtError,
    Publication,
    PublishDoubtError,
    PublishError,
)

if TYPE_CHECKING:
    from also_bought.publishing.serving_file import Published
    from also_bought.report.page import Report

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Rich would take [postgres] and [default: ...] for its markup.
    rich_markup_mode=None,
)

DEFAULT_DATABASE = "also_bought.duckdb"
DEFAULT_SERVING_FILE = Path("serving/also_bought.duckdb")
DEFAULT_TOMBSTONES = Path("erased_customers.csv")
DEFAULT_ABOUT = Path("about.md")
DEFAULT_REPORT_FILE = Path("serving/report.html")
DEFAULT_REPORT_FOLDER = Path("serving/report")
TYPICAL_CUSTOMERS = 3
DEFAULT_SCHEMA = "also_bought"
POSTGRES = ("postgresql://", "postgres://")

BuildOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="ALSO_BOUGHT_DATABASE",
        help="Where dbt builds: a DuckDB file, which is only read, or postgresql://user@host/database.",
    ),
]
PublishedOption = Annotated[
    str | None,
    typer.Option(
        "--to",
        help="What people and BI tools read: a DuckDB file"
        f" [default: {DEFAULT_SERVING_FILE}], or a schema [default: {DEFAULT_SCHEMA}].",
    ),
]
TargetSchemaOption = Annotated[
    str | None,
    typer.Option(
        "--schema",
        help="The schema of the dbt target to publish, where the database holds several.",
    ),
]
ReaderOption = Annotated[
    str | None,
    typer.Option(help="Postgres: a role that may read all that is published, and nothing else."),
]
BiReaderOption = Annotated[
    str | None,
    typer.Option(help="Postgres: a role that may read the figures, and no row about a person."),
]
ExportFolderOption = Annotated[
    Path, typer.Option("--to", help="The folder that applications read; it is made when absent.")
]
FromOption = Annotated[
    str,
    typer.Option(
        "--from",
        help="What `also-bought publish` wrote: a DuckDB file, or postgresql://user@host/database.",
    ),
]
PublishedSchemaOption = Annotated[
    str, typer.Option("--schema", help="Postgres: the schema that was published to.")
]
MajorOption = Annotated[
    int | None,
    typer.Option(
        help="The major version of the schema, to declare a change that breaks readers"
        " [default: that of the last export]."
    ),
]
ReportPlaceOption = Annotated[
    Path | None,
    typer.Option(
        "--to",
        help=f"The HTML file to write [default: {DEFAULT_REPORT_FILE}], or the folder"
        f" [default: {DEFAULT_REPORT_FOLDER}].",
    ),
]
ServingFileOption = Annotated[
    Path, typer.Option("--to", help="The DuckDB file that `also-bought publish` wrote.")
]
KeepOption = Annotated[
    int | None,
    typer.Option(
        "--keep",
        min=1,
        help="DuckDB: how many earlier publications stay for `also-bought rollback` [default: 1].",
    ),
]
NewKeysOption = Annotated[
    bool,
    typer.Option(
        "--new-keys",
        help="Publish other keys of customers than before: the first pseudonyms, or a new secret."
        " No earlier publication stays.",
    ),
]
KeysArgument = Annotated[
    list[str], typer.Argument(help="Customers or orders, as the shop has them.")
]
CustomerCountOption = Annotated[
    int | None,
    typer.Option(
        "--customers",
        min=0,
        help="How many customers can be looked up in the page. The typical ones are the first"
        f" three [default: {TYPICAL_CUSTOMERS}].",
    ),
]
BrowseOption = Annotated[
    bool,
    typer.Option(
        "--browse",
        help="Write a folder for a web server instead, in which any customer can be looked up.",
    ),
]
DocsOption = Annotated[
    str | None,
    typer.Option(
        "--docs",
        help="The address of the page that `dbt docs generate --static` wrote. Each table of the"
        " report then links to what its columns mean.",
    ),
]
CustomerOption = Annotated[
    str | None, typer.Option(help="The user id whose recommendations to show.")
]


@contextmanager
def _refusing(what: str = "", *doubts: type[ExplainedError]) -> Iterator[None]:
    """Say in a few lines why nothing was done; `doubts` are of what was, perhaps not to last."""
    try:
        yield
    except doubts as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    except ExplainedError as error:
        typer.echo(f"{what}{error}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _printing(done: str = "") -> Iterator[None]:
    """Say in a line that the output cannot be written; `done` is what was done all the same."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # At its end Python would try to write the rest once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        typer.echo(f"{done}The output cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _needing_extra(extra: str, what: str, refusal: type[ExplainedError]) -> Iterator[None]:
    """Say which extra brings a module that cannot be imported."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise refusal(
            f"{what} needs the module {error.name}.",
            "this installation of also-bought",
            f"install it with its extra: pip install 'path/to/also_bought[{extra}]'",
        ) from error


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"also-bought {version('also-bought')}")
        raise typer.Exit


@app.callback()
def answer_version(
    is_asked: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Say which version of the Python part is installed.",
        ),
    ] = False,
) -> None:
    """Publish the tables that `dbt build` made, and look at them."""


@app.command()
def publish(
    database: BuildOption = DEFAULT_DATABASE,
    published_to: PublishedOption = None,
    target_schema: TargetSchemaOption = None,
    reader: ReaderOption = None,
    bi_reader: BiReaderOption = None,
    kept_count: KeepOption = None,
    has_new_keys: NewKeysOption = False,
) -> None:
    """Publish the tables that dbt has built and tested, all at once: in a file, or in a schema.

    Exits with 0 when published, 1 when not published, 3 when published but perhaps not to last.
    """
    with _refusing("Not published. ", PublishDoubtError):
        if database.startswith(POSTGRES):
            publication = _publish_in_postgres(
                database, published_to, target_schema, reader, bi_reader, kept_count, has_new_keys
            )
        else:
            publication = _publish_in_file(
                database,
                published_to,
                target_schema,
                reader or bi_reader,
                kept_count,
                has_new_keys,
            )
    for remark in publication.remarks:
        typer.echo(f"Note: {remark}", err=True)
    published = (
        f"Published build {publication.build_number} (run id {publication.run_id})"
        f" as publication {publication.publication_number}: {publication.published_to}"
    )
    with _printing(done=f"{published}\n"):
        for table in publication.tables:
            typer.echo(f"{table.row_count:>12,}  {table.name}")
        typer.echo(published)
        if publication.equals_previous:
            typer.echo("The tables equal those published before; only the run id is new.")


# DuckDB and psycopg2 are imported where they are needed, to keep `--help` quick.
def _publish_in_postgres(
    database: str,
    schema: str | None,
    target_schema: str | None,
    reader: str | None,
    bi_reader: str | None,
    kept_count: int | None,
    has_new_keys: bool,
) -> Publication:
    if kept_count:
        raise PublishError(
            "A schema holds one publication: --keep is for serving files.",
            "--keep",
            "leave it out; go back by publishing an earlier build, or with a backup of Postgres.",
        )
    with _needing_extra("postgres", "Publishing in Postgres", PublishError):
        from also_bought.publishing.postgres import publish
    return publish(
        database,
        schema or DEFAULT_SCHEMA,
        reader,
        target_schema,
        bi_reader,
        has_new_keys=has_new_keys,
    )


def _publish_in_file(
    database: str,
    file: str | None,
    target_schema: str | None,
    reader: str | None,
    kept_count: int | None,
    has_new_keys: bool,
) -> Publication:
    from also_bought.publishing.duckdb_file import KEPT_PUBLICATIONS, publish

    if reader:
        raise PublishError(
            "A file knows no roles: --reader and --bi-reader are for publishing in Postgres.",
            database,
            "leave it out; docs/publishing.md says who may read the serving file.",
        )
    return publish(
        Path(database),
        Path(file or DEFAULT_SERVING_FILE),
        target_schema,
        kept_count or KEPT_PUBLICATIONS,
        has_new_keys=has_new_keys,
    )


@app.command()
def pseudonym(keys: KeysArgument) -> None:
    """Print keys with the pseudonyms under which they are published, as CSV."""
    import csv

    from also_bought.publishing.pseudonyms import Pseudonyms

    with _refusing():
        pseudonyms = Pseudonyms.required()
    with _printing():
        csv.writer(sys.stdout, lineterminator="\n").writerows(
            (key, pseudonyms.of(key)) for key in keys
        )


@app.command()
def export(
    directory: ExportFolderOption,
    published: FromOption = str(DEFAULT_SERVING_FILE),
    schema: PublishedSchemaOption = DEFAULT_SCHEMA,
    major: MajorOption = None,
) -> None:
    """Export what is published for an application: Parquet and JSON lines, all at once.

    Exits with 0 when exported, 1 when not exported, 3 when exported but perhaps not to last.
    """
    from also_bought.publishing.export import export

    with _refusing("Not exported. ", ExportDoubtError):
        exported = export(_published(published, schema), directory, major)
    done = (
        f"{'Exported' if exported.is_new else 'Already exported:'} publication"
        f" {exported.publication_number} with schema version {exported.schema_version}:"
        f" {exported.folder}"
    )
    with _printing(done=f"{done}\n"):
        for name, row_count in exported.row_counts.items():
            typer.echo(f"{row_count:>12,}  {name}")
        typer.echo(done)


def _published(place: str, schema: str) -> "Published":
    if not place.startswith(POSTGRES):
        return Path(place)
    from also_bought.publishing.serving_file import ServingFileError

    with _needing_extra("postgres", "Reading Postgres", ServingFileError):
        from also_bought.publishing.published_schema import PublishedSchema
    return PublishedSchema(place, schema)


@app.command()
def forget(
    ids: Annotated[
        str,
        typer.Option(
            "--ids",
            help="Who is to be forgotten: a file with an id a line, or a column of the build"
            " database: schema.table.column.",
        ),
    ],
    asked_by: Annotated[str, typer.Option(help="Who asked, for the log; not the id.")],
    database: BuildOption = DEFAULT_DATABASE,
    serving_file: ServingFileOption = DEFAULT_SERVING_FILE,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help="schema.table.column of an input in the build database; rows of the people are"
            " deleted. Once for each.",
        ),
    ] = None,
    exports: Annotated[
        list[Path] | None,
        typer.Option("--export", help="A folder of `also-bought export`. Once for each."),
    ] = None,
    removed: Annotated[
        list[Path] | None,
        typer.Option("--remove", help="A report, or what else is to be removed. Once for each."),
    ] = None,
    tombstones: Annotated[
        Path, typer.Option(help="The file that the var also_bought__erased_customers names.")
    ] = DEFAULT_TOMBSTONES,
    dbt_options: Annotated[
        str, typer.Option("--dbt", help="Options of dbt build, such as '--profiles-dir profiles'.")
    ] = "",
) -> None:
    """Forget people: build, publish and export without them, and search what was written.

    Run it where dbt runs. Exits with 0 when nothing names them, 1 when something does or fails.
    """
    from also_bought.publishing.forgetting import Places, forget, people_of

    with _refusing("Not forgotten yet. "):
        places = Places(
            project=Path.cwd(),
            database=Path(database),
            serving_file=serving_file,
            tombstones=tombstones,
            input_columns=tuple(columns or ()),
            exports=tuple(exports or ()),
            removed=(DEFAULT_REPORT_FILE, DEFAULT_REPORT_FOLDER, *(removed or ())),
        )
        forgotten = forget(
            people_of(ids, places.database), asked_by, places, shlex.split(dbt_options)
        )
    with _printing():
        typer.echo(
            f"Forgotten: ids {forgotten.people_count}, rows of inputs deleted"
            f" {forgotten.input_rows}. Publication {forgotten.publication_number} is without them,"
            f" and so is each of {forgotten.searched_files} files that were searched."
        )


@app.command()
def about(
    customer: Annotated[str, typer.Argument(help="The id of the customer.")],
    database: BuildOption = DEFAULT_DATABASE,
    written_to: Annotated[Path, typer.Option("--to", help="The file to write.")] = DEFAULT_ABOUT,
) -> None:
    """Write all that is held about a customer, and why, as one readable file."""
    from also_bought.publishing.about import write_about

    with _refusing():
        row_count = write_about(customer, Path(database), written_to)
    with _printing(done=f"Wrote {written_to}.\n"):
        typer.echo(f"Wrote {written_to}: {row_count:,} rows. It is private: mode 0600.")


@app.command()
def rollback(
    number: Annotated[
        int | None,
        typer.Argument(help="The publication to go back to [default: the one before]."),
    ] = None,
    serving_file: ServingFileOption = DEFAULT_SERVING_FILE,
) -> None:
    """Let people read an earlier publication again, of those that are kept.

    Exits with 0 when they do, 1 when nothing has changed, 3 when they do but perhaps not to last.
    """
    from also_bought.publishing.rollback import RollbackDoubtError, roll_back

    with _refusing("Not rolled back. ", RollbackDoubtError):
        verified = roll_back(serving_file, number)
    with _printing():
        typer.echo(
            f"People read publication {verified.publication_number}"
            f" (run id {verified.run_id}) again: {serving_file}"
        )


@app.command()
def verify(
    published: FromOption = str(DEFAULT_SERVING_FILE),
    schema: PublishedSchemaOption = DEFAULT_SCHEMA,
) -> None:
    """Read all that is published, and compare it with what was written when it was published.

    Exits with 0 when it is the same, 1 when it is not, or cannot be told.
    """
    from also_bought.publishing.verification import verify

    with _refusing():
        verified = verify(_published(published, schema))
    with _printing():
        typer.echo(
            f"Verified publication {verified.publication_number} (run id {verified.run_id}):"
            f" {verified.table_count} tables and {verified.row_count:,} rows are as they were"
            " published."
        )


@app.command()
def show(
    published: FromOption = str(DEFAULT_SERVING_FILE),
    schema: PublishedSchemaOption = DEFAULT_SCHEMA,
    customer: CustomerOption = None,
) -> None:
    """Show what became of the orders, one customer's recommendations, and the evaluation."""
    from also_bought.publishing.show import show_published

    console = Console()
    if not console.is_terminal:
        # A log or a pipe has no width of its own; 80 columns would break every reason in two.
        console = Console(width=120)
    with _refusing(), _printing():
        show_published(_published(published, schema), customer, console)


@app.command()
def report(
    published: FromOption = str(DEFAULT_SERVING_FILE),
    schema: PublishedSchemaOption = DEFAULT_SCHEMA,
    written_to: ReportPlaceOption = None,
    customer_count: CustomerCountOption = None,
    is_browsed: BrowseOption = False,
    docs: DocsOption = None,
) -> None:
    """Write what was published as one HTML page, for people who look rather than query."""
    with _refusing():
        written = _write_report(
            _published(published, schema), written_to, customer_count, is_browsed, docs
        )
    shown = written.customers
    with _printing(done=f"Wrote {written.file}.\n"):
        if shown.is_cut:
            typer.echo(
                f"Note: only {len(shown.records):,} customers, a sample, so that it stays small."
            )
        typer.echo(
            f"Wrote {written.file} ({written.byte_count / 1e6:.2f} MB):"
            f" {len(shown.records):,} of {shown.total:,} customers,"
            f" {len(written.products.records):,} of {written.products.total:,} products."
        )
        if is_browsed:
            folder = written.file.parent
            typer.echo(
                f"Any customer is looked up in {folder}: npx http-server {folder} -a 127.0.0.1 -c-1"
            )
        typer.echo("It is as private as the serving file: mode 0640.")


def _write_report(
    published: "Published",
    place: Path | None,
    customer_count: int | None,
    is_browsed: bool,
    docs: str | None,
) -> "Report":
    with _needing_extra("report", "The report", ExplainedError):
        from also_bought.report.browse import write_folder
        from also_bought.report.page import write_report
    if not is_browsed:
        count = TYPICAL_CUSTOMERS if customer_count is None else customer_count
        return write_report(published, place or DEFAULT_REPORT_FILE, count, docs=docs)
    if customer_count is not None:
        raise ExplainedError(
            "The page of a folder has no customer in it: any is looked up beside it.",
            "--browse and --customers",
            "leave one of them out.",
        )
    return write_folder(published, place or DEFAULT_REPORT_FOLDER, docs)
