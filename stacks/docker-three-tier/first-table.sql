-- Runs once, when the database is made. The password of the application comes from a file in the container, so that
-- it is neither in this text nor in whatever carries it; should a statement fail, the log does not repeat it.
SET log_min_error_statement = panic;
\set api_password `cat /run/secrets/api-password`

-- "api" is who the application logs in as; as "visitor" it answers those who have not said who they are.
CREATE ROLE visitor NOLOGIN;
CREATE ROLE api LOGIN NOINHERIT PASSWORD :'api_password';
GRANT visitor TO api;

CREATE SCHEMA api;
CREATE TABLE api.item (
    id    integer PRIMARY KEY,
    name  text NOT NULL,
    price numeric(8, 2) NOT NULL
);
INSERT INTO api.item (id, name, price) VALUES
    (1, 'Patch cable, 2 m', 4.90),
    (2, 'Five-port switch', 24.50),
    (3, 'Console cable',    12.00);

-- A function whose type is a domain named like a media type answers in that type.
-- https://docs.postgrest.org/en/stable/references/api/media_type_handlers.html
CREATE DOMAIN api."text/html" AS text;
CREATE FUNCTION api.page() RETURNS api."text/html" LANGUAGE sql STABLE AS $page$
    SELECT '<!doctype html>' || xmlelement(name html,
        xmlelement(name head, xmlelement(name title, 'shop')),
        xmlelement(name body,
            xmlelement(name h1, 'Rows of the database'),
            xmlelement(name table, (
                SELECT xmlagg(
                    xmlelement(name tr, xmlelement(name td, name), xmlelement(name td, price)) ORDER BY id)
                FROM api.item)),
            xmlelement(name p, 'nginx, PostgREST, PostgreSQL ' || current_setting('server_version') || ' and back')
        ))::text;
$page$;

GRANT USAGE ON SCHEMA api TO visitor;
GRANT SELECT ON api.item TO visitor;
GRANT EXECUTE ON FUNCTION api.page() TO visitor;
