// A stand-in for PostgREST where its image cannot be pulled: the settings, ports, secret by @file and health command
// that the image's contract names, over a real PostgreSQL. It serves whole tables (GET /table) and functions
// (GET or POST /rpc/name); filters, embedding, writes and JWT are left to the real one.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	settings, err := settingsFromEnvironment()
	if err != nil {
		fail(err)
	}
	if len(os.Args) == 2 && os.Args[1] == "--ready" {
		if err := askReady(settings); err != nil {
			fail(err)
		}
		fmt.Println("OK: http://" + net.JoinHostPort(settings.adminHost, settings.adminPort) + "/ready")
		return
	}
	if len(os.Args) > 1 {
		fail(fmt.Errorf("unknown argument %q: this stand-in knows --ready", os.Args[1]))
	}
	if err := serve(settings); err != nil {
		fail(err)
	}
}

func serve(settings settings) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	config, err := pgxpool.ParseConfig(settings.dbURI)
	if err != nil {
		return fmt.Errorf("PGRST_DB_URI cannot be read: it is not a PostgreSQL connection string")
	}
	// Arguments of functions travel as untyped literals, so that PostgreSQL itself finds the types.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()

	api := &http.Server{Addr: ":" + settings.port, Handler: &api{pool, settings}, ReadHeaderTimeout: 5 * time.Second}
	servers := []*http.Server{api}
	if settings.adminPort != "" {
		address := net.JoinHostPort(bindAddress(settings.adminHost), settings.adminPort)
		servers = append(servers, &http.Server{Addr: address, Handler: admin(pool), ReadHeaderTimeout: 5 * time.Second})
	}
	failed := make(chan error, len(servers))
	for _, server := range servers {
		fmt.Println("listening on", server.Addr)
		go func() { failed <- server.ListenAndServe() }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return nil
	}
}

// admin answers /live as soon as it listens, and /ready while the database answers.
func admin(pool *pgxpool.Pool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /live", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /ready", func(response http.ResponseWriter, request *http.Request) {
		ctx, cancel := context.WithTimeout(request.Context(), 2*time.Second)
		defer cancel()
		if err := pool.Ping(ctx); err != nil {
			http.Error(response, "the database does not answer", http.StatusServiceUnavailable)
		}
	})
	return mux
}

// askReady is the health check: the image has no shell and no other program that could ask.
func askReady(settings settings) error {
	if settings.adminPort == "" {
		return fmt.Errorf("--ready needs PGRST_ADMIN_SERVER_PORT")
	}
	if isWildcard(settings.adminHost) {
		return fmt.Errorf("--ready cannot ask the host %q: set PGRST_ADMIN_SERVER_HOST to an address", settings.adminHost)
	}
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get("http://" + net.JoinHostPort(settings.adminHost, settings.adminPort) + "/ready")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("/ready answered %s", response.Status)
	}
	return nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
