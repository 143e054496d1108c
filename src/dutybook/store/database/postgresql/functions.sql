-- What SQLite's SQL has and PostgreSQL has not, or not in the same way. The translation calls these.

-- The values of a JSON list, in order; ``keys`` lead to a list within.
CREATE OR REPLACE FUNCTION each_of(list text, VARIADIC keys text[] DEFAULT '{}') RETURNS TABLE (key bigint, value text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 50
    AS $$ SELECT e.place - 1, e.one FROM jsonb_array_elements_text(list::jsonb #> keys) WITH ORDINALITY e(one, place) $$;

-- A value in a JSON object, as text.
CREATE OR REPLACE FUNCTION json_text(object text, VARIADIC keys text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT object::jsonb #>> keys $$;

-- Numbers as a JSON list.
CREATE OR REPLACE FUNCTION json_array_of(VARIADIC numbers bigint[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT '[' || array_to_string(numbers, ',', 'null') || ']' $$;

-- A part of a text; a start below 0 counts from the end.
CREATE OR REPLACE FUNCTION substr_of(whole text, start bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN start < 0 THEN right(whole, -start::integer) ELSE substr(whole, start::integer) END $$;
CREATE OR REPLACE FUNCTION substr_of(whole text, start bigint, number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN start < 0 THEN left(right(whole, -start::integer), number::integer)
        ELSE substr(whole, start::integer, number::integer) END $$;

-- A pattern of SQLite's GLOB: ``*``, ``?`` and classes of characters.
CREATE OR REPLACE FUNCTION glob(whole text, pattern text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT whole ~ ('^' || replace(replace(regexp_replace(pattern, '([.+(){}|\\^$])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$') $$;

-- The days of an ISO date since a fixed day, NULL where it is none.
CREATE OR REPLACE FUNCTION julianday(day text, VARIADIC modifiers text[] DEFAULT '{}') RETURNS double precision
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN day = 'now' THEN (current_timestamp AT TIME ZONE 'UTC')::date - date '2000-01-01' + 2451544.5
        WHEN day ~ '^\d{4}-\d\d-\d\d' THEN left(day, 10)::date - date '2000-01-01' + 2451544.5 END $$;

-- A day so many days later; today (UTC) for ``now``.
CREATE OR REPLACE FUNCTION day_of(day text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN day = 'now' THEN to_char(current_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD')
        WHEN day ~ '^\d{4}-\d\d-\d\d' THEN left(day, 10) END $$;
CREATE OR REPLACE FUNCTION day_of(day text, later text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_char(left(day, 10)::date + round(split_part(later, ' ', 1)::numeric)::integer, 'YYYY-MM-DD') $$;

-- The folder of a machine that a source begins with, with the sign that ends it.
CREATE OR REPLACE FUNCTION folder_of(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN source ~ '^([A-Za-z]:)?[\\/]' THEN coalesce(substring(split_part(source, '!/', 1) from '^.*[\\/]'), '') ELSE '' END $$;
CREATE OR REPLACE FUNCTION hide_folder(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT substr(source, length(folder_of(source)) + 1) $$;
CREATE OR REPLACE FUNCTION hide_folder_in(words text, source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN length(folder_of(source)) > 1 THEN replace(words, folder_of(source), '') ELSE words END $$;
