"""The command line: publish a build, and look at what was published. All else is dbt's."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    help="Publish the tables that `dbt build` made, and look at them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DatabaseOption = Annotated[
    Path,
    typer.Option(
        envvar="ALSO_BOUGHT_DATABASE", help="The DuckDB file that dbt builds in; it is only read."
    ),
]
ServingFileOption = Annotated[
    Path, typer.Option("--to", help="The DuckDB file that people and BI tools read.")
]
PublishedFileOption = Annotated[
    Path, typer.Option("--from", help="The DuckDB file that `also-bought publish` wrote.")
]
CustomerOption = Annotated[
    str | None, typer.Option(help="The user id whose recommendations to show.")
]

DEFAULT_DATABASE = Path("also_bought.duckdb")
DEFAULT_SERVING_FILE = Path("serving/also_bought.duckdb")


@app.command()
def publish(
    database: DatabaseOption = DEFAULT_DATABASE,
    serving_file: ServingFileOption = DEFAULT_SERVING_FILE,
) -> None:
    """Copy the published tables of the last complete build to the serving file, in one swap."""
    # duckdb is imported where it is needed, to keep `--help` quick.
    from also_bought.publish import PublishError
    from also_bought.publish import publish as publish_build

    try:
        publication = publish_build(database, serving_file)
    except PublishError as error:
        typer.echo(f"Not published. {error}", err=True)
        raise typer.Exit(1) from error
    for table in publication.tables:
        typer.echo(f"{table.row_count:>12,}  {table.name}")
    typer.echo(
        f"Published build {publication.build_number} (run id {publication.run_id})"
        f" as publication {publication.publication_number}: {publication.serving_file}"
    )
    if publication.equals_previous:
        typer.echo("The tables equal those published before; only the run id is new.")


@app.command()
def show(
    serving_file: PublishedFileOption = DEFAULT_SERVING_FILE,
    customer: CustomerOption = None,
) -> None:
    """Show what became of the orders, one customer's recommendations, and the evaluation."""
    from also_bought.show import ShowError, show_published

    console = Console()
    if not console.is_terminal:
        # A log or a pipe has no width of its own; 80 columns would break every reason in two.
        console = Console(width=120)
    try:
        show_published(serving_file, customer, console)
    except ShowError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
