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

{#-
  Deals counted by the tenth that their ratio lies in, each with its upper edge: bins 1 to 10, and
  11 for exactly 1. A bin without a deal stays; a deal without the ratio is in none.
-#}
{%- macro deals_by_tenth(numbers, deals, ratio_column) -%}
{#- as a decimal: a quotient of two doubles may fall on the wrong side of an edge -#}
{%- set ratio = 'cast(' ~ deals ~ '.' ~ ratio_column ~ ' as decimal(18, 12))' -%}
select
    cast({{ numbers }}.number as integer) as bin_no,
    cast(least({{ numbers }}.number - 1, 10) as double) / 10 as lower_ratio,
    cast(least({{ numbers }}.number, 10) as double) / 10 as upper_ratio,
    count({{ deals }}.deal_key) as deal_count
from {{ numbers }}
left outer join {{ deals }}
    on
        {{ numbers }}.number = case
            when {{ ratio }} >= 1 then 11
            when {{ ratio }} <= 0 then 1
            else cast(ceil({{ ratio }} * 10) as integer)
        end
where {{ numbers }}.number <= 11
group by {{ numbers }}.number
{%- endmacro -%}
