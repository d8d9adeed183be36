package access

import "strings"

// The ids of Storj's satellites by their hosts. Go's library knows only their former hosts, and none without its port.
var satellites = map[string]string{
	"us1.storj.io": "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S",
	"eu1.storj.io": "12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs",
	"ap1.storj.io": "121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6",
}

// fullAddress returns the address with the id and the port if it is the host of one of Storj's satellites, with or
// without the port. Any other address it returns as it is.
func fullAddress(address string) string {
	const port = ":7777"
	host := strings.TrimSuffix(address, port)
	if id, known := satellites[strings.ToLower(host)]; known {
		return id + "@" + host + port
	}
	return address
}
