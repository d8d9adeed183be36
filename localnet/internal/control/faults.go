package control

import (
	"errors"
	"net/http"
	"strconv"

	"uplink-localnet/internal/faults"
)

// HandleFaults adds the requests that list, add and undo faults.
func (s *Server) HandleFaults(set *faults.Set) {
	s.Handle("GET /faults", func(*http.Request) (any, error) { return set.List(), nil })
	s.Handle("DELETE /faults", func(*http.Request) (any, error) { return struct{}{}, set.Clear() })
	s.Handle("POST /faults", func(r *http.Request) (any, error) { return addFault(set, r) })
	s.Handle("GET /faults/{id}", func(r *http.Request) (any, error) { return findFault(set, r) })
	s.Handle("DELETE /faults/{id}", func(r *http.Request) (any, error) { return struct{}{}, removeFault(set, r) })
}

func addFault(set *faults.Set, r *http.Request) (any, error) {
	var fault faults.Fault
	if err := Decode(r.Body, &fault); err != nil {
		return nil, err
	}
	added, err := set.Add(fault)
	var invalid *faults.InvalidError
	if errors.As(err, &invalid) {
		return nil, Refuse("%v", invalid)
	}
	return added, err
}

func findFault(set *faults.Set, r *http.Request) (any, error) {
	id, err := faultID(r)
	if err != nil {
		return nil, err
	}
	fault, found := set.Find(id)
	if !found {
		return nil, NotFound("there is no fault %d", id)
	}
	return fault, nil
}

func removeFault(set *faults.Set, r *http.Request) error {
	id, err := faultID(r)
	if err != nil {
		return err
	}
	found, err := set.Remove(id)
	if err == nil && !found {
		return NotFound("there is no fault %d", id)
	}
	return err
}

// faultID returns the id in the request's path.
func faultID(r *http.Request) (int, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0, Refuse("the id is not a number")
	}
	return id, nil
}
