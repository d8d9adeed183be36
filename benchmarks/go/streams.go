package main

import (
	"context"
	"errors"
	"io"
	"os"

	"storj.io/uplink"
)

// warmUp transfers an object, so that the connections to the satellite and the nodes, and this process, are warm.
func warmUp(ctx context.Context, project *uplink.Project) error {
	if _, err := project.EnsureBucket(ctx, bucket); err != nil {
		return err
	}
	data := make([]byte, 1<<20)
	if err := putObject(ctx, project, "warm-up", data); err != nil {
		return err
	}
	_, err := getObject(ctx, project, "warm-up")
	return err
}

func upload(ctx context.Context, project *uplink.Project, o options) (result, error) {
	file, err := os.Open(o.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	m := startMeter()
	stream, err := project.UploadObject(ctx, bucket, o.key, nil)
	if err != nil {
		return nil, err
	}
	if err := copyBuffer(stream, file, o.buffer); err != nil {
		return nil, errors.Join(err, stream.Abort())
	}
	if err := stream.Commit(); err != nil {
		return nil, err
	}
	return m.stop(), nil
}

func download(ctx context.Context, project *uplink.Project, o options) (result, error) {
	file, err := os.Create(o.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	m := startMeter()
	stream, err := project.DownloadObject(ctx, bucket, o.key, nil)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(copyBuffer(file, stream, o.buffer), stream.Close()); err != nil {
		return nil, err
	}
	return m.stop(), nil
}

// copyBuffer copies with a buffer of the given size. It hides the methods ReadFrom and WriteTo, which use other buffers.
func copyBuffer(target io.Writer, source io.Reader, size int) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{target}, struct{ io.Reader }{source}, make([]byte, size))
	return err
}

// get downloads an object into memory.
func get(ctx context.Context, project *uplink.Project, o options) (result, error) {
	m := startMeter()
	if _, err := getObject(ctx, project, o.key); err != nil {
		return nil, err
	}
	return m.stop(), nil
}

func putObject(ctx context.Context, project *uplink.Project, key string, data []byte) error {
	stream, err := project.UploadObject(ctx, bucket, key, nil)
	if err != nil {
		return err
	}
	if _, err := stream.Write(data); err != nil {
		return errors.Join(err, stream.Abort())
	}
	return stream.Commit()
}

func getObject(ctx context.Context, project *uplink.Project, key string) ([]byte, error) {
	stream, err := project.DownloadObject(ctx, bucket, key, nil)
	if err != nil {
		return nil, err
	}
	data := make([]byte, stream.Info().System.ContentLength)
	_, err = io.ReadFull(stream, data)
	return data, errors.Join(err, stream.Close())
}
