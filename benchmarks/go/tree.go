package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"storj.io/uplink"
)

// tree uploads the files of a folder, and downloads them into another one.
func tree(ctx context.Context, project *uplink.Project, o options) (result, error) {
	target := o.path + ".copy"
	if err := os.RemoveAll(target); err != nil {
		return nil, err
	}
	prefix := o.key + "/"
	m := startMeter()
	files, err := filesBelow(o.path)
	if err != nil {
		return nil, err
	}
	err = many(len(files), o.inFlight, func(i int) error {
		data, err := os.ReadFile(filepath.Join(o.path, files[i]))
		if err != nil {
			return err
		}
		return putObject(ctx, project, prefix+files[i], data)
	})
	if err != nil {
		return nil, err
	}
	up := m.stop()
	m = startMeter()
	keys, err := keysBelow(ctx, project, prefix)
	if err != nil {
		return nil, err
	}
	err = many(len(keys), o.inFlight, func(i int) error {
		data, err := getObject(ctx, project, keys[i])
		if err != nil {
			return err
		}
		file := filepath.Join(target, strings.TrimPrefix(keys[i], prefix))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o666)
	})
	if err != nil {
		return nil, err
	}
	return result{"up": up, "down": m.stop()}, os.RemoveAll(target)
}

func filesBelow(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			file, _ := filepath.Rel(folder, name)
			files = append(files, file)
		}
		return err
	})
	return files, err
}

func keysBelow(ctx context.Context, project *uplink.Project, prefix string) (keys []string, err error) {
	found := project.ListObjects(ctx, bucket, &uplink.ListObjectsOptions{Prefix: prefix, Recursive: true})
	for found.Next() {
		keys = append(keys, found.Item().Key)
	}
	return keys, found.Err()
}
