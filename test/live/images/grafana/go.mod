module netproof.invalid/grafana-stand-in

go 1.22
