// A stand-in for Grafana where no image registry answers. It keeps to what the monitoring lab asks of the real one: port
// 3000, /api/health, a data source from the provisioning folder that it asks itself, and the administrator's password from
// the file that is named. It draws nothing.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

const (
	provisioning = "/etc/grafana/provisioning/datasources/prometheus.yml"
	proxied      = "/api/datasources/proxy/uid/prometheus/"
)

func main() {
	password, err := os.ReadFile(os.Getenv("GF_SECURITY_ADMIN_PASSWORD__FILE"))
	if err != nil {
		log.Fatal(err)
	}
	source, err := dataSource()
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Timeout: 20 * time.Second}

	http.HandleFunc("/api/health", func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "application/json")
		fmt.Fprintln(answer, `{"database":"ok"}`)
	})
	http.HandleFunc(proxied, func(answer http.ResponseWriter, request *http.Request) {
		user, given, _ := request.BasicAuth()
		if user != "admin" || given != strings.TrimSpace(string(password)) {
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		target := *source
		target.Path = "/" + strings.TrimPrefix(request.URL.Path, proxied)
		target.RawQuery = request.URL.RawQuery
		said, err := client.Get(target.String())
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadGateway)
			return
		}
		defer said.Body.Close()
		answer.WriteHeader(said.StatusCode)
		io.Copy(answer, said.Body)
	})
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		caller, _, _ := strings.Cut(request.RemoteAddr, ":")
		fmt.Fprintf(answer, "a stand-in for Grafana, asked by %s\n", caller)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}

// The one `url:` of the provisioned data source.
func dataSource() (*url.URL, error) {
	text, err := os.ReadFile(provisioning)
	if err != nil {
		return nil, err
	}
	found := regexp.MustCompile(`(?m)^\s*url: (\S+)$`).FindSubmatch(text)
	if found == nil {
		return nil, fmt.Errorf("%s names no url", provisioning)
	}
	return url.Parse(string(found[1]))
}
