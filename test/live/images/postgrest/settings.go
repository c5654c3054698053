package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
)

// settings are PostgREST's own, as far as the stand-in knows them.
// See https://docs.postgrest.org/en/stable/references/configuration.html
type settings struct {
	dbURI     string
	schema    string
	anonRole  string
	port      string
	adminHost string
	adminPort string
}

func settingsFromEnvironment() (settings, error) {
	uri, err := orFile(os.Getenv("PGRST_DB_URI"))
	if err != nil {
		return settings{}, err
	}
	schemas := strings.Split(cmp.Or(os.Getenv("PGRST_DB_SCHEMAS"), "public"), ",")
	host := cmp.Or(os.Getenv("PGRST_SERVER_HOST"), "!4")
	return settings{
		dbURI:     cmp.Or(uri, "postgresql://"),
		schema:    strings.TrimSpace(schemas[0]),
		anonRole:  os.Getenv("PGRST_DB_ANON_ROLE"),
		port:      cmp.Or(os.Getenv("PGRST_SERVER_PORT"), "3000"),
		adminHost: cmp.Or(os.Getenv("PGRST_ADMIN_SERVER_HOST"), host),
		adminPort: os.Getenv("PGRST_ADMIN_SERVER_PORT"),
	}, nil
}

// orFile reads the file that a value of the form @path names: secrets are given by path and not by value.
func orFile(value string) (string, error) {
	path, isPath := strings.CutPrefix(value, "@")
	if !isPath {
		return value, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("PGRST_DB_URI: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// isWildcard tells PostgREST's words for every address, such as !4, from a host that can be asked.
func isWildcard(host string) bool {
	return strings.HasPrefix(host, "!") || strings.HasPrefix(host, "*")
}

func bindAddress(host string) string {
	if isWildcard(host) {
		return ""
	}
	return host
}
