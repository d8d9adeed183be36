package project

import (
	"context"
	_ "unsafe" // for go:linkname

	"github.com/zeebo/errs"

	"storj.io/common/pb"
	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
)

// Go's library has functions for these facts that dial anew with a configuration, and close its
// pool. These use the connections of the project, as the calls of its packages for buckets do.

// Info returns what the satellite knows about the project of the access.
func Info(ctx context.Context, p *uplink.Project) (_ *pb.ProjectInfoResponse, err error) {
	client, err := dialMetainfoClient(ctx, p)
	if err != nil {
		return nil, convertKnownErrors(err, "", "")
	}
	defer func() { err = errs.Combine(err, client.Close()) }()
	info, err := client.GetProjectInfo(ctx)
	return info, convertKnownErrors(err, "", "")
}

// IPSummary has the addresses of the nodes that store an object.
type IPSummary = metaclient.GetObjectIPsResponse

// ObjectIPSummary returns on which nodes an object is.
func ObjectIPSummary(ctx context.Context, p *uplink.Project, bucket, key string) (_ *IPSummary, err error) {
	db, err := dialMetainfoDB(ctx, p)
	if err != nil {
		return nil, convertKnownErrors(err, bucket, key)
	}
	defer func() { err = errs.Combine(err, db.Close()) }()
	summary, err := db.GetObjectIPs(ctx, metaclient.Bucket{Name: bucket}, key)
	return summary, convertKnownErrors(err, bucket, key)
}

//go:linkname dialMetainfoClient storj.io/uplink.dialMetainfoClient
func dialMetainfoClient(ctx context.Context, p *uplink.Project) (*metaclient.Client, error)

//go:linkname dialMetainfoDB storj.io/uplink.dialMetainfoDB
func dialMetainfoDB(ctx context.Context, p *uplink.Project) (*metaclient.DB, error)

//go:linkname convertKnownErrors storj.io/uplink.convertKnownErrors
func convertKnownErrors(err error, bucket, key string) error
