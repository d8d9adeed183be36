package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"

	"storj.io/uplink"
)

// rangesOf downloads the ranges of an object that a file lists as JSON: pairs of offset and length. The first range is
// downloaded alone, as the footer of a parquet file is, which says where the others are.
func rangesOf(ctx context.Context, project *uplink.Project, o options) (result, error) {
	text, err := os.ReadFile(o.path)
	if err != nil {
		return nil, err
	}
	var spans [][2]int64
	if err := json.Unmarshal(text, &spans); err != nil {
		return nil, err
	}
	m := startMeter()
	if err := getRange(ctx, project, o.key, spans[0]); err != nil {
		return nil, err
	}
	rest := spans[1:]
	err = many(len(rest), o.inFlight, func(i int) error { return getRange(ctx, project, o.key, rest[i]) })
	if err != nil {
		return nil, err
	}
	return m.stop(), nil
}

func getRange(ctx context.Context, project *uplink.Project, key string, span [2]int64) error {
	stream, err := project.DownloadObject(ctx, bucket, key, &uplink.DownloadOptions{Offset: span[0], Length: span[1]})
	if err != nil {
		return err
	}
	_, err = io.ReadFull(stream, make([]byte, span[1]))
	return errors.Join(err, stream.Close())
}

// objects downloads all objects below a prefix, several at the same time.
func objects(ctx context.Context, project *uplink.Project, o options) (result, error) {
	m := startMeter()
	keys, err := keysBelow(ctx, project, o.key)
	if err != nil {
		return nil, err
	}
	err = many(len(keys), o.inFlight, func(i int) error {
		_, err := getObject(ctx, project, keys[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	return m.stop(), nil
}
