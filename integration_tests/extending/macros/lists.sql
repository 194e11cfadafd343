{% macro default__lists() %}
    {%- set lists = also_bought.default__lists() -%}
    {#- A baseline to beat: our own signal alone. -#}
    {%- do lists.explore.baselines.append('same_category') -%}
    {#- A list of our own. -#}
    {%- do lists.update({'more_of_it': {'holds': ['new'], 'baselines': ['top_sellers_recent']}}) -%}
    {{ return(lists) }}
{% endmacro %}
