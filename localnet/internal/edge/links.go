package edge

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"storj.io/uplink"
)

// link is what a URL of the linksharing service names.
type link struct {
	// raw is set for the data alone, without a page around it.
	raw         bool
	accessKeyID string
	// An empty bucket is the whole project. An empty key, or one that ends in "/",
	// is a prefix.
	bucket, key string
}

func (l *link) isPrefix() bool { return l.key == "" || strings.HasSuffix(l.key, "/") }

// parseLink returns what a path names, nil if it is not of a link.
func parseLink(path string) *link {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if kind != "raw" && kind != "s" {
		return nil
	}
	l := &link{raw: kind == "raw"}
	l.accessKeyID, rest, _ = strings.Cut(rest, "/")
	l.bucket, l.key, _ = strings.Cut(rest, "/")
	return l
}

// failure is an error with a status of HTTP.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

var (
	errMethod  = &failure{http.StatusMethodNotAllowed, "only GET and HEAD are served"}
	errUnknown = &failure{http.StatusNotFound, "no access is registered with this access key id"}
	errPrivate = &failure{http.StatusForbidden, "the access is not registered for public use"}
	errFolder  = &failure{http.StatusNotFound, "a raw link needs the key of an object"}
	errEmpty   = &failure{http.StatusNotFound, "there are no objects with this prefix"}
)

// statuses has the status of HTTP for errors of the client library.
var statuses = []struct {
	err    error
	status int
}{
	{uplink.ErrObjectNotFound, http.StatusNotFound},
	{uplink.ErrBucketNotFound, http.StatusNotFound},
	{uplink.ErrBucketNameInvalid, http.StatusNotFound},
	{uplink.ErrObjectKeyInvalid, http.StatusNotFound},
	{uplink.ErrPermissionDenied, http.StatusForbidden},
	{uplink.ErrTooManyRequests, http.StatusTooManyRequests},
	{uplink.ErrBandwidthLimitExceeded, http.StatusTooManyRequests},
}

// serveHTTP serves a request to the linksharing service.
func (s *Service) serveHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "uplink-localnet")
	l := parseLink(r.URL.Path)
	if l == nil {
		refuseGateway(w)
		return
	}
	err := s.serveLink(w, r, l)
	if err == nil {
		return
	}
	s.config.Log.Debug("link refused", "path", r.URL.Path, "error", err)
	status := http.StatusInternalServerError
	var known *failure
	if errors.As(err, &known) {
		status = known.status
	}
	for _, row := range statuses {
		if errors.Is(err, row.err) {
			status = row.status
			break
		}
	}
	http.Error(w, err.Error(), status)
}

// refuseGateway returns an error in the form that clients of S3 read: the endpoint
// in credentials names this server.
func refuseGateway(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusNotImplemented)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
		"<Error><Code>NotImplemented</Code><Message>a local network has no S3 gateway, only links: /raw/ and /s/</Message></Error>\n")
}

// serveLink serves a link. It returns an error only if nothing was written.
func (s *Service) serveLink(w http.ResponseWriter, r *http.Request, l *link) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		return errMethod
	}
	project, err := s.open(r.Context(), l.accessKeyID)
	if err != nil {
		return err
	}
	defer func() { _ = project.Close() }()
	switch {
	case l.raw && l.isPrefix():
		return errFolder
	case l.bucket == "":
		return serveBuckets(w, r, project)
	case l.isPrefix():
		return serveListing(w, r, project, l)
	}
	object, err := project.StatObject(r.Context(), l.bucket, l.key)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	if download := isOn(query, "download"); download || l.raw || query.Get("wrap") == "0" {
		serveObject(w, r, project, l.bucket, object, download)
		return nil
	}
	servePage(w, path.Base(l.key), fmt.Sprintf("<p>%d bytes</p>\n<p><a href=\"?download=1\">Download</a></p>\n", object.System.ContentLength))
	return nil
}

func isOn(query url.Values, name string) bool {
	return query.Has(name) && query.Get(name) != "0" && query.Get(name) != "false"
}

// open opens the project of a public access.
func (s *Service) open(ctx context.Context, accessKeyID string) (*uplink.Project, error) {
	registered, err := s.find(accessKeyID)
	switch {
	case err != nil:
		return nil, err
	case registered == nil:
		return nil, errUnknown
	case !registered.Public:
		return nil, errPrivate
	}
	access, err := uplink.ParseAccess(registered.Grant)
	if err != nil {
		return nil, err
	}
	return uplink.OpenProject(ctx, access)
}

