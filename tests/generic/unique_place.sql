{% test unique_place(model) %}
{{ check_unique_place(model) }}
{% endtest %}
