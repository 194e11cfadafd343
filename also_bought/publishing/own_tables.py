"""The tables of publishing's own, beside those of the build."""

from also_bought.publishing.publication import (
    RUN_ID_COLUMN,
    Column,
    PublishedGroup,
    Schema,
    SourceTable,
)

PUBLICATION_TABLE = "publication"
OVERLAP_TABLE = "list_overlap"
PERMISSIONS_TABLE = "attribute_permissions"
PUBLICATION_HISTORY_TABLE = "publication_history"
SEAL_COLUMN = "publication_seal"


def _required(name: str, data_type: str, comment: str) -> Column:
    return Column(name, data_type, False, comment)


def publication_table(schema: Schema) -> SourceTable:
    """Return the table `publication`, with types as both databases read them."""
    return SourceTable(
        schema,
        PUBLICATION_TABLE,
        "One row per published table: when, and from which build.",
        (
            _required("publication_number", "bigint", "1 for the first publication to this place."),
            _required(RUN_ID_COLUMN, "character varying", "The dbt run that built the tables."),
            _required("build_number", "bigint", "Number of that build in the build log."),
            _required("published_at", "timestamp without time zone", "Time of publishing, in UTC."),
            _required("table_name", "character varying", "The published table."),
            _required("row_count", "bigint", "Its rows."),
            _required(
                "content_hash",
                "character varying",
                "Hash of its columns and rows, the same whatever their order and the run.",
            ),
            _required(
                "primary_key",
                "character varying",
                "The columns that a row is known by, as a JSON list; an empty list where none are.",
            ),
            _required(
                "published_group",
                "character varying",
                "app: its rows are about persons; bi: figures and definitions, without persons.",
            ),
            _required(
                SEAL_COLUMN,
                "character varying",
                "Hash of all other columns of this table and of publishing's other own tables;"
                " the same in every row. `also-bought verify` computes it anew.",
            ),
        ),
        primary_key=("table_name",),
        group=PublishedGroup.BI,
    )


def overlap_table(schema: Schema) -> SourceTable:
    """Return the table `list_overlap`, with types as both databases read them."""
    return SourceTable(
        schema,
        OVERLAP_TABLE,
        "One row per list: how much of it stood in the previous publication too, for users who"
        " have the list in both. Ranks are not compared.",
        (
            _required("list", "character varying", "The list, as in user_recommendations."),
            _required("user_count", "bigint", "Users who have the list in both publications."),
            _required("row_count", "bigint", "Rows of their lists in this publication."),
            _required("previous_row_count", "bigint", "Rows of their lists in the previous one."),
            _required("shared_row_count", "bigint", "Items that a user's list has in both."),
            _required(
                "overlap",
                "double precision",
                "Shared rows over those of the longer of each user's two lists; 1 where all are.",
            ),
        ),
        primary_key=("list",),
        group=PublishedGroup.BI,
    )


def permissions_table(schema: Schema) -> SourceTable:
    """Return the table `attribute_permissions`, with types as both databases read them."""
    return SourceTable(
        schema,
        PERMISSIONS_TABLE,
        "One row per restricted attribute of people and the way on which somebody lets it count."
        " Without a row no known attribute counts; one whose name says nothing is not known.",
        (
            _required("attribute", "character varying", "The attribute, such as age."),
            _required("way", "character varying", "The columns on the way, from its source."),
            _required("owner", "character varying", "Who answers for it, as the YAML says."),
            _required("reason", "character varying", "Why it may count, as the YAML says."),
        ),
        primary_key=("attribute", "way"),
        group=PublishedGroup.BI,
    )


def history_table(schema: Schema) -> SourceTable:
    """Return the table `publication_history`, with types as both databases read them."""
    return SourceTable(
        schema,
        PUBLICATION_HISTORY_TABLE,
        "One row per publication, subject, name and measure: what every publication so far was"
        " like. Compare a measure with itself over time, never with another one.",
        (
            _required(
                "publication_number", "bigint", "The publication, 1 for the first to this place."
            ),
            _required("published_at", "timestamp without time zone", "Its time, in UTC."),
            _required(
                "subject",
                "character varying",
                "What the figure is of: order source, order check, list, table or model.",
            ),
            _required(
                "name",
                "character varying",
                "Which of them; of a check its name and, behind a blank, its order source.",
            ),
            _required(
                "measure",
                "character varying",
                "What was measured. Shares lie between 0 and 1; is_failing and is_ours_published"
                " are 1 or 0. full_list_share is of customers, shown_item_share of items on sale.",
            ),
            _required("value", "double precision", "The figure."),
        ),
        primary_key=("publication_number", "subject", "name", "measure"),
        group=PublishedGroup.BI,
    )


OWN_TABLES = {
    PUBLICATION_TABLE: publication_table,
    OVERLAP_TABLE: overlap_table,
    PERMISSIONS_TABLE: permissions_table,
    PUBLICATION_HISTORY_TABLE: history_table,
}
