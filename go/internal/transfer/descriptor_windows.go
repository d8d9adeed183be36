package transfer

import (
	"os"

	"golang.org/x/sys/windows"

	"libuplink/internal/fail"
)

// duplicate returns another handle of the same file, which child processes do not inherit.
func duplicate(handle uintptr) (*os.File, error) {
	process := windows.CurrentProcess()
	var own windows.Handle
	err := windows.DuplicateHandle(process, windows.Handle(handle), process, &own, 0, false, windows.DUPLICATE_SAME_ACCESS)
	if err != nil {
		return nil, fail.File("", os.NewSyscallError("DuplicateHandle", err))
	}
	return os.NewFile(uintptr(own), ""), nil
}
