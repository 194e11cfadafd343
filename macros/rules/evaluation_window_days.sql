{% macro evaluation_window_days(history_days) -%}
    ({{ adapter.dispatch('evaluation_window_days', 'also_bought')(history_days) }})
{%- endmacro %}


{% macro default__evaluation_window_days(history_days) -%}
    {%- set windows = also_bought.setting('backtest_cuts') + 1 -%}
    {%- set most_days = also_bought.setting('evaluation_days') -%}
    case
        when {{ history_days }} >= {{ windows * most_days }} then {{ most_days }}
        when {{ history_days }} >= {{ windows * 7 }}
            then least(
                {{ most_days }}, 7 * cast(floor({{ history_days }} / {{ windows * 7 }}.0) as {{ dbt.type_int() }})
            )
        when {{ history_days }} >= {{ windows }}
            then least(
                {{ most_days }}, cast(floor({{ history_days }} / {{ windows }}.0) as {{ dbt.type_int() }})
            )
        else 1
    end
{%- endmacro %}
