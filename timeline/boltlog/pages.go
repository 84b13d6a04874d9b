package boltlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// What follows reads bbolt's file page by page, every length and number held
// against what there is. bbolt itself trusts its pages: a damaged one leads it
// outside its memory map, which ends the process from whatever goroutine it is
// in. So nothing of bbolt touches a file before this has.

// The kinds of pages, and sizes of what stands in them. The order of bytes is
// the machine's own.
const (
	branchPage, leafPage, metaPage, freePage = 0x01, 0x02, 0x04, 0x10

	headBytes, elemBytes, metaBytes = 16, 16, 64
	bucketHead                      = 16
	isBucket                        = 0x01
	boltMagic                       = 0xED0CDAED
	manyFree                        = 0xFFFF // then the first number is how many there are
	maxPageBytes                    = 1 << 16
)

// root is what one of the two meta pages says: where everything begins.
type root struct {
	page, top, free, high, tx uint64 // page size, root page, free list, first page beyond, transaction
}

// pageFile is a file under examination.
type pageFile struct {
	r    io.ReaderAt
	size int64
	root root
	used []byte // by page: 1 in the tree, 2 on the free list
	// item is shown every key and value of every bucket; sequence the number that a
	// bucket carries.
	item     func(bucket string, key, value []byte) error
	sequence func(bucket string, n uint64)
}

func wrong(format string, args ...any) error { return fmt.Errorf(format, args...) }

// readRoot reads both meta pages. Either one damaged is a damaged file: the
// other may be the older, without the last commit, which was acknowledged.
func readRoot(r io.ReaderAt, size int64) (root, error) {
	first, err := readMeta(r, size, 0, 0)
	if err != nil {
		return root{}, err
	}
	second, err := readMeta(r, size, int64(first.page), 1)
	if err != nil {
		return root{}, err
	}
	if second.page != first.page {
		return root{}, errors.New("its two headers contradict each other")
	}
	if second.tx > first.tx {
		first = second
	}
	return first, nil
}

func readMeta(r io.ReaderAt, size, at int64, number uint64) (root, error) {
	b := make([]byte, headBytes+metaBytes)
	if at+int64(len(b)) > size {
		return root{}, errors.New("it is too short to be one")
	}
	if _, err := r.ReadAt(b, at); err != nil {
		return root{}, err
	}
	id := binary.NativeEndian.Uint64(b)
	b = b[headBytes:]
	if binary.NativeEndian.Uint32(b) != boltMagic || binary.NativeEndian.Uint32(b[4:]) != 2 {
		return root{}, errors.New("its header is none of bbolt's")
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaBytes-8])
	if sum.Sum64() != binary.NativeEndian.Uint64(b[metaBytes-8:]) {
		return root{}, errors.New("a header does not match its sum")
	}
	out := root{
		page: uint64(binary.NativeEndian.Uint32(b[8:])), top: binary.NativeEndian.Uint64(b[16:]),
		free: binary.NativeEndian.Uint64(b[32:]), high: binary.NativeEndian.Uint64(b[40:]), tx: binary.NativeEndian.Uint64(b[48:]),
	}
	// bbolt writes them in turn, by the number of the transaction: one in the other's
	// place would hide that the last commit is missing.
	if id != number || out.tx%2 != number {
		return root{}, errors.New("a header stands in the place of the other")
	}
	if out.page < 512 || out.page > maxPageBytes {
		return root{}, wrong("a page of %d bytes makes no sense", out.page)
	}
	return out, nil
}

// whole refuses a file that is shorter than its pages.
func (f *pageFile) whole() error {
	if f.root.high > uint64(f.size)/f.root.page {
		return wrong("it was cut: %d bytes of %d are there", f.size, f.root.high*f.root.page)
	}
	return nil
}

// walk examines every page and shows every item.
func (f *pageFile) walk() error {
	if err := f.whole(); err != nil {
		return err
	}
	f.used = make([]byte, f.root.high)
	if _, err := f.tree(f.root.top, nil, nil, f.bucket); err != nil {
		return err
	}
	if err := f.freeList(); err != nil {
		return err
	}
	for id, use := range f.used {
		if id >= 2 && use == 0 {
			return wrong("page %d is neither used nor free", id)
		}
	}
	return nil
}

