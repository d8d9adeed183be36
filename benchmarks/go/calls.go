package main

import (
	"context"
	"errors"
	"io"

	"storj.io/uplink"
)

// writeCalls writes a stream in calls of the same size and measures the loop.
func writeCalls(ctx context.Context, project *uplink.Project, o options) (result, error) {
	stream, err := project.UploadObject(ctx, bucket, o.key, nil)
	if err != nil {
		return nil, err
	}
	data := make([]byte, o.buffer)
	m := startMeter()
	for written := 0; written < o.bytes; written += len(data) {
		if _, err := stream.Write(data); err != nil {
			return nil, errors.Join(err, stream.Abort())
		}
	}
	r := m.stop()
	return r, stream.Commit()
}

// readCalls reads a stream in calls of the same size and measures the loop.
func readCalls(ctx context.Context, project *uplink.Project, o options) (result, error) {
	stream, err := project.DownloadObject(ctx, bucket, o.key, nil)
	if err != nil {
		return nil, err
	}
	data := make([]byte, o.buffer)
	m := startMeter()
	for {
		_, err := io.ReadFull(stream, data)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.Join(err, stream.Close())
		}
	}
	r := m.stop()
	return r, stream.Close()
}
