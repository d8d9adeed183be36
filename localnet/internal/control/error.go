package control

import (
	"fmt"
	"net/http"
)

// Error is the reply to a request that failed.
type Error struct {
	Status  int    `json:"-"`
	Message string `json:"error"`
}

func (e *Error) Error() string { return e.Message }

// Refuse returns the error of a request that makes no sense.
func Refuse(format string, args ...any) error {
	return &Error{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// NotFound returns the error of a request for something that does not exist.
func NotFound(format string, args ...any) error {
	return &Error{http.StatusNotFound, fmt.Sprintf(format, args...)}
}