// read gives a page with what follows it, as the tree refers to it.
func (f *pageFile) read(id uint64, kinds ...uint16) ([]byte, error) {
	if id < 2 || id >= f.root.high {
		return nil, wrong("there is no page %d", id)
	}
	b := make([]byte, f.root.page)
	if _, err := f.r.ReadAt(b, int64(id*f.root.page)); err != nil {
		return nil, fmt.Errorf("page %d cannot be read: %w", id, err)
	}
	more := uint64(binary.NativeEndian.Uint32(b[12:]))
	if binary.NativeEndian.Uint64(b) != id || id+more >= f.root.high {
		return nil, wrong("page %d is another one", id)
	}
	fits := false
	for _, k := range kinds {
		fits = fits || binary.NativeEndian.Uint16(b[8:]) == k
	}
	if !fits {
		return nil, wrong("page %d is of another kind", id)
	}
	if err := f.mark(id, more); err != nil {
		return nil, err
	}
	if more > 0 {
		b = append(b, make([]byte, more*f.root.page)...)
		if _, err := f.r.ReadAt(b[f.root.page:], int64((id+1)*f.root.page)); err != nil {
			return nil, fmt.Errorf("page %d cannot be read: %w", id, err)
		}
	}
	return b, nil
}

// mark notes that a page and so many after it are led to, once.
func (f *pageFile) mark(id, more uint64) error {
	if id < 2 || id+more >= f.root.high {
		return wrong("there is no page %d", id+more)
	}
	for n := id; n <= id+more; n++ {
		if f.used[n] != 0 {
			return wrong("page %d is used twice", n)
		}
		f.used[n] = 1
	}
	return nil
}

// leafItem is one entry of a leaf.
type leafItem func(flags uint32, key, value []byte) error

// tree examines a page and all below it. Keys are ascending, none below least,
// which may be nil, and all below most. It gives the highest key.
func (f *pageFile) tree(id uint64, least, most []byte, each leafItem) ([]byte, error) {
	b, err := f.read(id, branchPage, leafPage)
	if err != nil {
		return nil, err
	}
	if binary.NativeEndian.Uint16(b[8:]) == leafPage {
		return leaf(b, least, most, each)
	}
	count := int(binary.NativeEndian.Uint16(b[10:]))
	if count == 0 {
		return nil, wrong("page %d leads nowhere", id)
	}
	for i := range count {
		key, child, err := branchAt(b, i)
		if err != nil {
			return nil, err
		}
		limit := most
		if i+1 < count {
			if limit, _, err = branchAt(b, i+1); err != nil {
				return nil, err
			}
		}
		if err := ordered(least, key, limit, i == 0); err != nil {
			return nil, err
		}
		if least, err = f.tree(child, key, limit, each); err != nil {
			return nil, err
		}
	}
	return least, nil
}

// ordered holds a key against its neighbours. Only the first of a page may equal
// the least that its parent allows. None is empty: bbolt reads past an empty one, and
// panics when it writes there.
func ordered(before, key, limit []byte, first bool) error {
	if len(key) == 0 {
		return errors.New("a key is missing")
	}
	if c := bytes.Compare(before, key); before != nil && (c > 0 || c == 0 && !first) {
		return errors.New("keys are out of order")
	}
	if limit != nil && bytes.Compare(key, limit) >= 0 {
		return errors.New("keys are out of order")
	}
	return nil
}

func branchAt(b []byte, i int) (key []byte, child uint64, err error) {
	at := headBytes + i*elemBytes
	if at+elemBytes > len(b) {
		return nil, 0, errors.New("a page has more entries than room")
	}
	from := uint64(at) + uint64(binary.NativeEndian.Uint32(b[at:]))
	to := from + uint64(binary.NativeEndian.Uint32(b[at+4:]))
	if to > uint64(len(b)) {
		return nil, 0, errors.New("a key ends outside its page")
	}
	return b[from:to], binary.NativeEndian.Uint64(b[at+8:]), nil
}

func leaf(b, least, most []byte, each leafItem) ([]byte, error) {
	for i := range int(binary.NativeEndian.Uint16(b[10:])) {
		at := headBytes + i*elemBytes
		if at+elemBytes > len(b) {
			return nil, errors.New("a page has more entries than room")
		}
		from := uint64(at) + uint64(binary.NativeEndian.Uint32(b[at+4:]))
		mid := from + uint64(binary.NativeEndian.Uint32(b[at+8:]))
		to := mid + uint64(binary.NativeEndian.Uint32(b[at+12:]))
		if to > uint64(len(b)) {
			return nil, errors.New("a value ends outside its page")
		}
		key := b[from:mid]
		if err := ordered(least, key, most, i == 0); err != nil {
			return nil, err
		}
		if err := each(binary.NativeEndian.Uint32(b[at:]), key, b[mid:to]); err != nil {
			return nil, err
		}
		least = key
	}
	return least, nil
}

