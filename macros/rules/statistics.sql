{#-
  Statistics over rows without nulls, as double. Added up as decimals, because a sum of doubles
  depends on the order of the rows, which no engine keeps.
-#}

{#- Plain mean. -#}
{%- macro mean(column) -%}
cast(avg(cast({{ column }} as decimal(38, 18))) as double)
{%- endmacro -%}

{#- n times the sum of products less the product of sums: n squared times the covariance. -#}
{%- macro scaled_covariance(left, right) -%}
(
    cast(count(*) as double)
    * cast(
        sum(cast({{ left }} as decimal(18, 12)) * cast({{ right }} as decimal(18, 12))) as double
    )
    - cast(sum(cast({{ left }} as decimal(18, 12))) as double)
    * cast(sum(cast({{ right }} as decimal(18, 12))) as double)
)
{%- endmacro -%}

{#- Pearson's correlation; null under three rows, or where one side does not vary. -#}
{%- macro correlation(left, right) -%}
case
    when
        count(*) >= 3
        and min({{ left }}) < max({{ left }})
        and min({{ right }}) < max({{ right }})
        then
            {{ scaled_covariance(left, right) }}
            / sqrt({{ scaled_covariance(left, left) }} * {{ scaled_covariance(right, right) }})
end
{%- endmacro -%}

{#- Least-squares change of `height` for one step of `position`; null under three rows. -#}
{%- macro slope(position, height) -%}
case
    when count(*) >= 3 and min({{ position }}) < max({{ position }})
        then
            {{ scaled_covariance(position, height) }}
            / {{ scaled_covariance(position, position) }}
end
{%- endmacro -%}
