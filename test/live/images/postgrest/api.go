package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type api struct {
	pool     *pgxpool.Pool
	settings settings
}

// answer is a body with its media type.
type answer struct {
	mediaType string
	body      []byte
}

func (a *api) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	ctx, cancel := context.WithTimeout(request.Context(), 5*time.Second)
	defer cancel()
	result, err := a.answer(ctx, request)
	if err != nil {
		status, message := fault(err)
		response.Header().Set("Content-Type", "application/json; charset=utf-8")
		response.WriteHeader(status)
		_ = json.NewEncoder(response).Encode(message)
		return
	}
	response.Header().Set("Content-Type", result.mediaType+"; charset=utf-8")
	_, _ = response.Write(result.body)
}

// answer does everything of a request in one transaction and as the anonymous role, as PostgREST does.
func (a *api) answer(ctx context.Context, request *http.Request) (answer, error) {
	if a.settings.anonRole == "" {
		return answer{}, refused{http.StatusUnauthorized, "PGRST302", "anonymous access is disabled"}
	}
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	tx, err := a.pool.BeginTx(ctx, pgx.TxOptions{AccessMode: accessMode(request.Method)})
	if err != nil {
		return answer{}, refused{http.StatusServiceUnavailable, "PGRST000", "the database does not answer"}
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, "select set_config('search_path', $1, true)", quoted(a.settings.schema)+", public"); err != nil {
		return answer{}, err
	}
	if _, err := tx.Exec(ctx, "set local role "+quoted(a.settings.anonRole)); err != nil {
		return answer{}, err
	}
	var result answer
	switch {
	case len(parts) == 1 && parts[0] != "" && request.Method == http.MethodGet:
		result, err = a.table(ctx, tx, parts[0])
	case len(parts) == 2 && parts[0] == "rpc" && (request.Method == http.MethodGet || request.Method == http.MethodPost):
		result, err = a.function(ctx, tx, parts[1], request)
	default:
		err = refused{http.StatusNotFound, "PGRST125", "not a table (GET /name) or a function (/rpc/name)"}
	}
	if err != nil {
		return answer{}, err
	}
	return result, tx.Commit(ctx)
}

func (a *api) table(ctx context.Context, tx pgx.Tx, name string) (answer, error) {
	rows := quoted(a.settings.schema) + "." + quoted(name)
	return asked(ctx, tx, "application/json", "select coalesce(json_agg(t), '[]')::text from "+rows+" t")
}

// function calls a function. One whose return type is a domain named like a media type answers with exactly that text.
// See https://docs.postgrest.org/en/stable/references/api/media_type_handlers.html
func (a *api) function(ctx context.Context, tx pgx.Tx, name string, request *http.Request) (answer, error) {
	var returnType string
	var isSet bool
	find := `select t.typname, p.proretset from pg_proc p
		join pg_namespace n on n.oid = p.pronamespace join pg_type t on t.oid = p.prorettype
		where n.nspname = $1 and p.proname = $2`
	if err := tx.QueryRow(ctx, find, a.settings.schema, name).Scan(&returnType, &isSet); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			return answer{}, refused{http.StatusNotFound, "PGRST202", fmt.Sprintf("no function %s.%s", a.settings.schema, name)}
		}
		return answer{}, err
	}
	arguments, err := argumentsOf(request)
	if err != nil {
		return answer{}, err
	}
	call := quoted(a.settings.schema) + "." + quoted(name)
	var named []string
	var values []any
	for key, value := range arguments {
		values = append(values, value)
		named = append(named, fmt.Sprintf("%s => $%d", quoted(key), len(values)))
	}
	call += "(" + strings.Join(named, ", ") + ")"
	switch {
	case strings.Contains(returnType, "/"):
		return asked(ctx, tx, returnType, "select "+call+"::text", values...)
	case isSet:
		return asked(ctx, tx, "application/json", "select coalesce(json_agg(t), '[]')::text from "+call+" t", values...)
	default:
		return asked(ctx, tx, "application/json", "select to_json("+call+")::text", values...)
	}
}

func asked(ctx context.Context, tx pgx.Tx, mediaType, query string, values ...any) (answer, error) {
	var body *string
	if err := tx.QueryRow(ctx, query, values...).Scan(&body); err != nil {
		return answer{}, err
	}
	if body == nil {
		return answer{mediaType, []byte("null")}, nil
	}
	return answer{mediaType, []byte(*body)}, nil
}

func argumentsOf(request *http.Request) (map[string]string, error) {
	arguments := map[string]string{}
	for key, values := range request.URL.Query() {
		arguments[key] = values[0]
	}
	if request.Method != http.MethodPost {
		return arguments, nil
	}
	var body map[string]any
	decoder := json.NewDecoder(io.LimitReader(request.Body, 1<<20))
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		return nil, refused{http.StatusBadRequest, "PGRST102", "the body is not a JSON object"}
	}
	for key, value := range body {
		arguments[key] = fmt.Sprint(value)
	}
	return arguments, nil
}

// accessMode keeps a GET from writing, whatever the function would do.
func accessMode(method string) pgx.TxAccessMode {
	if method == http.MethodPost {
		return pgx.ReadWrite
	}
	return pgx.ReadOnly
}

func quoted(name string) string {
	return pgx.Identifier{name}.Sanitize()
}

// refused is an answer that is not a result, in PostgREST's form.
type refused struct {
	status  int
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r refused) Error() string { return r.Code + " " + r.Message }

func fault(err error) (int, refused) {
	var own refused
	if errors.As(err, &own) {
		return own.status, own
	}
	var database *pgconn.PgError
	if errors.As(err, &database) {
		status := http.StatusBadRequest
		switch database.Code {
		case "42P01", "42883":
			status = http.StatusNotFound
		case "42501":
			status = http.StatusUnauthorized
		}
		return status, refused{Code: database.Code, Message: database.Message}
	}
	return http.StatusServiceUnavailable, refused{Code: "PGRST001", Message: "the database does not answer"}
}
