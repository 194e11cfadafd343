{#- Returns the condition that something happened in the window by which the lists of a past cut are judged.
    Nobody can have ordered after the run: what a fast clock dates ahead is no truth to judge a list by. -#}
{% macro is_in_window_after_cut(happened_at, cuts) -%}
    {{ cuts }}.cut_at <= {{ happened_at }}
    and {{ happened_at }} < {{ cuts }}.window_ends_at
    and {{ happened_at }} <= {{ also_bought.run_clock() }}
{%- endmacro %}
