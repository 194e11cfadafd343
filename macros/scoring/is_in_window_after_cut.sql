{#- Whether something happened in the time that the lists of a past cut are judged by. -#}
{% macro is_in_window_after_cut(happened_at, cut_at) -%}
    {{ cut_at }} <= {{ happened_at }}
    and {{ happened_at }} < {{ dbt.dateadd('day', also_bought.setting('evaluation_days'), cut_at) }}
{%- endmacro %}