// topOf is the page in which a bucket begins, 0 for one within its entry of the root.
func topOf(flags uint32, name, value []byte) (uint64, error) {
	if flags != isBucket || len(value) < bucketHead {
		return 0, wrong("its part %q makes no sense", name)
	}
	return binary.NativeEndian.Uint64(value), nil
}

// bucket examines one entry of the root: a bucket, small ones within the entry.
func (f *pageFile) bucket(flags uint32, name, value []byte) error {
	top, err := topOf(flags, name, value)
	if err != nil {
		return err
	}
	if f.sequence != nil {
		f.sequence(string(name), binary.NativeEndian.Uint64(value[8:]))
	}
	each := func(flags uint32, key, value []byte) error {
		if flags != 0 {
			return wrong("%q in its part %q makes no sense", key, name)
		}
		return f.item(string(name), key, value)
	}
	if top != 0 {
		_, err = f.tree(top, nil, nil, each)
	} else if within := value[bucketHead:]; len(within) < headBytes || binary.NativeEndian.Uint16(within[8:]) != leafPage {
		err = errors.New("its page is of another kind")
	} else {
		_, err = leaf(within, nil, nil, each)
	}
	if err != nil {
		return fmt.Errorf("in its part %q: %w", name, err)
	}
	return nil
}

// skeleton examines what leads to the leaves, and of those next to nothing: no page
// is led to twice. bbolt follows whatever a page says, and a circle would end the
// process when the stack is full.
func (f *pageFile) skeleton() error {
	if err := f.whole(); err != nil {
		return err
	}
	f.used = make([]byte, f.root.high)
	_, err := f.tree(f.root.top, nil, nil, func(flags uint32, name, value []byte) error {
		top, err := topOf(flags, name, value)
		if err != nil || top == 0 { // within the entry
			return err
		}
		if err := f.descend(top); err != nil {
			return fmt.Errorf("in its part %q: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.freeList()
}

// descend examines the branches from a page down. All leaves are equally deep, so
// that one tells of its neighbours what they are.
func (f *pageFile) descend(id uint64) error {
	b, err := f.read(id, branchPage, leafPage)
	if err != nil || binary.NativeEndian.Uint16(b[8:]) == leafPage {
		return err
	}
	var least []byte
	leaves := false
	for i := range int(binary.NativeEndian.Uint16(b[10:])) {
		key, child, err := branchAt(b, i)
		if err == nil {
			err = ordered(least, key, nil, i == 0)
		}
		if err == nil && i == 0 {
			leaves, err = f.isLeaf(child)
		}
		if err == nil && leaves {
			err = f.mark(child, 0)
		} else if err == nil {
			err = f.descend(child)
		}
		if err != nil {
			return err
		}
		least = key
	}
	return nil
}

func (f *pageFile) isLeaf(id uint64) (bool, error) {
	head := make([]byte, headBytes)
	if id >= f.root.high {
		return false, wrong("there is no page %d", id)
	}
	if _, err := f.r.ReadAt(head, int64(id*f.root.page)); err != nil {
		return false, fmt.Errorf("page %d cannot be read: %w", id, err)
	}
	return binary.NativeEndian.Uint16(head[8:]) == leafPage, nil
}

// freeList examines the list of free pages. One of them in use would be
// overwritten by a later commit.
func (f *pageFile) freeList() error {
	b, err := f.read(f.root.free, freePage)
	if err != nil {
		return fmt.Errorf("the list of free pages: %w", err)
	}
	count, ids := uint64(binary.NativeEndian.Uint16(b[10:])), b[headBytes:]
	if count == manyFree {
		count, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids))/8 {
		return errors.New("the list of free pages is longer than its page")
	}
	for i := range count {
		id := binary.NativeEndian.Uint64(ids[i*8:])
		if id < 2 || id >= f.root.high {
			return wrong("there is no page %d, and yet it is called free", id)
		}
		if f.used[id] != 0 {
			return wrong("page %d is used and called free", id)
		}
		f.used[id] = 2
	}
	return nil
}