// serveObject serves the data of an object, whole or in ranges.
func serveObject(w http.ResponseWriter, r *http.Request, project *uplink.Project, bucket string, object *uplink.Object, download bool) {
	header := w.Header()
	header.Set("Content-Type", contentType(object))
	if etag := metadata(object, "s3:etag"); etag != "" {
		header.Set("ETag", `"`+strings.Trim(etag, `"`)+`"`)
	}
	if cache := metadata(object, "cache-control"); cache != "" {
		header.Set("Cache-Control", cache)
	}
	if download {
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(object.Key)}))
	}
	content := &content{ctx: r.Context(), project: project, bucket: bucket, object: object}
	defer content.close()
	http.ServeContent(w, r, "", object.System.Created, content)
}

// contentType returns the type in the metadata of an object, or else the type of its
// extension. A browser must not guess another.
func contentType(object *uplink.Object) string {
	if given := metadata(object, "content-type"); given != "" {
		return given
	}
	if known := mime.TypeByExtension(path.Ext(object.Key)); known != "" {
		return known
	}
	return "application/octet-stream"
}

// metadata returns the value of a key, whatever its case is.
func metadata(object *uplink.Object, key string) string {
	for name, value := range object.Custom {
		if strings.EqualFold(name, key) {
			return value
		}
	}
	return ""
}

// content reads an object from any offset. A download begins with the first read.
type content struct {
	ctx      context.Context
	project  *uplink.Project
	bucket   string
	object   *uplink.Object
	offset   int64
	download *uplink.Download
}

// Seek sets the offset of the next read.
func (c *content) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += c.offset
	case io.SeekEnd:
		offset += c.object.System.ContentLength
	}
	if offset < 0 {
		return 0, errors.New("the offset is negative")
	}
	if offset != c.offset {
		c.close()
	}
	c.offset = offset
	return offset, nil
}

// Read reads from the offset.
func (c *content) Read(p []byte) (int, error) {
	if c.offset >= c.object.System.ContentLength {
		return 0, io.EOF
	}
	if c.download == nil {
		var err error
		c.download, err = c.project.DownloadObject(c.ctx, c.bucket, c.object.Key, &uplink.DownloadOptions{Offset: c.offset, Length: -1})
		if err != nil {
			return 0, err
		}
	}
	n, err := c.download.Read(p)
	c.offset += int64(n)
	return n, err
}

func (c *content) close() {
	if c.download != nil {
		_ = c.download.Close()
		c.download = nil
	}
}

// mostListed is the number of items on the page of a listing.
const mostListed = 1000

// serveBuckets serves a page with the buckets of a project.
func serveBuckets(w http.ResponseWriter, r *http.Request, project *uplink.Project) error {
	list := newList(r)
	buckets := project.ListBuckets(r.Context(), nil)
	for buckets.Next() && list.add(buckets.Item().Name+"/") {
	}
	if err := buckets.Err(); err != nil {
		return err
	}
	servePage(w, "Buckets", list.html())
	return nil
}

// serveListing serves a page with the objects and prefixes below a prefix.
func serveListing(w http.ResponseWriter, r *http.Request, project *uplink.Project, l *link) error {
	list := newList(r)
	objects := project.ListObjects(r.Context(), l.bucket, &uplink.ListObjectsOptions{Prefix: l.key})
	for objects.Next() && list.add(strings.TrimPrefix(objects.Item().Key, l.key)) {
	}
	if err := objects.Err(); err != nil {
		return err
	}
	if l.key != "" && len(list.items) == 0 {
		return errEmpty
	}
	servePage(w, l.bucket+"/"+l.key, list.html())
	return nil
}

// list is the list of a page, with links relative to the page.
type list struct {
	base  string
	items []string
	more  bool
}

// newList returns an empty list for the page of a request, whose path may lack the
// "/" at its end.
func newList(r *http.Request) *list {
	return &list{base: strings.TrimSuffix(r.URL.EscapedPath(), "/") + "/"}
}

// add adds an item, and reports whether there is room for another.
func (l *list) add(name string) bool {
	if l.more = len(l.items) == mostListed; l.more {
		return false
	}
	target := html.EscapeString(l.base + (&url.URL{Path: name}).EscapedPath())
	l.items = append(l.items, fmt.Sprintf("<li><a href=\"%s\">%s</a></li>\n", target, html.EscapeString(name)))
	return true
}

func (l *list) html() string {
	text := "<ul>\n" + strings.Join(l.items, "") + "</ul>\n"
	if l.more {
		text += "<p>There are more.</p>\n"
	}
	return text
}

// servePage serves a page of HTML.
func servePage(w http.ResponseWriter, title, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	title = html.EscapeString(title)
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html>\n<title>%s</title>\n<h1>%s</h1>\n%s", title, title, body)
}
