package transfer

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"strconv"
	"strings"
	"sync"

	"libuplink/internal/ranges"
)

// journal is a file that lists the blocks of a partial file, with a checksum of each. Blocks need not
// be on the disk before they are listed, since their checksums are compared. The first line names the
// object; each further line is the number of a block and its checksum. Of several lines for a block,
// the last one counts. A line that the end of the process has cut off is ignored.
type journal struct {
	path   string
	header string

	mu     sync.Mutex
	file   *os.File // nil until it is open
	blocks int      // number of blocks that were listed
}

func newJournal(path string, of identity) *journal {
	text, _ := json.Marshal(of) // cannot fail: it has texts, bytes, a time and a number
	sum := sha256.Sum256(text)
	return &journal{path: path, header: "uplink download 1 " + hex.EncodeToString(sum[:])}
}

// crc returns the checksum of a block. It finds damage, not forgery.
func crc(data []byte) uint32 { return crc32.Checksum(data, castagnoli) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// open opens the journal of an earlier download, and returns its checksums by the numbers of the
// blocks. It returns none if there is no journal of the same object.
func (j *journal) open() map[int64]uint32 {
	file, err := openOwn(j.path, ownerWrites)
	if err != nil || file == nil {
		return nil
	}
	sums := map[int64]uint32{}
	lines := bufio.NewScanner(file)
	if !lines.Scan() || lines.Text() != j.header {
		_ = file.Close()
		return nil
	}
	for lines.Scan() {
		number, sum, found := strings.Cut(lines.Text(), " ")
		block, err := strconv.ParseUint(number, 10, 48)
		value, failed := strconv.ParseUint(sum, 16, 32)
		if found && err == nil && failed == nil && len(sum) == 8 {
			sums[int64(block)] = uint32(value)
		}
	}
	// A line that was cut off must not become a part of the next one.
	if _, err := file.Seek(0, 2); err != nil || len(sums) == 0 {
		_ = file.Close()
		return nil
	}
	if _, err := file.WriteString("\n"); err != nil {
		_ = file.Close()
		return nil
	}
	j.file, j.blocks = file, len(sums)
	return sums
}

var errNotOwn = errors.New("the journal is the file of another user, or no regular file")

// create begins the journal anew.
func (j *journal) create() error {
	file, err := openOwn(j.path, ownerWrites)
	if file == nil && err == nil {
		err = errNotOwn
	}
	if err != nil {
		return err
	}
	j.file = file
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteString(j.header + "\n")
	return err
}

// add lists a block that was written.
func (j *journal) add(block ranges.Span, data []byte) error {
	line := fmt.Sprintf("%d %08x\n", block.Offset/ranges.Block, crc(data))
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err := j.file.WriteString(line)
	if err == nil {
		j.blocks++
	}
	return err
}

// close closes the journal.
func (j *journal) close(remove bool) {
	if j.file != nil {
		_ = j.file.Close()
	}
	if remove {
		_ = os.Remove(j.path)
	}
}
