package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
)

// Decode decodes the JSON of a request, and refuses unknown fields.
func Decode(body io.Reader, into any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	// A type with an UnmarshalJSON of its own may explain its error itself.
	var own *Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	return Refuse("%s", explain(err))
}

// explain returns why the JSON of a request was refused, in plain words.
func explain(err error) string {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fmt.Sprintf("the request is too large: more than %d bytes", large.Limit)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return "there is no setting " + name
	}
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return "the request is not JSON as it is needed here"
	}
	name := wrong.Field
	if name == "" {
		name = "the request"
	}
	return fmt.Sprintf("%s must be %s, not %s", name, wanted(wrong.Type), given(wrong.Value))
}

// wanted returns how messages name the values of a type.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// given returns how messages name a value that encoding/json describes.
func given(value string) string {
	if number, ok := strings.CutPrefix(value, "number "); ok {
		return number
	}
	words := map[string]string{"string": "a text", "number": "a number", "bool": "true or false", "array": "a list", "object": "an object"}
	if word, ok := words[value]; ok {
		return word
	}
	return value
}
